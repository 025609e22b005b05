/**
 * From a plan's name to a timeline: read, checked, measured where the plan leaves a length to the file, and laid out.
 * Stands apart from the plan source because of what it imports: see there.
 */
import { createHash } from 'node:crypto';
import { type Format, framesIn } from '../../supervisors/channel/format.js';
import type { Timeline } from '../../supervisors/channel/plan.js';
import type { ResolveAsset } from './asset-resolver.js';
import { inSlices } from './in-slices.js';
import { measureAssets, remainingMs } from './measure.js';
import { invalidPlan, type Plan, parsePlan } from './plan-schema.js';
import type { ReadPlan } from './plan-store.js';
import { shortHash } from './short-hash.js';
import { withoutShortLoop } from './short-loop.js';
import { createTimeline, type TimedSegment } from './timeline.js';

export interface PlanFileOptions {
  readonly readPlan: ReadPlan;
  readonly name: string;
  readonly handle: string;
  readonly format: Format;
  readonly resolveAsset: ResolveAsset;
  readonly utcMs: () => number;
  readonly signal: AbortSignal;
}

/** @throws PlanError when there is no such plan, or it is not valid */
export async function planFileTimeline(options: PlanFileOptions): Promise<Timeline> {
  const { readPlan, name, utcMs, signal } = options;
  const plan = await parsePlan(await readPlan(name, signal), signal);
  refuseUnknownEnds(plan, utcMs());
  return withoutShortLoop(await layOut(options, plan), options.format);
}

/** A plan that is armed for later must be complete: nobody may find out at its start that it cannot be laid out. */
function refuseUnknownEnds(plan: Plan, nowUtcMs: number): void {
  const startUtcMs = plan.start_utc_ms;
  if (startUtcMs === undefined || startUtcMs <= nowUtcMs) return;
  const problems = plan.segments.flatMap(({ segment_duration_ms }, index) =>
    segment_duration_ms === undefined
      ? [
          `segments[${index}].segment_duration_ms: must be stated, because start_utc_ms (${startUtcMs}) lies ahead`,
        ]
      : [],
  );
  if (problems.length > 0) throw invalidPlan(problems);
}

async function layOut(
  { handle, format, resolveAsset, signal }: PlanFileOptions,
  plan: Plan,
): Promise<Timeline> {
  const durations = await measureAssets(plan.segments, resolveAsset, signal);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([plan.plan_id, plan.start_utc_ms ?? null, plan.loop]));
  const segments: TimedSegment[] = [];
  await inSlices(plan.segments, signal, (planned, index) => {
    const { asset_uri, asset_start_offset_ms, segment_duration_ms, segment_type } = planned;
    const segment = {
      index,
      assetUri: asset_uri,
      offsetMs: asset_start_offset_ms,
      segmentType: segment_type,
    };
    const measuredMs = durations.get(asset_uri) ?? 0;
    const length =
      segment_duration_ms === undefined
        ? { frames: framesIn(remainingMs(index, asset_uri, asset_start_offset_ms, measuredMs), format) }
        : { ms: segment_duration_ms };
    segments.push({ segment, length });
    // A measured length is part of what the plan means: a longer file behind the same words is another schedule.
    const end = segment_duration_ms ?? `file of ${measuredMs} ms`;
    hash.update(JSON.stringify([asset_uri, asset_start_offset_ms, end, segment_type]));
  });
  const { start_utc_ms: startUtcMs, loop } = plan;
  return createTimeline({ handle, hash: shortHash(hash), startUtcMs, loop, segments }, format);
}
