/**
 * From a plan's name to a timeline: read, checked, measured where the plan leaves a length to the file, and laid out.
 * Stands apart from the plan source because of what it imports: see there.
 */
import type { Format } from '../../supervisors/channel/format.js';
import { type PlanCopy, PlanError, type Timeline } from '../../supervisors/channel/plan.js';
import type { ResolveAsset } from './asset-resolver.js';
import { layOut, unknownEnds } from './lay-out.js';
import { measureAssets } from './measure.js';
import { copyOnDemand, readCopy } from './plan-copy.js';
import { planOfText, type WrittenPlan } from './plan-of-text.js';
import { invalidPlan } from './plan-schema.js';
import type { ReadPlan } from './plan-store.js';
import { withoutShortLoop } from './short-loop.js';

export interface PlanFileOptions {
  readonly readPlan: ReadPlan<WrittenPlan>;
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
  const { plan, ...text } = await readPlan(name, signal);
  const unknown = unknownEnds(plan, utcMs());
  if (unknown.length > 0) throw invalidPlan(unknown);
  const durations = await measureAssets(plan.segments, resolveAsset, signal);
  const timeline = withoutShortLoop(await layOut(plan, durations, options), format);
  return { ...timeline, copy: copyOnDemand({ ...text, durations }) };
}

/** The plan as it was when the copy was made; no file and no store is asked. */
export async function copiedTimeline(
  copy: PlanCopy,
  options: Pick<PlanFileOptions, 'handle' | 'format' | 'signal'>,
): Promise<Timeline> {
  const { bytes, syntax, durations } = await readCopy(copy);
  const text = await planOfText(bytes, syntax, options.signal);
  if (!text.ok) throw new PlanError('invalid_plan', `the copy of the plan ${text.reason}`);
  return { ...(await layOut(text.value, durations, options)), copy: async () => copy };
}
