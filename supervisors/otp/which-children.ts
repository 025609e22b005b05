/**
 * What a supervisor shows of its children: OTP's which_children and count_children, and beyond them what an operator asks
 * next, how often and since when. Reading never waits.
 */
import type { Child } from './child.js';
import type { ChildStatus, Slot } from './child-slot.js';
import type { CompleteChildSpec } from './child-spec.js';

export interface ChildInfo {
  readonly id: string;
  readonly type: CompleteChildSpec['type'];
  readonly status: ChildStatus;
  /** Only while it is `running`. */
  readonly child: Child | undefined;
  /** How often it has been restarted, on its own account or with a sibling; attempts that failed do not count twice. */
  readonly restarts: number;
  /** Since when the status is what it is, monotonic milliseconds. */
  readonly sinceMs: number;
}

export interface ChildCounts {
  /** All children with a spec, running or not. */
  readonly specs: number;
  /** Those that are alive: running, or being stopped. */
  readonly active: number;
  /** Of `specs`, by type. */
  readonly supervisors: number;
  readonly workers: number;
}

/** In start order. */
export function whichChildren(slots: Iterable<Slot>): readonly ChildInfo[] {
  return Array.from(slots, ({ spec, status, run, restarts, sinceMs }) => ({
    id: spec.id,
    type: spec.type,
    status,
    child: run?.child,
    restarts,
    sinceMs,
  }));
}

export function countChildren(slots: Iterable<Slot>): ChildCounts {
  const all = [...slots];
  const supervisors = all.filter(({ spec }) => spec.type === 'supervisor').length;
  const active = all.filter(
    ({ status, run }) => status === 'stopping' || (run !== undefined && run.exit === undefined),
  );
  return { specs: all.length, active: active.length, supervisors, workers: all.length - supervisors };
}
