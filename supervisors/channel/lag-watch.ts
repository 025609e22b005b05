/**
 * Tells a decoder that is too slow from one that is merely behind. One that took seconds to its first frame may
 * decode many times faster than real time from there; starting another would only take those seconds again.
 */

/** Who is behind the schedule must gain on it by this share of the time that passes. */
const CATCH_UP_SHARE = 0.25;

export interface LagWatch {
  /**
   * @param lagMs how far the next frame is behind the schedule; negative: ahead of it
   * @returns true once it is more than `maxLagMs` behind and was given as long to catch up, in vain
   */
  isTooSlow(lagMs: number, nowMs: number): boolean;
}

export function createLagWatch(maxLagMs: number): LagWatch {
  let behind: { readonly sinceMs: number; readonly lagMs: number } | undefined;
  return {
    isTooSlow(lagMs, nowMs) {
      if (lagMs <= maxLagMs) {
        behind = undefined;
        return false;
      }
      behind ??= { sinceMs: nowMs, lagMs };
      const passedMs = nowMs - behind.sinceMs;
      if (passedMs < maxLagMs) return false;
      if (behind.lagMs - lagMs < passedMs * CATCH_UP_SHARE) return true;
      behind = { sinceMs: nowMs, lagMs };
      return false;
    },
  };
}
