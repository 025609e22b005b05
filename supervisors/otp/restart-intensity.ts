/**
 * The sliding window that keeps a supervisor from restarting for ever: at most `intensity` restarts in any
 * `periodMs`. The window is half-open, (now - period, now]: a restart exactly one period ago no longer counts.
 */

export interface RestartIntensity {
  /** Asks for one more restart at the monotonic time `nowMs`; false: that would be one too many. */
  allow(nowMs: number): boolean;
}

/** @param intensity from 0: how many restarts. @param periodMs above 0. */
export function createRestartIntensity(intensity: number, periodMs: number): RestartIntensity {
  // Ascending, never longer than `intensity`: what is older than the window is dropped at every question.
  let restartsMs: number[] = [];
  return {
    allow(nowMs) {
      restartsMs = restartsMs.filter((atMs) => atMs > nowMs - periodMs);
      if (restartsMs.length >= intensity) return false;
      restartsMs.push(nowMs);
      return true;
    },
  };
}
