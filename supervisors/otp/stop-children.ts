/** The two orders in which a supervisor stops its children when it ends. */
import type { Slot, SlotKeeper } from './child-slot.js';

/** Last started, first stopped, one after the other; once `killed` has fired, all the rest at once. */
export async function stopInReverse(
  slots: readonly Slot[],
  keeper: SlotKeeper,
  killed: AbortSignal,
): Promise<void> {
  const left = [...slots];
  while (left.length > 0) {
    const next = killed.aborted ? left.splice(0) : left.splice(-1);
    await stopTogether(next, keeper);
  }
}

/** All at once, so that the slowest alone decides how long it takes. */
export async function stopTogether(slots: readonly Slot[], keeper: SlotKeeper): Promise<void> {
  await Promise.all(slots.map((slot) => keeper.stop(slot)));
}

/** Cuts short every start that is in flight or due, without waiting for what becomes of it. */
export function abortStarts(slots: Iterable<Slot>, keeper: SlotKeeper): void {
  for (const slot of slots) if (slot.attempt !== undefined) void keeper.stop(slot);
}
