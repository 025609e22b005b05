/**
 * Puts a channel's frames before everything else that this machine does at its usual priority: the engine's own work, and
 * whatever others run beside it. Where it may: as root, or with LimitNICE=, as in ops/systemd. Without it, ticks wait their turn.
 */
import { setPriority } from 'node:os';

/** What children inherit unless they are told otherwise: decoders and probes are. */
const NICE = -10;

/** Call it first: on Linux it is the calling thread's own, and those that run already keep theirs. */
export function raiseHostPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(process.pid, NICE);
  } catch {
    // We may not.
  }
}
