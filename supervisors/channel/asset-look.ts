/**
 * Looks now and then whether an asset that could not be used can be by now: the file was put there, the disk is back. It
 * starts no decoder and counts for nothing; what is made of the news is the listener's affair.
 */
import type { MasterClock } from '../master-clock.js';
import type { PlanSource, Segment } from './plan.js';

/** Often enough for a disk that is away for a moment; a look costs a few file calls, of a damaged file a probe. */
export const LOOK_EVERY_MS = 2_000;

/** @returns to be called once per tick; looks when it is time */
export function lookForAsset(options: {
  readonly clock: MasterClock;
  readonly plans: PlanSource;
  readonly segment: Segment;
  readonly signal: AbortSignal;
  /** Called after each look that found it fit. */
  readonly onFound: () => void;
}): () => void {
  const { clock, plans, segment, signal, onFound } = options;
  let lookedAtMs = clock.nowMs();
  let looking = false;
  const done = () => {
    looking = false;
    lookedAtMs = clock.nowMs();
  };
  return () => {
    // A disk that does not answer is asked once: whoever decides about attempts has a limit of his own.
    if (looking || clock.nowMs() - lookedAtMs < LOOK_EVERY_MS) return;
    looking = true;
    plans.asset(segment, signal).then(() => {
      done();
      onFound();
    }, done);
  };
}
