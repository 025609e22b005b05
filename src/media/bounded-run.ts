/**
 * Runs one short-lived child to its end, whatever happens: it has a deadline, it can be aborted, it is killed
 * with its whole process group, and even one that hangs in the kernel (a dead mount) does not hold up the answer.
 * Its output is handed on as it comes; nothing is collected here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { spawnPrefix } from './child-prefix.js';
import { lowerPriority } from './lower-priority.js';
import { signalGroup } from './stop-ladder.js';

/** How long we wait for a killed process to be gone before we answer without it. */
const KILL_GRACE_MS = 1_000;

export interface BoundedRun {
  /** The program, by path, and its arguments. */
  readonly command: readonly string[];
  /** Written to its stdin, which is then closed; without it stdin is /dev/null. */
  readonly input?: Buffer;
  /** Its whole environment; without it, this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Its niceness, 0 to 19; without it, that of whoever calls this. */
  readonly nice?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Receivers of what it writes, by file descriptor: 1, 2, ... without gaps. */
  readonly receivers: readonly ((chunk: Buffer) => void)[];
}

export type RunEnd =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'not_started'; readonly reason: string };

/** Never rejects. */
export function boundedRun(run: BoundedRun): Promise<RunEnd> {
  const { signal, input } = run;
  if (signal?.aborted) return Promise.resolve({ kind: 'aborted' });
  const [program = '', ...args] = [...spawnPrefix(), ...run.command];
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        stdio: [input === undefined ? 'ignore' : 'pipe', ...run.receivers.map(() => 'pipe' as const)],
        detached: true,
        ...(run.environment !== undefined && { env: run.environment }),
        windowsHide: true,
      });
    } catch (error) {
      // Most refusals of the system come as an event; some, such as that of memory, come here.
      resolve({ kind: 'not_started', reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    if (run.nice !== undefined && child.pid !== undefined) lowerPriority(child.pid, run.nice);
    let cut: 'timeout' | 'aborted' | undefined;
    let grace: NodeJS.Timeout | undefined;
    const finish = (end: RunEnd): void => {
      clearTimeout(deadline);
      clearTimeout(grace);
      signal?.removeEventListener('abort', onAbort);
      resolve(cut === undefined ? end : { kind: cut });
    };
    const kill = (why: 'timeout' | 'aborted'): void => {
      if (cut !== undefined) return;
      cut = why;
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      grace = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
        child.unref();
        finish({ kind: why });
      }, KILL_GRACE_MS);
    };
    const onAbort = (): void => kill('aborted');
    const deadline = setTimeout(() => kill('timeout'), run.timeoutMs);
    signal?.addEventListener('abort', onAbort);
    run.receivers.forEach((receive, index) => {
      // A child that could not be started for want of descriptors has no pipes at all, whatever its type says.
      (child.stdio?.[index + 1] as Readable | null | undefined)?.on('data', receive);
    });
    // A child that dies before it has read everything gives EPIPE here; its exit tells the story.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    child.on('error', (error) => {
      if (child.pid === undefined) finish({ kind: 'not_started', reason: error.message });
    });
    child.on('close', (code, exitSignal) => finish({ kind: 'exited', code, signal: exitSignal }));
  });
}
