/** The two orders in which a supervisor stops its children when it ends. */
import type { Slot, SlotKeeper } from './child-slot.js';

/** Last started, first stopped, one after the other. */
export async function stopInReverse(slots: readonly Slot[], keeper: SlotKeeper): Promise<void> {
  for (const slot of [...slots].reverse()) await keeper.stop(slot);
}

/** All at once, so that the slowest alone decides how long it takes. */
export async function stopTogether(slots: readonly Slot[], keeper: SlotKeeper): Promise<void> {
  await Promise.all(slots.map((slot) => keeper.stop(slot)));
}

/** Cuts short every start that is in flight or due, without waiting for what becomes of it. */
export function abortStarts(slots: Iterable<Slot>, keeper: SlotKeeper): void {
  for (const slot of slots) if (slot.attempt !== undefined) void keeper.stop(slot);
}
