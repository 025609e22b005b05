/**
 * The arithmetic of decoder restarts: a sliding window that bounds how many there may be, and a backoff that
 * bounds how fast they follow each other. Pure: the time and the random number come from the caller.
 *
 * Source of the rules: the playout contract, "Error Handling" (at most 5 restarts per minute, exponential backoff).
 */

export interface RestartLimits {
  /** At most this many restarts in any window. */
  readonly maxRestarts: number;
  /** Length of the sliding window. */
  readonly windowMs: number;
  /** More restarts than this in a row without the channel having been stable means slate. */
  readonly maxConsecutive: number;
  /** Ready for this long means stable: the backoff starts afresh. */
  readonly stableMs: number;
  /** Delay before the second attempt of a decoder that never was stable. */
  readonly backoffBaseMs: number;
  /** No delay is longer. */
  readonly backoffMaxMs: number;
  /** Up to this share is added to a delay, so that channels that failed together do not retry together. */
  readonly backoffJitter: number;
  /** Once on slate: how long to wait between attempts, as long as the window has room. */
  readonly probeMs: number;
  /** While the window is spent: the least time between two first attempts (of segments, plans, previews). */
  readonly firstAttemptGapMs: number;
}

export const DEFAULT_RESTART_LIMITS: RestartLimits = {
  maxRestarts: 5,
  windowMs: 60_000,
  maxConsecutive: 5,
  stableMs: 10_000,
  backoffBaseMs: 250,
  backoffMaxMs: 4_000,
  backoffJitter: 0.1,
  probeMs: 15_000,
  firstAttemptGapMs: 2_000,
};

/** The restarts that still count at `nowMs`: those in `(nowMs - windowMs, nowMs]`. */
export function restartsInWindow(restarts: readonly number[], nowMs: number, windowMs: number): number[] {
  return restarts.filter((atMs) => atMs > nowMs - windowMs);
}

/** How many restarts the window still allows at `nowMs`. */
export function budgetRemaining(restarts: readonly number[], nowMs: number, limits: RestartLimits): number {
  return Math.max(0, limits.maxRestarts - restartsInWindow(restarts, nowMs, limits.windowMs).length);
}

/**
 * The earliest time from `nowMs` on at which a restart keeps within the window. A time to come is a whole millisecond:
 * sums of fractions are rounded, and one that is rounded down would be a restart too early.
 */
export function nextRestartSlotMs(restarts: readonly number[], nowMs: number, limits: RestartLimits): number {
  const counted = restartsInWindow(restarts, nowMs, limits.windowMs).sort((a, b) => a - b);
  const blocking = counted[counted.length - limits.maxRestarts];
  return blocking === undefined ? nowMs : Math.ceil(blocking) + limits.windowMs;
}

/**
 * The delay before restart number `step` (from 0) of a decoder that is not stable: `base * 2^step`, bounded by
 * the maximum, plus jitter, and bounded again.
 *
 * @param random a number in [0, 1)
 */
export function backoffDelayMs(step: number, random: number, limits: RestartLimits): number {
  const exponential = Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** Math.min(step, 30));
  return Math.min(limits.backoffMaxMs, exponential * (1 + limits.backoffJitter * random));
}
