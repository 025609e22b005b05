/** A valid plan, laid out in frames and given its identity. */
import { createHash } from 'node:crypto';
import { type Format, framesIn } from '../../supervisors/channel/format.js';
import type { Timeline } from '../../supervisors/channel/plan.js';
import { inSlices } from './in-slices.js';
import { remainingMs } from './measure.js';
import type { Plan } from './plan-schema.js';
import { shortHash } from './short-hash.js';
import { createTimeline, type TimedSegment } from './timeline.js';

/** Hashed at a time: a call for every segment takes longer than the hashing. */
const HASHED_CHARACTERS = 16_384;

/**
 * What is wrong with a plan that is armed for later and leaves lengths to its files: it must be complete, for nobody
 * may find out at its start that it cannot be laid out.
 */
export function unknownEnds(plan: Plan, nowUtcMs: number): string[] {
  const startUtcMs = plan.start_utc_ms;
  if (startUtcMs === undefined || startUtcMs <= nowUtcMs) return [];
  return plan.segments.flatMap(({ segment_duration_ms }, index) =>
    segment_duration_ms === undefined
      ? [
          `segments[${index}].segment_duration_ms: must be stated, because start_utc_ms (${startUtcMs}) lies ahead`,
        ]
      : [],
  );
}

/**
 * @param durations by asset_uri, how long the assets last whose segments state no duration, in milliseconds
 * @throws PlanError when a segment without a duration begins behind its asset's end, or no frame is left of the plan
 */
export async function layOut(
  plan: Plan,
  durations: ReadonlyMap<string, number>,
  options: { readonly handle: string; readonly format: Format; readonly signal: AbortSignal },
): Promise<Timeline> {
  const { handle, format, signal } = options;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([plan.plan_id, plan.start_utc_ms ?? null, plan.loop]));
  let unhashed = '';
  const segments: TimedSegment[] = [];
  await inSlices(plan.segments, signal, (planned, index) => {
    const { asset_uri, asset_start_offset_ms, segment_duration_ms, segment_type, title } = planned;
    const segment = {
      index,
      assetUri: asset_uri,
      offsetMs: asset_start_offset_ms,
      segmentType: segment_type,
      ...(title !== undefined && { title }),
    };
    const measuredMs = durations.get(asset_uri) ?? 0;
    const length =
      segment_duration_ms === undefined
        ? { frames: framesIn(remainingMs(index, asset_uri, asset_start_offset_ms, measuredMs), format) }
        : { ms: segment_duration_ms };
    segments.push({ segment, length });
    // A measured length is part of what the plan means: a longer file behind the same words is another schedule.
    const end = segment_duration_ms ?? `file of ${measuredMs} ms`;
    const words = [asset_uri, asset_start_offset_ms, end, segment_type];
    if (title !== undefined) words.push(title);
    unhashed += JSON.stringify(words);
    if (unhashed.length < HASHED_CHARACTERS) return;
    hash.update(unhashed);
    unhashed = '';
  });
  hash.update(unhashed);
  const { start_utc_ms: startUtcMs, loop } = plan;
  return createTimeline({ handle, hash: shortHash(hash), startUtcMs, loop, segments }, format);
}
