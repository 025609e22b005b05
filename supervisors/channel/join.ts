/** How far ahead of the air a plan is joined, and what has to wait before it takes the air. */
import type { MasterClock } from '../master-clock.js';
import { type Format, tickAtOrAfter } from './format.js';

/** Time a decoder needs to its first frame: a join in progress or a late restart is aimed so far ahead. */
export const SPAWN_LEAD_MS = 300;
/**
 * What is prepared takes over, and a preview counts as loaded, once this many of its frames wait; decoding outruns the air
 * from there.
 */
export const COMMIT_FRAMES = 5;

/** The first tick at which a decoder that is started now can have a frame. */
export function joinTick(clock: MasterClock, epochMs: number, format: Format): number {
  return tickAtOrAfter(epochMs, clock.nowMs() + SPAWN_LEAD_MS, format);
}
