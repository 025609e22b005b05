/**
 * Long loops, made harmless to a channel: a plan may hold 100000 segments and is read in the process that also
 * airs frames, so no loop over segments may keep the event loop for as long as a tick.
 */
import { setImmediate } from 'node:timers/promises';

/** Few enough that a slice of validated, hashed segments takes about a millisecond. */
const SLICE = 1000;

/**
 * Calls `each` for every item in order, letting the event loop turn after every 1000.
 * @throws the signal's reason when it aborts in between; whatever `each` throws.
 */
export async function inSlices<T>(
  items: readonly T[],
  signal: AbortSignal,
  each: (item: T, index: number) => void,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % SLICE === 0) {
      await setImmediate();
      signal.throwIfAborted();
    }
    each(item, index);
  }
}
