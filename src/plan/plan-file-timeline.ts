/**
 * From a plan's name to a timeline: read, checked, measured where the plan leaves a length to the file, and laid out.
 * Stands apart from the plan source because of what it imports: see there.
 */
import type { Format } from '../../supervisors/channel/format.js';
import type { Timeline } from '../../supervisors/channel/plan.js';
import type { ResolveAsset } from './asset-resolver.js';
import { layOut, unknownEnds } from './lay-out.js';
import { measureAssets } from './measure.js';
import { invalidPlan, type Plan } from './plan-schema.js';
import type { ReadPlan } from './plan-store.js';
import { withoutShortLoop } from './short-loop.js';

export interface PlanFileOptions {
  readonly readPlan: ReadPlan<Plan>;
  readonly name: string;
  readonly handle: string;
  readonly format: Format;
  readonly resolveAsset: ResolveAsset;
  readonly utcMs: () => number;
  readonly signal: AbortSignal;
}

/** @throws PlanError when there is no such plan, or it is not valid */
export async function planFileTimeline(options: PlanFileOptions): Promise<Timeline> {
  const { readPlan, name, format, resolveAsset, utcMs, signal } = options;
  const plan = await readPlan(name, signal);
  const unknown = unknownEnds(plan, utcMs());
  if (unknown.length > 0) throw invalidPlan(unknown);
  const durations = await measureAssets(plan.segments, resolveAsset, signal);
  return withoutShortLoop(await layOut(plan, durations, options), format);
}
