/**
 * What to put in front of a child's command so that the child dies with us, even if we are killed with SIGKILL:
 * on Linux `setpriv --pdeathsig KILL --`, which replaces itself by the command, so pid, signals and exit code are
 * the command's own. Empty where there is no such tool. Children must be spawned from the main thread: the
 * kernel watches the thread that forked.
 */
import { accessSync, constants, realpathSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';

let cached: readonly string[] | undefined;

/** The prefix, looked up on PATH once; costs nothing afterwards and never runs anything. */
export function spawnPrefix(): readonly string[] {
  cached ??= lookUp();
  return cached;
}

function lookUp(): readonly string[] {
  if (process.platform !== 'linux') return [];
  const setpriv = executableOnPath('setpriv');
  // Busybox has a setpriv of its own, which knows no --pdeathsig.
  if (setpriv === undefined || basename(realpathSync(setpriv)) === 'busybox') return [];
  return [setpriv, '--pdeathsig', 'KILL', '--'];
}

/** The absolute path of a program on `PATH` that we may execute; relative entries of it are not trusted. */
export function executableOnPath(name: string, searched = process.env.PATH ?? ''): string | undefined {
  for (const folder of searched.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return undefined;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
