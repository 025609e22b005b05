/**
 * A channel's restart budget as operators read it: what is spent, when the next one is free, what comes next. Made
 * from the machine's own context while a host runs, and from the engine's memory of the window where none does.
 */
import { type RestartLimits, restartsInWindow } from '../../machines/restart-policy.js';
import type { BudgetSnapshot } from './snapshot.js';

export interface BudgetFacts {
  /** Monotonic times of the restarts that may still count. */
  readonly restarts: readonly number[];
  readonly limits: Pick<RestartLimits, 'maxRestarts' | 'windowMs'>;
  readonly attempt: number;
  /** When the pending restart is due, monotonic; null: none is pending. */
  readonly retryAtMs: number | null;
  /** When the channel counts as stable, monotonic: in the past where it does; null while it is not ready. */
  readonly stableAtMs: number | null;
}

export function budgetSnapshot(facts: BudgetFacts, nowMs: number): BudgetSnapshot {
  // Whole milliseconds, and none too early.
  const until = (atMs: number) => Math.max(0, Math.ceil(atMs - nowMs));
  const { maxRestarts: max, windowMs } = facts.limits;
  const counted = restartsInWindow(facts.restarts, nowMs, windowMs);
  const used = counted.length;
  const nextSlotMs = used === 0 ? null : until(Math.min(...counted) + windowMs);
  const spent = `${used} of ${max} in ${windowMs / 1000} s`;
  return {
    used,
    max,
    remaining: Math.max(0, max - used),
    windowMs,
    nextSlotMs,
    attempt: facts.attempt,
    backoffMs: facts.retryAtMs === null ? null : until(facts.retryAtMs),
    stableMs: facts.stableAtMs === null ? null : until(facts.stableAtMs),
    text: nextSlotMs === null ? spent : `${spent}, next slot in ${Math.ceil(nextSlotMs / 1000)} s`,
  };
}
