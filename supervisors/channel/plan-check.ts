/**
 * Looks ahead: proves the assets of the coming hour of the plan on air, one after the other, so that a bad one is heard
 * of before it is due. The plan beneath a preview is followed as if it aired: what it has ahead comes right behind. A plan that is
 * armed comes after it, with what it has within the same hour. What comes of it is told and changes nothing on air: a source finds out for itself.
 *
 * Only one look is under way, and none is given up: a disk that does not answer keeps one of the host's file threads,
 * and never a second.
 */
import type { MasterClock } from '../master-clock.js';
import type { ChannelReport } from './channel-event.js';
import { type Format, framesIn, tickDueMs, tickMs } from './format.js';
import { type Occurrence, PlanError, type PlanSource, type Timeline } from './plan.js';
import type { Schedule } from './program.js';
import type { PlanAssetProblem, PlanAssetProblems } from './snapshot.js';

const AHEAD_MS = 3_600_000;
/** Between two looks: the first look at a file costs a process, and there may be many channels. */
const GAP_MS = 2_000;
/** Where segments are short: fast enough to get ahead of them. */
const SHORTEST_GAP_MS = 250;
/** Between two passes over the hour; files come and go. A file that has not changed costs a few file calls. */
const PASS_GAP_MS = 60_000;
/** How long a problem may outlast its slot. */
const TIDY_MS = 1_000;
/** A look that takes longer is a problem by itself. A probe gives up before that. */
const HUNG_MS = 15_000;
/** Segments that are passed over in one call because they have been looked at in this pass. */
const MAX_SKIPPED = 100;
const SHOWN = 5;

export interface PlanCheckOptions {
  readonly format: Format;
  readonly clock: MasterClock;
  readonly epochMs: number;
  readonly plans: PlanSource;
  readonly report: (report: ChannelReport) => void;
}

/** A plan whose coming hour is looked at. */
interface Followed {
  readonly timeline: Timeline;
  readonly startTick: number;
  /** Its frames that may air within the hour, the end exclusive. */
  fromFrame: number;
  untilFrame: number;
  /** By segment. */
  readonly problems: Map<number, Found>;
}

interface Found extends PlanAssetProblem {
  readonly occurrence: Occurrence;
}

export class PlanCheck {
  readonly #options: PlanCheckOptions;
  readonly #abort = new AbortController();
  /** The plan whose schedule runs. */
  #running: Followed | undefined;
  #armed: Followed | undefined;
  /** The one that the present pass is at; undefined between passes. */
  #passing: Followed | undefined;
  /** Its frame where the next look begins. */
  #cursor = 0;
  #nextLookMs = 0;
  #nextTidyMs = 0;
  /** Its segments that were looked at in this pass. */
  #seen = new Set<number>();
  #looking:
    | { readonly plan: Followed; readonly occurrence: Occurrence; readonly sinceMs: number; told: boolean }
    | undefined;

  constructor(options: PlanCheckOptions) {
    this.#options = options;
  }

