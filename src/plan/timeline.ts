/**
 * A plan laid out in frames. Boundary k of turn t lies at `round((t * total + duration of the first k segments) * fps)`:
 * nothing that was rounded is ever added up, so that neither a day of 29.97 fps nor a year of looping drifts by a frame.
 *
 * The unit is one `1000 * fpsDen`-th of a frame: in it, a millisecond is `fpsNum` units and everything is whole. A
 * position is kept as whole frames and the units beyond them, which both stay exact as plain numbers.
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
  const unitsPerFrame = 1000 * format.fpsDen;
  const half = unitsPerFrame / 2;
  const { handle, hash, startUtcMs, loop } = content;
  const segments = content.segments.map(({ segment }) => segment);
  const before = positions(content.segments, format);

  /** The frame on which a segment of the turn begins; behind the last one, the frame on which the turn ends. */
  const startOf = (turn: Turn, index: number) =>
    turn.frames +
    numberAt(before.frames, index) +
    Math.floor((turn.units + numberAt(before.units, index) + half) / unitsPerFrame);
  const firstTurn: Turn = { turn: 0, frames: 0, units: 0 };
  const turnFrames = startOf(firstTurn, segments.length);
  if (turnFrames === 0) {
    throw new PlanError(
      'invalid_plan',
      'segments: all of them together are shorter than one frame; give them longer segment_duration_ms',
    );
  }

  const bigUnitsPerFrame = BigInt(unitsPerFrame);
  const turnUnits =
    BigInt(numberAt(before.frames, segments.length)) * bigUnitsPerFrame +
    BigInt(numberAt(before.units, segments.length));

  function turnNumbered(turn: number): Turn {
    if (turn === 0) return firstTurn;
    const units = BigInt(turn) * turnUnits;
    return { turn, frames: Number(units / bigUnitsPerFrame), units: Number(units % bigUnitsPerFrame) };
  }

  /** Where the last answer lay: who asks next mostly means the same segment or the one after it. */
  let latestTurn = firstTurn;
  let latestIndex = 0;

  function turnAt(planFrame: number): Turn {
    if (startOf(latestTurn, 0) > planFrame || planFrame >= startOf(latestTurn, segments.length)) {
      // The last position that rounds to a boundary at or before this frame.
      const reach = BigInt(planFrame) * bigUnitsPerFrame + BigInt(half) - 1n;
      latestTurn = turnNumbered(Number(reach / turnUnits));
    }
    return latestTurn;
  }

  function indexAt(turn: Turn, planFrame: number): number {
    for (const index of [latestIndex, latestIndex + 1]) {
      if (index >= segments.length) break;
      if (startOf(turn, index) <= planFrame && planFrame < startOf(turn, index + 1)) {
        latestIndex = index;
        return index;
      }
    }
    latestIndex = lastAtOrBefore(turn, planFrame);
    return latestIndex;
  }

  /** The last segment that begins at or before `planFrame`; those without length begin where the next one does. */
  function lastAtOrBefore(turn: Turn, planFrame: number): number {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (startOf(turn, middle) <= planFrame) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function at(planFrame: number): Occurrence | undefined {
    if (planFrame < 0) return undefined;
    if (!Number.isInteger(planFrame)) throw new RangeError(`no frame has the number ${planFrame}`);
    if (planFrame >= turnFrames && !loop) return undefined;
    const turn = turnAt(planFrame);
    return occurrence(turn, indexAt(turn, planFrame));
  }

  function occurrence(turn: Turn, index: number): Occurrence | undefined {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const startFrame = startOf(turn, index);
    return { segment, turn: turn.turn, startFrame, endFrame: startOf(turn, index + 1) };
  }

  const nextTurn = ({ turn, segment }: Occurrence) =>
    loop ? occurrence(turnNumbered(turn + 1), segment.index) : undefined;
  return { handle, hash, startUtcMs, loop, segmentCount: segments.length, turnFrames, at, nextTurn };
}

/** One turn of the plan, and the position at which it begins. */
interface Turn {
  readonly turn: number;
  readonly frames: number;
  readonly units: number;
}

/**
 * The position of each segment within a turn, and of the turn's end: whole frames, and units beyond them, fewer than
 * make a frame. It takes no time to speak of for the longest plan.
 */
function positions(segments: readonly TimedSegment[], { fpsNum, fpsDen }: Format) {
  const unitsPerFrame = 1000 * fpsDen;
  const frames = new Float64Array(segments.length + 1);
  const units = new Float64Array(segments.length + 1);
  let allFrames = 0;
  let beyond = 0;
  for (const [index, { length }] of segments.entries()) {
    if ('frames' in length) allFrames += length.frames;
    else {
      // Seconds and milliseconds apart: the units of a year do not fit a plain number at every rate.
      const ofSeconds = Math.floor(length.ms / 1000) * fpsNum;
      const ofRest = (length.ms % 1000) * fpsNum;
      beyond += (ofSeconds % fpsDen) * 1000 + ofRest;
      const carried = Math.floor(beyond / unitsPerFrame);
      allFrames += Math.floor(ofSeconds / fpsDen) + carried;
      beyond -= carried * unitsPerFrame;
    }
    frames[index + 1] = allFrames;
    units[index + 1] = beyond;
  }
  return { frames, units };
}

function numberAt(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0;
}
