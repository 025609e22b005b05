/** What is on air of the schedule and what comes next, in the words and times of people. */
import { type Format, tickDueMs, tickMs } from './format.js';
import type { Occurrence, Segment } from './plan.js';
import type { Program, Schedule } from './program.js';
import type { ComingSegment, OnAirSnapshot } from './snapshot.js';

/** Segments ahead that are shown. */
const COMING = 10;

export interface ScheduleFacts {
  readonly live: Program | undefined;
  /** The plan whose schedule runs, on air or beneath a preview. */
  readonly plan: Schedule | undefined;
  /** What is known to be wrong with a segment's asset. */
  readonly problemOf: (segmentIndex: number) => string | undefined;
  readonly format: Format;
  /** When tick 0 is due, UTC as the clock stands now. */
  readonly epochUtcMs: number;
}

/** What the coming tick shows of the plan; null before its start, after its end, and while it is provisional. */
export function onAirSnapshot({ live, plan, format, epochUtcMs }: ScheduleFacts): OnAirSnapshot | null {
  const occurrence = occurrenceOnAir(live);
  if (live?.startTick === undefined || occurrence === undefined) return null;
  const { segment, turn, startFrame, endFrame } = occurrence;
  const segmentFrame = live.airFrame - startFrame;
  const segmentFrames = endFrame - startFrame;
  const utcOf = (planFrame: number) =>
    Math.round(tickDueMs(epochUtcMs, (live.startTick ?? 0) + planFrame, format));
  return {
    planHandle: plan?.timeline.handle ?? '',
    planHash: plan?.timeline.hash ?? '',
    segmentIndex: segment.index,
    segmentType: segment.segmentType,
    title: titleOf(segment),
    assetUri: segment.assetUri,
    segmentFrame,
    segmentFrames,
    positionMs: Math.round(segmentFrame * tickMs(format)),
    durationMs: Math.round(segmentFrames * tickMs(format)),
    startedUtcMs: utcOf(startFrame),
    endsUtcMs: utcOf(endFrame),
    turn,
  };
}

/** The segments that follow what is on air; after a preview, those from the one that is joined on. */
export function comingSegments(facts: ScheduleFacts, nextTick: number): ComingSegment[] {
  const { live, plan, problemOf, format, epochUtcMs } = facts;
  if (plan?.startTick === undefined) return [];
  const { timeline, startTick, skippedTo = 0 } = plan;
  const present = occurrenceOnAir(live);
  const endTick =
    live?.startTick === undefined || present === undefined ? nextTick : live.startTick + present.endFrame;
  const coming: ComingSegment[] = [];
  let frame = Math.max(0, endTick - startTick, skippedTo);
  while (coming.length < COMING) {
    const occurrence = timeline.at(frame);
    if (occurrence === undefined) break;
    const { segment, endFrame } = occurrence;
    coming.push({
      segmentIndex: segment.index,
      segmentType: segment.segmentType,
      title: titleOf(segment),
      assetUri: segment.assetUri,
      startsUtcMs: Math.round(tickDueMs(epochUtcMs, startTick + frame, format)),
      durationMs: Math.round((endFrame - frame) * tickMs(format)),
      problem: problemOf(segment.index) ?? null,
    });
    frame = endFrame;
  }
  return coming;
}

function occurrenceOnAir(live: Program | undefined): Occurrence | undefined {
  if (live?.startTick === undefined || live.airFrame < live.joinFrame) return undefined;
  return live.timeline.at(live.airFrame);
}

/** The plan's own title, else the name of the file. */
function titleOf({ title, assetUri }: Segment): string {
  return title || assetUri.slice(assetUri.lastIndexOf('/') + 1) || assetUri;
}
