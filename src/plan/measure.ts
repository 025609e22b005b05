/**
 * How long segments last whose plan does not say: to the end of their files. Each file is probed once however
 * often a plan airs it, and at most two at a time, because a probe is a process and others are on air meanwhile.
 */
import { PlanError } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { about, type ResolveAsset } from './asset-resolver.js';
import type { PlanSegment } from './plan-schema.js';

const PROBES_AT_ONCE = 2;

/**
 * Probes the assets of all segments without a duration.
 * @returns by asset_uri, how long each lasts in milliseconds from its beginning.
 * @throws PlanError of the first asset that cannot be used or does not tell its length; the signal's reason.
 */
export async function measureAssets(
  segments: readonly PlanSegment[],
  resolveAsset: ResolveAsset,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const firstUse = new Map<string, number>();
  for (const [index, segment] of segments.entries()) {
    if (segment.segment_duration_ms === undefined && !firstUse.has(segment.asset_uri)) {
      firstUse.set(segment.asset_uri, index);
    }
  }
  const durations = new Map<string, number>();
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const waiting = firstUse.entries();
  const probeInTurn = async () => {
    for (const [uri, index] of waiting) {
      either.throwIfAborted();
      durations.set(uri, await durationOf(uri, index, resolveAsset, either));
    }
  };
  try {
    await Promise.all(Array.from({ length: PROBES_AT_ONCE }, probeInTurn));
  } catch (error) {
    // The other probe is of no use any more; its process must not live on.
    failed.abort(error);
    throw error;
  }
  return durations;
}

async function durationOf(uri: string, index: number, resolveAsset: ResolveAsset, signal: AbortSignal) {
  const { asset } = await resolveAsset(uri, signal).catch((error) => {
    throw about(`segments[${index}].asset_uri ${quoted(uri)}`, error);
  });
  if (asset.durationMs !== undefined) return asset.durationMs;
  throw new PlanError('invalid_plan', lengthUnknown(index, uri));
}

/** What is wrong with a segment that leaves its length to an asset which does not tell it. */
export function lengthUnknown(index: number, uri: string): string {
  return `segments[${index}].segment_duration_ms: must be stated, because ${quoted(uri)} does not tell how long it lasts`;
}

/**
 * What is left of an asset behind an in-point, in milliseconds; more than 0.
 * @throws PlanError `unusable_asset` when the in-point lies at or behind the asset's end. `index`: the segment's.
 */
export function remainingMs(index: number, uri: string, offsetMs: number, durationMs: number): number {
  if (offsetMs < durationMs) return durationMs - offsetMs;
  throw new PlanError('unusable_asset', inPointBehindEnd(index, uri, offsetMs, durationMs));
}

/** What is wrong with a segment of which nothing is left to air. */
export function inPointBehindEnd(index: number, uri: string, offsetMs: number, durationMs: number): string {
  return `segments[${index}].asset_start_offset_ms: ${offsetMs} lies behind the end of ${quoted(uri)}, which lasts ${durationMs} ms; lower it`;
}
