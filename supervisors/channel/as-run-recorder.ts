/**
 * Counts what a channel airs, and tells one as-run line whenever what is scheduled changes. A tick that airs content
 * costs it a comparison and an addition; everything else happens when a stretch begins or ends.
 *
 * It belongs to the channel, not to the source supervisor: what aired is also known while that one is restarted.
 */
import type { MasterClock } from '../master-clock.js';
import type { AsRunEnd, AsRunKind, AsRunLine } from './as-run-line.js';
import { type Format, tickDueMs } from './format.js';
import type { Occurrence } from './plan.js';
import type { Program } from './program.js';
import { shownHandle } from './shown-handle.js';
import type { AiringSource } from './snapshot.js';

/** Reasons that one line tells; a decoder that fails all day gives many. */
const MAX_REASONS = 5;
const MAX_REASON_CHARACTERS = 500;
/** The wall clock is read in whole milliseconds: only what is more than its jitter moves the lines' times. */
const UTC_JITTER_MS = 5;

/** Reasons that are no fault. */
const OPERATOR_SLATE = 'operator_slate: an operator had taken slate';
const SKIPPED = 'an operator skipped the rest of it';

/** What the recorder needs to see of the source supervisor. */
export interface AsRunSource {
  readonly desk: { readonly live: Program | undefined };
  readonly machine: { readonly snapshot: { readonly context: { readonly reason: string } } };
}

export interface AsRunOptions {
  readonly channelId: number;
  readonly format: Format;
  readonly clock: MasterClock;
  readonly epochMs: number;
  /** The plan that the channel is to air, where none is on air. */
  readonly planHandle: () => string;
  readonly onLine: (line: AsRunLine) => void;
}

interface Stretch {
  readonly kind: AsRunKind;
  /** Undefined while no plan has taken the air. */
  program: Program | undefined;
  readonly occurrence: Occurrence | undefined;
  readonly planHandle: string;
  /** The ticks that are scheduled to belong to it, the second exclusive. */
  readonly fromTick: number;
  readonly toTick: number;
  readonly firstTick: number;
  /** UTC minus monotonic time when it began. */
  readonly utcOffsetMs: number;
  readonly frames: { content: number; hold: number; slate: number; pad: number; skipped: number };
  readonly reasons: string[];
  moreReasons: number;
  lastReason: string;
  nextTick: number;
}

export class AsRunRecorder {
  readonly #options: AsRunOptions;
  #stretch: Stretch | undefined;
  /** The stretch that runs ends with an operator's skip, not with another plan. */
  #skipped = false;
  /** UTC minus monotonic time. */
  #utcOffsetMs = Number.NEGATIVE_INFINITY;

  constructor(options: AsRunOptions) {
    this.#options = options;
  }

  /** What has aired of the stretch that is not over yet; undefined before the first tick and after the end. */
  get current(): AsRunLine | undefined {
    return this.#stretch === undefined ? undefined : this.#line(this.#stretch, null);
  }

  /** A tick has been decided. Called once per tick, in order; ticks may be skipped. */
  aired(tick: number, airing: AiringSource, source: AsRunSource | undefined): void {
    const live = source?.desk.live;
    const program = live?.startTick === undefined ? undefined : live;
    let stretch = this.#stretch;
    // Taken up again where it was, by a source supervisor that was restarted.
    if (stretch !== undefined && isSame(stretch.program, program)) stretch.program = program;
    if (
      stretch === undefined ||
      program !== stretch.program ||
      tick < stretch.fromTick ||
      tick >= stretch.toTick
    ) {
      this.#endBefore(tick, program);
      stretch = this.#begin(tick, program);
      this.#stretch = stretch;
    }
    stretch.frames.skipped += tick - stretch.nextTick;
    stretch.frames[airing === 'operator_slate' ? 'slate' : airing]++;
    stretch.nextTick = tick + 1;
    if (airing !== 'content') noteReason(stretch, reasonFor(stretch, tick, airing, source));
  }

  /** An operator skips what airs, from the next tick on. @param moved the schedule is another one from there on */
  skipped(moved: boolean): void {
    this.#skipped = moved;
    if (this.#stretch !== undefined) noteReason(this.#stretch, SKIPPED);
  }

  /** Nothing airs any more. */
  end(endedBy: AsRunEnd): void {
    const stretch = this.#stretch;
    this.#stretch = undefined;
    if (stretch !== undefined) this.#options.onLine(this.#line(stretch, endedBy));
  }

  /** Another stretch begins with `tick`. */
  #endBefore(tick: number, program: Program | undefined): void {
    const stretch = this.#stretch;
    if (stretch === undefined) return;
    const same = program === stretch.program || stretch.program === undefined;
    const other = program === undefined ? 'restart' : this.#skipped ? 'skip' : 'plan_change';
    this.#skipped = false;
    this.end(same ? 'schedule' : other);
    if (tick === stretch.nextTick) return;
    const skipped = this.#stretchOf('skipped', stretch.nextTick, program);
    skipped.frames.skipped = tick - stretch.nextTick;
    skipped.nextTick = tick;
    noteReason(skipped, 'the host was held up');
    this.#options.onLine(this.#line(skipped, 'schedule'));
  }

