/**
 * One line of the as-run log: a stretch of time on one channel in which one thing was scheduled, and what was seen of
 * it. The lines of a channel follow each other without a gap, so that exactly one of them covers any moment at which
 * the channel was on the air. Plain data: it crosses from the host to the engine and is written as JSON.
 */

/**
 * - `segment`: one airing of one segment of a plan
 * - `before_plan`: the plan on air starts later
 * - `after_plan`: the plan is over
 * - `no_plan`: there is no plan to air from, or none of its frames has come yet
 * - `skipped`: the host stood still, and these ticks belonged to more than one segment
 * - `no_host`: no host ran, so nothing was sent at all
 */
export type AsRunKind = 'segment' | 'before_plan' | 'after_plan' | 'no_plan' | 'skipped' | 'no_host';

/**
 * What ended the stretch: the schedule itself, another plan, an operator's SkipSegment, StopChannel or the engine's
 * own stop, a source supervisor that failed, or the loss of the host. `null`: nothing yet.
 */
export type AsRunEnd = 'schedule' | 'plan_change' | 'skip' | 'stop' | 'restart' | 'host_lost';

/** Ticks by what they aired; `pad` is slate that the schedule asks for, `skipped` were not aired at all. */
export interface AsRunFrames {
  readonly content: number;
  readonly hold: number;
  readonly slate: number;
  readonly pad: number;
  readonly skipped: number;
}

export interface AsRunLine {
  readonly channel: number;
  readonly kind: AsRunKind;
  /** When its first tick was due, and when the first tick after it was; UTC, ISO 8601. */
  readonly start: string;
  readonly end: string;
  /** When the schedule has the segment start, of which these are all the frames; null but for a segment. */
  readonly plannedStart: string | null;
  readonly plannedFrames: number | null;
  readonly frames: AsRunFrames;
  /** Nobody could have seen a difference to the schedule: of a segment every frame was aired, else no filler. */
  readonly asPlanned: boolean;
  readonly endedBy: AsRunEnd | null;
  /** What went wrong, in words; empty where nothing did. */
  readonly why: readonly string[];
  readonly planHandle: string;
  readonly planHash: string | null;
  readonly segmentIndex: number | null;
  readonly segmentType: string | null;
  readonly assetUri: string | null;
  /** How often the plan had looped before. */
  readonly turn: number | null;
}

/** A line about time in which no host told anything. */
export function noHostLine(
  about: Pick<AsRunLine, 'channel' | 'start' | 'end' | 'endedBy' | 'why' | 'planHandle'>,
): AsRunLine {
  return {
    ...about,
    kind: 'no_host',
    plannedStart: null,
    plannedFrames: null,
    frames: { content: 0, hold: 0, slate: 0, pad: 0, skipped: 0 },
    asPlanned: false,
    planHash: null,
    segmentIndex: null,
    segmentType: null,
    assetUri: null,
    turn: null,
  };
}
