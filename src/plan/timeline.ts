/**
 * A plan laid out in frames. Boundaries are computed, never accumulated: boundary k of turn t lies at
 * `round((t * total + duration of the first k segments) * fps)`, in integers, so that neither a day of 29.97 fps
 * nor a year of looping drifts by a frame.
 *
 * The unit is one `1000 * fpsDen`-th of a frame: in it, a millisecond is `fpsNum` units and everything is whole.
 */

import type { Format } from '../../supervisors/channel/format.js';
import { type Occurrence, PlanError, type Segment, type Timeline } from '../../supervisors/channel/plan.js';

/** A segment and how long it lasts: as its plan states it, or, where it does not, as counted from its asset. */
export interface TimedSegment {
  readonly segment: Segment;
  readonly length: { readonly ms: number } | { readonly frames: number };
}

/** Everything about a plan but its format; times are whole milliseconds. */
export interface TimelineContent {
  readonly handle: string;
  readonly hash: string;
  readonly startUtcMs: number | undefined;
  readonly loop: boolean;
  readonly segments: readonly TimedSegment[];
}

/**
 * Lays a plan out in frames of `format`. `at()` takes O(log segments). A segment that is too short to hold a
 * frame where it falls is left out there.
 * @throws PlanError `invalid_plan` when one turn is shorter than half a frame.
 */
export function createTimeline(content: TimelineContent, format: Format): Timeline {
  const unitsPerFrame = 1000n * BigInt(format.fpsDen);
  const half = unitsPerFrame / 2n;
  const fpsNum = BigInt(format.fpsNum);
  const frameAt = (units: bigint) => Number((units + half) / unitsPerFrame);

  const segments = content.segments.map(({ segment }) => segment);
  // What lies before each segment within a turn: whole numbers that stay exact, unlike their sum in units, and that
  // are added up in no time for the longest plan.
  const msBefore = new Float64Array(segments.length + 1);
  const framesBefore = new Float64Array(segments.length + 1);
  for (const [index, { length }] of content.segments.entries()) {
    msBefore[index + 1] = numberAt(msBefore, index) + ('ms' in length ? length.ms : 0);
    framesBefore[index + 1] = numberAt(framesBefore, index) + ('ms' in length ? 0 : length.frames);
  }
  /** Where a segment begins within a turn, in units; behind the last one, where the turn ends. */
  const startOf = (index: number) =>
    BigInt(numberAt(msBefore, index)) * fpsNum + BigInt(numberAt(framesBefore, index)) * unitsPerFrame;
  const turnUnits = startOf(segments.length);
  const turnFrames = frameAt(turnUnits);
  if (turnFrames === 0) {
    throw new PlanError(
      'invalid_plan',
      'segments: all of them together are shorter than one frame; give them longer segment_duration_ms',
    );
  }

  /** Where the last answer lay: who asks next mostly means the same segment or the one after it. */
  let latest = 0;
  function indexOf(units: bigint): number {
    for (const index of [latest, latest + 1]) {
      if (index < segments.length && startOf(index) <= units && units < startOf(index + 1)) {
        latest = index;
        return index;
      }
    }
    latest = lastAtOrBefore(units);
    return latest;
  }

  /** The last segment that begins at or before `units`; those without length begin where the next one does. */
  function lastAtOrBefore(units: bigint): number {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (startOf(middle) <= units) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function at(planFrame: number): Occurrence | undefined {
    if (planFrame < 0) return undefined;
    // The last position that rounds to a boundary at or before this frame.
    const reach = (BigInt(planFrame) + 1n) * unitsPerFrame - half - 1n;
    const turn = reach / turnUnits;
    if (turn > 0n && !content.loop) return undefined;
    return occurrence(turn, indexOf(reach - turn * turnUnits));
  }

  function occurrence(turn: bigint, index: number): Occurrence | undefined {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const turnStart = turn * turnUnits;
    return {
      segment,
      turn: Number(turn),
      startFrame: frameAt(turnStart + startOf(index)),
      endFrame: frameAt(turnStart + startOf(index + 1)),
    };
  }

  const { handle, hash, startUtcMs, loop } = content;
  const nextTurn = ({ turn, segment }: Occurrence) =>
    loop ? occurrence(BigInt(turn) + 1n, segment.index) : undefined;
  return { handle, hash, startUtcMs, loop, segmentCount: segments.length, turnFrames, at, nextTurn };
}

function numberAt(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0;
}
