/**
 * A plan, checked as a whole before anyone airs it: what the engine would refuse, and what it would air without a
 * word although it was hardly meant (slate for a missing asset, an asset cut short, a key that is ignored). All
 * problems are told, not the first few, and each asset is looked into once however often the plan airs it.
 */
import { type Format, framesIn, tickMs } from '../../supervisors/channel/format.js';
import { PlanError, type Timeline } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { createAssetResolver, type ProbeMedia } from './asset-resolver.js';
import { layOut, unknownEnds } from './lay-out.js';
import { type AssetLook, lookAtAssets } from './look-at-assets.js';
import { inPointBehindEnd, lengthUnknown } from './measure.js';
import { inspectPlan, type Plan, type PlanSegment } from './plan-schema.js';
import { withoutShortLoop } from './short-loop.js';
import { unknownKeys } from './unknown-keys.js';

/** One segment as it would air in the plan's first turn. */
export interface Airing {
  readonly index: number;
  readonly assetUri: string;
  readonly segmentType: string;
  readonly offsetMs: number;
  /** Frames of the plan, the end exclusive. */
  readonly startFrame: number;
  readonly endFrame: number;
  /** Frames of slate at its end: the asset is over, or cannot be aired at all. */
  readonly slateFrames: number;
  /** Frames of the asset that do not air because the segment is over. */
  readonly cutFrames: number;
}

export interface PlanCheck {
  /** Undefined where the plan has no form that could be laid out; the problems say why. */
  readonly laidOut:
    | { readonly plan: Plan; readonly timeline: Timeline; readonly airings: readonly Airing[] }
    | undefined;
  /** What would keep the plan, or a part of it, off the air. */
  readonly problems: readonly string[];
  /** What airs, but may not be what was meant. */
  readonly warnings: readonly string[];
}

export interface CheckOptions {
  readonly mediaRoots: readonly string[];
  readonly probe: ProbeMedia;
  readonly format: Format;
  /** The wall clock now, in UTC milliseconds. */
  readonly nowUtcMs: number;
  readonly signal: AbortSignal;
}

/**
 * Checks plain data, parsed from a plan's text.
 * @throws the signal's reason; whatever a probe throws that is no PlanError
 */
export async function checkPlan(raw: unknown, options: CheckOptions): Promise<PlanCheck> {
  const { format, signal, nowUtcMs } = options;
  const warnings = unknownKeys(raw);
  const { plan, problems: ofForm } = await inspectPlan(raw, signal);
  if (plan === undefined) return { laidOut: undefined, problems: ofForm, warnings };

  const resolveAsset = createAssetResolver(options.mediaRoots, options.probe);
  const looking = lookAtAssets(plan.segments, resolveAsset, signal);
  const order = { handle: plan.plan_id, format, signal };
  // Whose lengths are all stated is laid out while others look: a long plan takes as long as a look.
  const stated = plan.segments.every(({ segment_duration_ms }) => segment_duration_ms !== undefined);
  const early = stated ? layOut(plan, new Map(), order) : undefined;
  early?.catch(() => {});
  const looks = await looking;
  const { problems, complete } = segmentProblems(plan, looks);
  const armed = unknownEnds(plan, nowUtcMs);
  problems.push(...armed);
  if (!complete) return { laidOut: undefined, problems, warnings };

  try {
    const durations = new Map([...looks].map(([uri, { durationMs = 0 }]) => [uri, durationMs]));
    const timeline = await (early ?? layOut(plan, durations, order));
    const airings = airingsOf(plan, timeline, looks, format);
    warnings.push(...leftOut(plan, airings));
    problems.push(...isOver(timeline, format, nowUtcMs));
    problems.push(...refusalOf(() => withoutShortLoop(timeline, format)));
    return { laidOut: { plan, timeline, airings }, problems, warnings };
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return { laidOut: undefined, problems: [...problems, error.message], warnings };
  }
}

/** `complete`: every segment has a length. */
function segmentProblems(plan: Plan, looks: ReadonlyMap<string, AssetLook>) {
  const problems: string[] = [];
  let complete = true;
  for (const [uri, { problem, firstIndex, uses }] of looks) {
    if (problem === undefined) continue;
    const more = uses - 1;
    const others = more === 0 ? '' : ` (and in ${more} more ${more === 1 ? 'segment' : 'segments'})`;
    problems.push(`segments[${firstIndex}].asset_uri ${quoted(uri)}${others}: ${problem}`);
  }
  for (const [index, segment] of plan.segments.entries()) {
    const { asset_uri: uri, asset_start_offset_ms: offsetMs } = segment;
    const look = looks.get(uri);
    const open = segment.segment_duration_ms === undefined;
    if (look?.problem !== undefined) {
      if (open) complete = false;
    } else if (look?.durationMs === undefined) {
      if (!open) continue;
      problems.push(lengthUnknown(index, uri));
      complete = false;
    } else if (offsetMs >= look.durationMs) {
      problems.push(inPointBehindEnd(index, uri, offsetMs, look.durationMs));
      if (open) complete = false;
    }
  }
  return { problems, complete };
}

function airingsOf(
  plan: Plan,
  timeline: Timeline,
  looks: ReadonlyMap<string, AssetLook>,
  format: Format,
): Airing[] {
  const airings: Airing[] = [];
  for (let frame = 0; frame < timeline.turnFrames; ) {
    const occurrence = timeline.at(frame);
    if (occurrence === undefined) break;
    const { segment, startFrame, endFrame } = occurrence;
    const planned = plan.segments[segment.index];
    if (planned !== undefined) {
      const slotFrames = endFrame - startFrame;
      const availableFrames = framesOf(planned, looks.get(planned.asset_uri), format) ?? slotFrames;
      airings.push({
        index: segment.index,
        assetUri: segment.assetUri,
        segmentType: segment.segmentType,
        offsetMs: segment.offsetMs,
        startFrame,
        endFrame,
        slateFrames: Math.max(0, slotFrames - availableFrames),
        cutFrames: Math.max(0, availableFrames - slotFrames),
      });
    }
    frame = endFrame;
  }
  return airings;
}

/** Frames that the asset has to give from the in-point on; undefined: as many as are asked for. */
function framesOf(planned: PlanSegment, look: AssetLook | undefined, format: Format): number | undefined {
  if (look === undefined || look.problem !== undefined) return 0;
  if (planned.segment_duration_ms === undefined || look.durationMs === undefined) return undefined;
  return framesIn(Math.max(0, look.durationMs - planned.asset_start_offset_ms), format);
}

function leftOut(plan: Plan, airings: readonly Airing[]): string[] {
  const count = plan.segments.length - airings.length;
  if (count === 0) return [];
  const aired = new Set(airings.map(({ index }) => index));
  const first = plan.segments.findIndex((_, index) => !aired.has(index));
  const others = count === 1 ? '' : ` (and ${count - 1} more)`;
  return [`segments[${first}]${others}: is too short to hold a frame and is left out`];
}

function isOver({ startUtcMs, loop, turnFrames }: Timeline, format: Format, nowUtcMs: number): string[] {
  if (startUtcMs === undefined || loop) return [];
  const endUtcMs = startUtcMs + turnFrames * tickMs(format);
  if (endUtcMs > nowUtcMs) return [];
  return [
    `start_utc_ms: the plan is over since ${new Date(endUtcMs).toISOString()} and would be refused now`,
  ];
}

function refusalOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof PlanError) return [error.message];
    throw error;
  }
}
