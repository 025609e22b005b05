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
  /** See {@link BudgetSnapshot.stableMs}. */
  readonly stableMs: number | null;
}

export function budgetSnapshot(facts: BudgetFacts, nowMs: number): BudgetSnapshot {
  const { maxRestarts: max, windowMs } = facts.limits;
  const counted = restartsInWindow(facts.restarts, nowMs, windowMs);
  const used = counted.length;
  const nextSlotMs = used === 0 ? null : Math.max(0, Math.min(...counted) + windowMs - nowMs);
  const spent = `${used} of ${max} in ${inSeconds(windowMs)}`;
  return {
    used,
    max,
    remaining: Math.max(0, max - used),
    windowMs,
    nextSlotMs,
    attempt: facts.attempt,
    backoffMs: facts.retryAtMs === null ? null : Math.max(0, facts.retryAtMs - nowMs),
    stableMs: facts.stableMs,
    text: nextSlotMs === null ? spent : `${spent}, next slot in ${inSeconds(nextSlotMs)}`,
  };
}

function inSeconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
