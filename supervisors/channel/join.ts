/** How far ahead of the air a plan is joined, and what has to wait before it takes the air. */

/** Time a decoder needs to its first frame: a join in progress or a late restart is aimed so far ahead. */
export const SPAWN_LEAD_MS = 300;
/** What is prepared takes over once this many of its frames wait; decoding outruns the air from there. */
export const COMMIT_FRAMES = 5;