  #begin(tick: number, program: Program | undefined): Stretch {
    if (program?.startTick === undefined) return this.#stretchOf('no_plan', tick, undefined);
    const { startTick, timeline } = program;
    if (tick < startTick) {
      return this.#stretchOf('before_plan', tick, program, { fromTick: tick, toTick: startTick });
    }
    const occurrence = timeline.at(tick - startTick);
    if (occurrence === undefined) return this.#stretchOf('after_plan', tick, program, { fromTick: tick });
    const fromTick = startTick + occurrence.startFrame;
    const toTick = startTick + occurrence.endFrame;
    const stretch = this.#stretchOf('segment', tick, program, { occurrence, fromTick, toTick });
    if (tick > fromTick) noteReason(stretch, `joined in progress, at its frame ${tick - fromTick}`);
    return stretch;
  }

  #stretchOf(
    kind: AsRunKind,
    tick: number,
    program: Program | undefined,
    about: { occurrence?: Occurrence; fromTick?: number; toTick?: number } = {},
  ): Stretch {
    const { clock, planHandle } = this.#options;
    const utcOffsetMs = clock.utcMs() - clock.nowMs();
    if (Math.abs(utcOffsetMs - this.#utcOffsetMs) > UTC_JITTER_MS) this.#utcOffsetMs = utcOffsetMs;
    return {
      kind,
      program,
      occurrence: about.occurrence,
      planHandle: shownHandle(program?.timeline.handle ?? planHandle()),
      fromTick: about.fromTick ?? Number.NEGATIVE_INFINITY,
      toTick: about.toTick ?? Number.POSITIVE_INFINITY,
      firstTick: tick,
      utcOffsetMs: this.#utcOffsetMs,
      frames: { content: 0, hold: 0, slate: 0, pad: 0, skipped: 0 },
      reasons: [],
      moreReasons: 0,
      lastReason: '',
      nextTick: tick,
    };
  }

  #line(stretch: Stretch, endedBy: AsRunEnd | null): AsRunLine {
    const { kind, program, occurrence, firstTick, nextTick, moreReasons } = stretch;
    const frames = { ...stretch.frames };
    const plannedFrames = occurrence === undefined ? null : occurrence.endFrame - occurrence.startFrame;
    const filler = frames.hold + frames.slate;
    const why = [...stretch.reasons];
    if (moreReasons > 0) why.push(`and ${moreReasons} more`);
    if (filler > 0 && why.length === 0) why.push('no frame was ready in time');
    if (frames.skipped > 0 && kind !== 'skipped')
      why.push(`the host was held up and skipped ${frames.skipped} ticks`);
    return {
      channel: this.#options.channelId,
      kind,
      start: this.#utcOf(stretch, firstTick),
      end: this.#utcOf(stretch, nextTick),
      plannedStart: this.#plannedStart(stretch),
      plannedFrames,
      frames,
      asPlanned: frames.content === (plannedFrames ?? 0) && filler + frames.skipped === 0,
      endedBy,
      why,
      planHandle: stretch.planHandle,
      planHash: program?.timeline.hash ?? null,
      segmentIndex: occurrence?.segment.index ?? null,
      segmentType: occurrence?.segment.segmentType ?? null,
      assetUri: occurrence?.segment.assetUri ?? null,
      turn: occurrence?.turn ?? null,
    };
  }

  /** A plan that says when it starts is taken at its word; another one is planned for when it took the air. */
  #plannedStart(stretch: Stretch): string | null {
    const { program, occurrence, fromTick } = stretch;
    if (program === undefined || occurrence === undefined) return null;
    const { startUtcMs } = program.timeline;
    if (startUtcMs === undefined) return this.#utcOf(stretch, fromTick);
    return isoOf(tickDueMs(startUtcMs, occurrence.startFrame, this.#options.format));
  }

  #utcOf({ utcOffsetMs }: Stretch, tick: number): string {
    const { epochMs, format } = this.#options;
    return isoOf(tickDueMs(epochMs, tick, format) + utcOffsetMs);
  }
}

/** Another program of the same plan at the same place of the schedule. */
function isSame(one: Program | undefined, other: Program | undefined): boolean {
  if (one === other || one === undefined || other === undefined) return false;
  const [a, b] = [one.timeline, other.timeline];
  return a.handle === b.handle && a.hash === b.hash && one.startTick === other.startTick;
}

/** Why this tick aired something else than content; empty where there is nothing to say. */
function reasonFor(
  { kind, program }: Stretch,
  tick: number,
  airing: AiringSource,
  source: AsRunSource | undefined,
): string {
  if (airing === 'operator_slate') return OPERATOR_SLATE;
  if (source === undefined) return 'the source supervisor was being restarted';
  if (airing !== 'pad') return source.machine.snapshot.context.reason;
  if (kind !== 'segment' || program?.startTick === undefined) return '';
  const planFrame = tick - program.startTick;
  if (planFrame < program.skippedTo) return SKIPPED;
  return planFrame < program.joinFrame
    ? 'its first frames were not there yet when the plan was joined'
    : 'the asset ended before its slot did';
}

function noteReason(stretch: Stretch, reason: string): void {
  if (reason === '' || reason === stretch.lastReason) return;
  stretch.lastReason = reason;
  const told = reason.slice(0, MAX_REASON_CHARACTERS);
  if (stretch.reasons.includes(told)) return;
  if (stretch.reasons.length < MAX_REASONS) stretch.reasons.push(told);
  else stretch.moreReasons++;
}

/** ISO 8601; a time that no date can express (a clock gone mad) as the earliest that it can. */
function isoOf(utcMs: number): string {
  const date = new Date(Math.round(utcMs));
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
