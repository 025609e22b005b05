/**
 * Puts a channel's frames before what else the engine does, and, where the kernel does not share time between sessions
 * first, before whatever others run on this machine at its usual priority. Where it does (`sched_autogroup_enabled`), a
 * priority counts within its own session only, which is the engine's and its hosts'. Where it may: as root, or with
 * LimitNICE=, as in ops/systemd. Without it, ticks wait their turn.
 */
import { setPriority } from 'node:os';

/** What children inherit unless they are told otherwise: decoders and probes are. */
const NICE = -10;

/**
 * Call it first: on Linux it is the calling thread's own. Those that run already, V8's for garbage among them, keep
 * theirs; those that start later inherit it, as libuv's for file calls do unless some were made before.
 */
export function raiseHostPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(process.pid, NICE);
  } catch {
    // We may not.
  }
}
