/**
 * An outcome that somebody else will know later: the caller keeps the promise, whoever learns the outcome settles it.
 */
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import { deferred } from '../deferred.js';

export interface PendingOutcome<Outcome extends PlanChangeOutcome = PlanChangeOutcome> {
  readonly outcome: Promise<Outcome>;
  /** Only the first call counts. */
  readonly settle: (outcome: Outcome) => void;
}

export function pendingOutcome<
  Outcome extends PlanChangeOutcome = PlanChangeOutcome,
>(): PendingOutcome<Outcome> {
  const { promise: outcome, resolve: settle } = deferred<Outcome>();
  return { outcome, settle };
}
