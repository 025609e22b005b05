/**
 * The engine's PlanSource: handles become timelines, segments become assets. It runs where a hang may be afforded
 * (a host, never the engine's loop): a dead mount keeps a file call for ever, though not its caller, who is let go
 * as soon as the signal aborts.
 */
import { createHash } from 'node:crypto';
import { type Format, framesIn } from '../../supervisors/channel/format.js';
import { PlanError, type PlanSource, type Timeline } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { abortable } from './abortable.js';
import { about, createAssetResolver, type ProbeMedia, type ResolveAsset } from './asset-resolver.js';
import { readHandle } from './handle.js';
import { remainingMs } from './measure.js';
import { PATTERN_URI } from './media-uri.js';
import type { PlanStoreOptions, ReadPlan } from './plan-store.js';
import { shortHash } from './short-hash.js';
import { withoutShortLoop } from './short-loop.js';
import { createTimeline, type TimedSegment } from './timeline.js';

/** Where plans and media lie, and what the source needs of the world. */
export interface PlanSourceOptions {
  readonly planDirectory: string;
  /** Where given, plans are asked for there, and the directory is not looked into. */
  readonly planStore: PlanStoreOptions | null;
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
  let readPlan: ReadPlan | undefined;

  async function timelineOf(handle: string, format: Format, signal: AbortSignal): Promise<Timeline> {
    const meaning = readHandle(handle);
    try {
      switch (meaning.kind) {
        case 'pattern':
          return oneSegmentLoop(handle, PATTERN_URI, { ms: PATTERN_TURN_MS }, PATTERN_URI, format);
        case 'media':
          return await mediaTimeline(handle, meaning.uri, format, resolveAsset, signal);
        case 'plan': {
          // The parsers take half of a host's start-up; a channel that airs a media file never needs them.
          const { planFileTimeline } = await import('./plan-file-timeline.js');
          readPlan ??= await planReader(options);
          return await planFileTimeline({
            readPlan,
            utcMs: options.utcMs,
            handle,
            name: meaning.name,
            format,
            resolveAsset,
            signal,
          });
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

async function planReader({ planDirectory, planStore }: PlanSourceOptions): Promise<ReadPlan> {
  if (planStore !== null) return (await import('./plan-store.js')).createPlanStore(planStore);
  const { readPlanFile } = await import('./plan-directory.js');
  return (name, signal) => readPlanFile(planDirectory, name, signal);
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
  const length = { frames: framesIn(asset.durationMs, format) };
  return withoutShortLoop(oneSegmentLoop(handle, uri, length, version, format), format);
}

function oneSegmentLoop(
  handle: string,
  assetUri: string,
  length: TimedSegment['length'],
  version: string,
  format: Format,
): Timeline {
  const segment = { index: 0, assetUri, offsetMs: 0, segmentType: 'content' };
  const hash = shortHash(createHash('sha256').update(version));
  return createTimeline(
    { handle, hash, startUtcMs: undefined, loop: true, segments: [{ segment, length }] },
    format,
  );
}
