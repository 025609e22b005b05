/**
 * The stop ladder for a decoder: `q` on its stdin, SIGTERM after 100 ms, SIGKILL after another 100 ms, always to
 * the whole process group. ffmpeg ends tidily on `q`; a process stopped by SIGSTOP answers only to SIGKILL, and gets
 * it at once.
 */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

const STEP_MS = 100;
/** A process that outlives SIGKILL by this long hangs in the kernel; we stop waiting and name it. */
const GIVE_UP_MS = 1_000;

/** Signals a whole process group; a group that is gone already is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: it went by itself.
  }
}

/**
 * Resolves to undefined once the process is gone, or to its pid if it would not die.
 *
 * @param gone resolves when the process has exited
 * @param how `kill` leaves out the polite steps
 */
export async function climbDown(
  child: ChildProcess,
  gone: Promise<void>,
  clock: MasterClock,
  how: 'ask' | 'kill',
): Promise<number | undefined> {
  const { pid } = child;
  if (pid === undefined) return undefined;
  const startMs = clock.nowMs();
  const timers: Timer[] = [];
  const gaveUp = new Promise<number>((resolve) => {
    timers.push(clock.at(startMs + GIVE_UP_MS, () => resolve(pid)));
    if (how === 'kill' || isStopped(pid)) return signalGroup(pid, 'SIGKILL');
    timers.push(
      clock.at(startMs + STEP_MS, () => signalGroup(pid, 'SIGTERM')),
      clock.at(startMs + 2 * STEP_MS, () => signalGroup(pid, 'SIGKILL')),
    );
    child.stdin?.end('q');
  });
  try {
    return await Promise.race([gone.then(() => undefined), gaveUp]);
  } finally {
    for (const timer of timers) timer.cancel();
  }
}

/** Whether a process is stopped (SIGSTOP, SIGTSTP, a debugger); where there is no `/proc`, that is never known. */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return 'Tt'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
