/**
 * The engine's PlanSource: handles become timelines, segments become assets. It runs where a hang may be afforded
 * (a host, never the engine's loop): a dead mount keeps a file call for ever, though not its caller, who is let go
 * as soon as the signal aborts.
 */
import { createHash } from 'node:crypto';
import { type Format, framesIn } from '../../supervisors/channel/format.js';
import { type PlanCopy, PlanError, type PlanSource, type Timeline } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { abortable } from './abortable.js';
import { about, createAssetResolver, type ProbeMedia, type ResolveAsset } from './asset-resolver.js';
import { readHandle } from './handle.js';
import { remainingMs } from './measure.js';
import { PATTERN_URI } from './media-uri.js';
import type { WrittenPlan } from './plan-of-text.js';
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
const PATTERN_TURN = { ms: 20_000 } as const;

/** Makes a source with its own memory of probed assets. Touches nothing until it is asked. */
export function createPlanSource(options: PlanSourceOptions): PlanSource {
  const resolveAsset = createAssetResolver(options.mediaRoots, options.probe);
  let readPlan: ReadPlan<WrittenPlan> | undefined;

  async function timelineOf(
    handle: string,
    format: Format,
    signal: AbortSignal,
    copy: PlanCopy | undefined,
  ): Promise<Timeline> {
    const meaning = readHandle(handle);
    try {
      switch (meaning.kind) {
        case 'pattern':
          return await mediaTimeline({ handle, uri: PATTERN_URI, loop: true }, format, resolveAsset, signal);
        case 'media':
          return await mediaTimeline({ handle, uri: meaning.uri, loop: true }, format, resolveAsset, signal);
        case 'plan': {
          // The parsers take half of a host's start-up; a channel that airs a media file never needs them.
          const { copiedTimeline, planFileTimeline } = await import('./plan-file-timeline.js');
          if (copy !== undefined) return await copiedTimeline(copy, { handle, format, signal });
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

  async function previewOf(assetPath: string, format: Format, signal: AbortSignal): Promise<Timeline> {
    try {
      return await mediaTimeline(
        { handle: assetPath, uri: assetPath, loop: false },
        format,
        resolveAsset,
        signal,
      );
    } catch (error) {
      throw about(`asset_path ${quoted(assetPath)}`, error);
    }
  }

  return {
    resolve: (handle, format, signal, copy) => abortable(timelineOf(handle, format, signal, copy), signal),
    preview: (assetPath, format, signal) => abortable(previewOf(assetPath, format, signal), signal),
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

async function planReader({ planDirectory, planStore }: PlanSourceOptions): Promise<ReadPlan<WrittenPlan>> {
  const { writtenPlan } = await import('./plan-of-text.js');
  if (planStore !== null) return (await import('./plan-store.js')).createPlanStore(planStore, writtenPlan);
  const { readPlanFile } = await import('./plan-directory.js');
  return (name, signal) => readPlanFile(planDirectory, name, signal, writtenPlan);
}

/** What of a one-segment timeline is known before its asset is. */
interface Naming {
  readonly handle: string;
  readonly uri: string;
  /** One that does not loop is a preview. */
  readonly loop: boolean;
}

async function mediaTimeline(
  naming: Naming,
  format: Format,
  resolveAsset: ResolveAsset,
  signal: AbortSignal,
): Promise<Timeline> {
  const { asset, version } = await resolveAsset(naming.uri, signal);
  if (asset.input.kind === 'pattern') return oneSegment({ ...naming, length: PATTERN_TURN, version }, format);
  if (asset.durationMs === undefined) {
    const remedy = 'name it in a plan, with segment_duration_ms';
    throw new PlanError('unusable_asset', `the file does not tell how long it lasts; ${remedy}`);
  }
  // A preview may be as short as a single picture.
  const frames = Math.max(naming.loop ? 0 : 1, framesIn(asset.durationMs, format));
  return withoutShortLoop(oneSegment({ ...naming, length: { frames }, version }, format), format);
}

function oneSegment(
  it: Naming & { readonly length: TimedSegment['length']; readonly version: string },
  format: Format,
): Timeline {
  const { handle, uri: assetUri, loop, length } = it;
  const segment = { index: 0, assetUri, offsetMs: 0, segmentType: loop ? 'content' : 'preview' };
  const hash = shortHash(createHash('sha256').update(it.version));
  return createTimeline(
    { handle, hash, startUtcMs: undefined, loop, segments: [{ segment, length }] },
    format,
  );
}
