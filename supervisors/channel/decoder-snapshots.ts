/** The decoders of a channel as operators see them. */
import { type Format, tickMs } from './format.js';
import type { Program } from './program.js';
import type { DecoderSnapshot, ProcessUsage } from './snapshot.js';
import type { Source } from './source.js';
import type { SourceSupervisor } from './source-supervisor.js';

/** A speed told after less decoding than this would be noise. */
const SPEED_AFTER_MS = 100;

export function decoderSnapshots(
  source: SourceSupervisor,
  options: {
    readonly nowMs: number;
    readonly format: Format;
    readonly usageOf: (pid: number) => ProcessUsage | null;
  },
): DecoderSnapshot[] {
  const { nowMs, format, usageOf } = options;
  const of = (program: Program | undefined, prepared: boolean): DecoderSnapshot[] =>
    (program?.sources ?? [])
      .filter((each) => each.decoder !== undefined)
      .map((each) => {
        const pid = each.decoder?.pid ?? null;
        return {
          incarnation: each.incarnation,
          role: prepared ? 'prepared' : each === program?.head ? 'live' : 'next',
          pid,
          asset: each.occurrence.segment.assetUri,
          segmentIndex: each.occurrence.segment.index,
          framesDelivered: each.deliveredFrames,
          framesOrdered: each.orderedFrames,
          waitingForRoom: each.decoder?.waitingForRoom ?? false,
          uptimeMs: Math.round(nowMs - each.orderedAtMs),
          lastFrameAgeMs: each.lastFrameAtMs === undefined ? null : Math.round(nowMs - each.lastFrameAtMs),
          speed: speedOf(each, format),
          usage: pid === null ? null : usageOf(pid),
          arguments: each.decoder?.arguments ?? [],
        };
      });
  return [...of(source.desk.live, false), ...source.desk.prepared.flatMap((program) => of(program, true))];
}

/** Counted up to its last frame: from there on it may be waiting for room, which is no decoding. */
function speedOf(source: Source, format: Format): number | null {
  const { firstFrameAtMs, lastFrameAtMs, waitedMs, deliveredFrames } = source;
  if (firstFrameAtMs === undefined || lastFrameAtMs === undefined) return null;
  const decodingMs = lastFrameAtMs - firstFrameAtMs - waitedMs;
  if (decodingMs < SPEED_AFTER_MS) return null;
  return Math.round((deliveredFrames * tickMs(format) * 10) / decodingMs) / 10;
}
