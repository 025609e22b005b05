/**
 * The engine's PlanSource: handles become timelines, segments become assets. It runs where a hang may be afforded
 * (a host, never the engine's loop): a dead mount keeps a file call for ever, though not its caller, who is let go
 * as soon as the signal aborts.
 */
import { createHash } from 'node:crypto';
import { type Format, framesIn } from '../../supervisors/channel/format.js';
import { PlanError, type PlanSource, type Timeline } from '../../supervisors/channel/plan.js';
import { abortable } from './abortable.js';
import { about, createAssetResolver, type ProbeMedia, type ResolveAsset } from './asset-resolver.js';
import { readHandle } from './handle.js';
import { inSlices } from './in-slices.js';
import { measureAssets, remainingMs } from './measure.js';
import { PATTERN_URI } from './media-uri.js';
import { readPlanFile } from './plan-directory.js';
import { invalidPlan, type Plan, parsePlan } from './plan-schema.js';
import { quoted } from './quoted.js';
import { createTimeline, type TimedSegment } from './timeline.js';

/** Where plans and media lie, and what the source needs of the world. */
export interface PlanSourceOptions {
  readonly planDirectory: string;
  /** Folders below which media may lie; relative names are looked up in this order. */
  readonly mediaRoots: readonly string[];
  readonly probe: ProbeMedia;
  /** The wall clock, in UTC milliseconds: it alone decides whether a plan's start lies ahead. */
  readonly utcMs: () => number;
}

/** One turn of the built-in pattern. */
const PATTERN_TURN_MS = 20_000;

/** Makes a source with its own memory of probed assets. Touches nothing until it is asked. */
export function createPlanSource(options: PlanSourceOptions): PlanSource {
  const resolveAsset = createAssetResolver(options.mediaRoots, options.probe);

  async function timelineOf(handle: string, format: Format, signal: AbortSignal): Promise<Timeline> {
    const meaning = readHandle(handle);
    try {
      switch (meaning.kind) {
        case 'pattern':
          return oneSegmentLoop(handle, PATTERN_URI, { ms: PATTERN_TURN_MS }, PATTERN_URI, format);
        case 'media':
          return await mediaTimeline(handle, meaning.uri, format, resolveAsset, signal);
        case 'plan': {
          const raw = await readPlanFile(options.planDirectory, meaning.name, signal);
          const plan = await parsePlan(raw, signal);
          refuseUnknownEnds(plan, options.utcMs());
          return await planTimeline(handle, plan, format, resolveAsset, signal);
        }
      }
    } catch (error) {
      throw about(`plan_handle ${quoted(handle)}`, error);
    }
  }

  return {
    resolve: (handle, format, signal) => abortable(timelineOf(handle, format, signal), signal),
    asset: (segment, signal) =>
      abortable(
        resolveAsset(segment.assetUri, signal).then(
          ({ asset }) => {
            if (asset.durationMs !== undefined) {
              remainingMs(segment.index, segment.assetUri, segment.offsetMs, asset.durationMs);
            }
            return asset;
          },
          (error) => {
            throw about(`segments[${segment.index}].asset_uri ${quoted(segment.assetUri)}`, error);
          },
        ),
        signal,
      ),
  };
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

async function mediaTimeline(
  handle: string,
  uri: string,
  format: Format,
  resolveAsset: ResolveAsset,
  signal: AbortSignal,
): Promise<Timeline> {
  const { asset, version } = await resolveAsset(uri, signal);
  if (asset.durationMs === undefined) {
    const remedy = 'name it in a plan, with segment_duration_ms';
    throw new PlanError('unusable_asset', `the file does not tell how long it lasts; ${remedy}`);
  }
  return oneSegmentLoop(handle, uri, { frames: framesIn(asset.durationMs, format) }, version, format);
}

async function planTimeline(
  handle: string,
  plan: Plan,
  format: Format,
  resolveAsset: ResolveAsset,
  signal: AbortSignal,
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
  return createTimeline({ handle, hash: shortened(hash.digest('hex')), startUtcMs, loop, segments }, format);
}

function oneSegmentLoop(
  handle: string,
  assetUri: string,
  length: TimedSegment['length'],
  version: string,
  format: Format,
): Timeline {
  const segment = { index: 0, assetUri, offsetMs: 0, segmentType: 'content' };
  const hash = shortened(createHash('sha256').update(version).digest('hex'));
  return createTimeline(
    { handle, hash, startUtcMs: undefined, loop: true, segments: [{ segment, length }] },
    format,
  );
}

/** 16 hexadecimal digits tell any two plans apart that will ever share a handle. */
function shortened(hexDigest: string): string {
  return hexDigest.slice(0, 16);
}