  /** What is known to be wrong with segments that are on air or due within the hour. */
  get problems(): PlanAssetProblems {
    const problems = [this.#running, this.#armed].flatMap((plan) => [...(plan?.problems.values() ?? [])]);
    const soonest = problems
      .sort((a, b) => a.dueUtcMs - b.dueUtcMs)
      .slice(0, SHOWN)
      .map(({ occurrence: _, ...problem }) => problem);
    return { count: problems.length, soonest };
  }

  /** The same of one segment of the plan whose schedule runs. */
  problemOf(segmentIndex: number): string | undefined {
    return this.#running?.problems.get(segmentIndex)?.reason;
  }

  /**
   * Called once per tick, after it is out; looks when it is time.
   *
   * @param schedule the plan whose schedule runs
   * @param armed the plan that takes over from it
   */
  tend(tick: number, schedule: Schedule | undefined, armed: Schedule | undefined): void {
    const nowMs = this.#options.clock.nowMs();
    this.#follow(schedule, armed, nowMs);
    const { startTick: takeOverTick = Number.POSITIVE_INFINITY } = this.#armed ?? {};
    if (this.#running !== undefined) this.#moveTo(this.#running, tick + 1, schedule?.skippedTo, takeOverTick);
    if (this.#armed !== undefined) this.#moveTo(this.#armed, tick + 1);
    if (nowMs >= this.#nextTidyMs) {
      this.#nextTidyMs = nowMs + TIDY_MS;
      for (const plan of [this.#running, this.#armed]) if (plan !== undefined) this.#tidy(plan);
    }
    if (this.#looking !== undefined) {
      const { plan, occurrence, sinceMs, told } = this.#looking;
      if (nowMs - sinceMs > HUNG_MS && !told && this.#follows(plan)) {
        this.#looking.told = true;
        this.#note(
          plan,
          occurrence,
          `${JSON.stringify(occurrence.segment.assetUri)} could not be looked at within ${HUNG_MS / 1000} s, its disk or mount does not answer; until it does, nothing further is checked ahead`,
        );
      }
      return;
    }
    if (nowMs >= this.#nextLookMs) this.#step(nowMs);
  }

  close(): void {
    this.#abort.abort();
  }

  /** A preview that comes and goes changes neither the plan's timeline nor its place in time. */
  #follow(schedule: Schedule | undefined, armed: Schedule | undefined, nowMs: number): void {
    const [running, next] = [this.#followed(schedule), this.#followed(armed)];
    if (running === this.#running && next === this.#armed) return;
    this.#running = running;
    this.#armed = next;
    this.#passing = undefined;
    // A plan's first sources want the disk for themselves.
    this.#nextLookMs = nowMs + GAP_MS;
  }

  /** With what is known of it; of a plan that takes over, what was found while it was armed. */
  #followed(schedule: Schedule | undefined): Followed | undefined {
    if (schedule?.startTick === undefined) return undefined;
    const { timeline, startTick } = schedule;
    for (const plan of [this.#running, this.#armed]) {
      if (plan?.timeline === timeline && plan.startTick === startTick) return plan;
    }
    return { timeline, startTick, fromFrame: 0, untilFrame: 0, problems: new Map() };
  }

  #follows(plan: Followed): boolean {
    return plan === this.#running || plan === this.#armed;
  }

  #moveTo(plan: Followed, tick: number, skippedTo = 0, takeOverTick = Number.POSITIVE_INFINITY): void {
    const hourFrames = framesIn(AHEAD_MS, this.#options.format);
    plan.fromFrame = Math.max(0, tick - plan.startTick, skippedTo);
    plan.untilFrame = Math.min(tick + hourFrames, takeOverTick) - plan.startTick;
  }

  /** A segment whose slot is past is a problem of its next turn, where that comes within the hour, or none. */
  #tidy({ timeline, startTick, fromFrame, untilFrame, problems }: Followed): void {
    for (const [index, found] of problems) {
      let occurrence: Occurrence | undefined = found.occurrence;
      while (occurrence !== undefined && !isAhead(occurrence, fromFrame)) {
        occurrence = timeline.nextTurn(occurrence);
      }
      if (occurrence === undefined || occurrence.startFrame >= untilFrame) problems.delete(index);
      else if (occurrence !== found.occurrence) {
        const dueUtcMs = this.#dueUtcMs(startTick + occurrence.startFrame);
        problems.set(index, { ...found, occurrence, dueUtcMs });
      }
    }
  }

  #begin(plan: Followed | undefined): void {
    this.#passing = plan;
    this.#cursor = plan?.fromFrame ?? 0;
    this.#seen.clear();
  }

  #step(nowMs: number): void {
    if (this.#passing === undefined) this.#begin(this.#running ?? this.#armed);
    const plan = this.#passing;
    if (plan === undefined) return;
    const { timeline, untilFrame } = plan;
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      const occurrence = timeline.at(this.#cursor);
      const allSeen = this.#seen.size === timeline.segmentCount;
      if (occurrence === undefined || occurrence.startFrame >= untilFrame || allSeen) {
        this.#begin(plan === this.#armed ? undefined : this.#armed);
        if (this.#passing === undefined) this.#nextLookMs = nowMs + PASS_GAP_MS;
        return;
      }
      this.#cursor = occurrence.endFrame;
      if (this.#seen.has(occurrence.segment.index)) continue;
      this.#seen.add(occurrence.segment.index);
      void this.#look(plan, occurrence, nowMs);
      return;
    }
  }

  async #look(plan: Followed, occurrence: Occurrence, sinceMs: number): Promise<void> {
    const { clock, format, plans } = this.#options;
    this.#looking = { plan, occurrence, sinceMs, told: false };
    let problem: string | undefined;
    try {
      await plans.asset(occurrence.segment, this.#abort.signal);
    } catch (error) {
      // Anything else is the end of the channel.
      if (error instanceof PlanError) problem = error.message;
    }
    this.#looking = undefined;
    const lengthMs = (occurrence.endFrame - occurrence.startFrame) * tickMs(format);
    this.#nextLookMs = clock.nowMs() + Math.min(GAP_MS, Math.max(SHORTEST_GAP_MS, lengthMs / 2));
    if (!this.#follows(plan) || this.#abort.signal.aborted) return;
    if (problem !== undefined) this.#note(plan, occurrence, problem);
    else if (plan.problems.delete(occurrence.segment.index)) {
      const { index: segment, assetUri: asset } = occurrence.segment;
      this.#options.report({
        event: 'plan_asset_found',
        planHandle: plan.timeline.handle,
        segment,
        asset,
      });
    }
  }

  #note({ timeline, startTick, problems }: Followed, occurrence: Occurrence, reason: string): void {
    const { clock, report } = this.#options;
    const { handle: planHandle } = timeline;
    const { index: segmentIndex, assetUri } = occurrence.segment;
    const known = problems.get(segmentIndex);
    const dueUtcMs = this.#dueUtcMs(startTick + occurrence.startFrame);
    problems.set(segmentIndex, { planHandle, segmentIndex, assetUri, reason, dueUtcMs, occurrence });
    if (known?.reason === reason) return;
    const inMs = Math.max(0, dueUtcMs - clock.utcMs());
    report({ event: 'plan_asset_problem', planHandle, segment: segmentIndex, asset: assetUri, inMs, reason });
  }

  #dueUtcMs(tick: number): number {
    const { clock, epochMs, format } = this.#options;
    return Math.round(clock.utcMs() - clock.nowMs() + tickDueMs(epochMs, tick, format));
  }
}

function isAhead({ startFrame, endFrame }: Occurrence, airFrame: number): boolean {
  return endFrame > airFrame && endFrame > startFrame;
}
