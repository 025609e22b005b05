/** The plans of the world in which paths are replayed; the model and the replay read the same ones. */
import { tickMs } from '../../../../supervisors/channel/format.js';
import { SETTINGS, type TestPlan } from '../../../support/inline-channel.js';

/**
 * - `lasting`: one segment without an end
 * - `ending`: one that ends soon, and nothing after it
 * - `gap`: one that ends soon, one whose asset is missing, one without an end
 * - `missing`: begins with the missing one
 * - `later`: without an end, and begins in a while
 * - `unknown`: there is no such plan, until there is
 * - `update`: what UpdatePlan asks for; without an end
 */
export type PlanName = 'lasting' | 'ending' | 'gap' | 'missing' | 'later' | 'unknown' | 'update';

export const TICK_MS = tickMs(SETTINGS.format);
/** How long before its start `later` is put on a channel. */
export const LATER_MS = 4_000;
/** A segment without an end. */
const LONG = 1_000_000;
const SOON = 90;
/** Long enough for a probe to come before its end. */
const GAP = 600;
/** The asset that is missing at first. */
export const MISSING = 'gone';

const SEGMENTS: Record<PlanName, TestPlan['segments']> = {
  lasting: [['a', LONG]],
  ending: [['a', SOON]],
  gap: [
    ['a', SOON],
    [MISSING, GAP],
    ['b', LONG],
  ],
  missing: [
    [MISSING, GAP],
    ['b', LONG],
  ],
  later: [['a', LONG]],
  unknown: [['a', LONG]],
  update: [['u', LONG]],
};

/** A segment's place in its plan. */
export interface Slot {
  readonly missing: boolean;
  /** After the plan's start; infinite where it does not end. */
  readonly endMs: number;
}

export function slotOf(plan: PlanName, segment: number): Slot | undefined {
  const segments = SEGMENTS[plan];
  const [asset, frames] = segments[segment] ?? [];
  if (asset === undefined) return undefined;
  const endFrame = segments.slice(0, segment + 1).reduce((sum, [, each]) => sum + each, 0);
  return {
    missing: asset === MISSING,
    endMs: frames === LONG ? Number.POSITIVE_INFINITY : endFrame * TICK_MS,
  };
}

/** The plan as the inline channel takes it. */
export function planOf(plan: PlanName, nowUtcMs: number): TestPlan {
  const segments = SEGMENTS[plan];
  return plan === 'later' ? { segments, startUtcMs: nowUtcMs + LATER_MS } : { segments };
}
