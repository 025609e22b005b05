/**
 * An outcome that somebody else will know later: the caller keeps the promise, whoever learns the outcome settles it.
 */
import type { PlanChangeOutcome } from '../channel/plan-change.js';

export interface PendingOutcome {
  readonly outcome: Promise<PlanChangeOutcome>;
  /** Only the first call counts. */
  readonly settle: (outcome: PlanChangeOutcome) => void;
}

export function pendingOutcome(): PendingOutcome {
  let settle: (outcome: PlanChangeOutcome) => void = () => {};
  const outcome = new Promise<PlanChangeOutcome>((resolve) => {
    settle = resolve;
  });
  return { outcome, settle };
}
