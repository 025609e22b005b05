/**
 * Puts a channel's frames before everything else that this machine does at its usual priority: the engine's own work, its
 * decoders, and whatever others run beside them. Where it may: as root, or with LimitNICE=, as in ops/systemd. Where it may
 * not, decoders step back instead (`src/media/lower-priority.ts`).
 */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Threads and children that begin later inherit the thread's, unless they are told otherwise: decoders and probes are. */
const NICE = -5;

/**
 * For a process that leads a session of its own: where the kernel shares time between sessions, niceness counts within one
 * only, and the session has its own (docs/decisions/0015).
 */
export function raiseHostPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(process.pid, NICE);
    writeFileSync('/proc/self/autogroup', String(NICE));
  } catch {
    // We may not, or there is no such thing as a session's niceness.
  }
}
