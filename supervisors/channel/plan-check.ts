/**
 * Looks ahead: proves the assets of the coming hour of the plan on air, one after the other, so that a bad one is heard
 * of before it is due. The plan beneath a preview is followed as if it aired: what it has ahead comes right behind. What comes of it is told and changes nothing on air: a source finds out for itself.
 *
 * Only one look is under way, and none is given up: a disk that does not answer keeps one of the host's file threads,
 * and never a second.
 */
import type { MasterClock } from '../master-clock.js';
import type { ChannelReport } from './channel-event.js';
import { type Format, framesIn, tickDueMs, tickMs } from './format.js';
import { type Occurrence, PlanError, type PlanSource, type Timeline } from './plan.js';
import type { Schedule } from './preview-desk.js';
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
  /** By segment. */
  readonly problems: Map<number, Found>;
}

interface Found extends PlanAssetProblem {
  readonly occurrence: Occurrence;
}

export class PlanCheck {
  readonly #options: PlanCheckOptions;
  readonly #abort = new AbortController();
  #plan: Followed | undefined;
  /** The plan frame where the next look begins; undefined between passes. */
  #cursor: number | undefined;
  #nextLookMs = 0;
  #nextTidyMs = 0;
  /** Segments looked at in this pass. */
  #seen = new Set<number>();
  #looking:
    | { readonly plan: Followed; readonly occurrence: Occurrence; readonly sinceMs: number }
    | undefined;

  constructor(options: PlanCheckOptions) {
    this.#options = options;
  }

  /** What is known to be wrong with segments that are on air or due within the hour. */
  get problems(): PlanAssetProblems {
    const problems = [...(this.#plan?.problems.values() ?? [])];
    const soonest = problems
      .sort((a, b) => a.dueUtcMs - b.dueUtcMs)
      .slice(0, SHOWN)
      .map(({ segmentIndex, assetUri, reason, dueUtcMs }) => ({ segmentIndex, assetUri, reason, dueUtcMs }));
    return { count: problems.length, soonest };
  }

  /** The same of one segment. */
  problemOf(segmentIndex: number): string | undefined {
    return this.#plan?.problems.get(segmentIndex)?.reason;
  }

  /**
   * Called once per tick, after it is out; looks when it is time.
   *
   * @param schedule the plan whose schedule runs; undefined, or provisional: what is known stays
   */
  tend(tick: number, schedule: Schedule | undefined): void {
    const nowMs = this.#options.clock.nowMs();
    const plan = this.#follow(schedule, nowMs);
    if (plan === undefined || schedule === undefined) return;
    const airFrame = Math.max(tick + 1 - plan.startTick, schedule.skippedTo ?? 0);
    if (nowMs >= this.#nextTidyMs) {
      this.#nextTidyMs = nowMs + TIDY_MS;
      this.#tidy(plan, airFrame);
    }
    if (this.#looking !== undefined) {
      const { plan: asked, occurrence, sinceMs } = this.#looking;
      if (nowMs - sinceMs > HUNG_MS && asked === plan) {
        this.#note(
          plan,
          occurrence,
          `${JSON.stringify(occurrence.segment.assetUri)} could not be looked at within ${HUNG_MS / 1000} s, its disk or mount does not answer; until it does, nothing further is checked ahead`,
        );
      }
      return;
    }
    if (nowMs >= this.#nextLookMs) this.#step(plan, airFrame, nowMs);
  }

  close(): void {
    this.#abort.abort();
  }

  /** A preview that comes and goes changes neither the plan's timeline nor its place in time. */
  #follow(schedule: Schedule | undefined, nowMs: number): Followed | undefined {
    if (schedule?.startTick === undefined) return undefined;
    const { timeline, startTick } = schedule;
    if (this.#plan?.timeline !== timeline || this.#plan.startTick !== startTick) {
      this.#plan = { timeline, startTick, problems: new Map() };
      this.#cursor = undefined;
      // Its first sources want the disk for themselves.
      this.#nextLookMs = nowMs + GAP_MS;
    }
    return this.#plan;
  }

  /** A segment whose slot is past is a problem of its next turn, where that comes within the hour, or none. */
  #tidy({ timeline, startTick, problems }: Followed, airFrame: number): void {
    const horizon = this.#horizon(airFrame);
    for (const [index, found] of problems) {
      let occurrence: Occurrence | undefined = found.occurrence;
      while (occurrence !== undefined && !isAhead(occurrence, airFrame)) {
        occurrence = timeline.nextTurn(occurrence);
      }
      if (occurrence === found.occurrence) continue;
      if (occurrence === undefined || occurrence.startFrame > horizon) problems.delete(index);
      else {
        const dueUtcMs = this.#dueUtcMs(startTick + occurrence.startFrame);
        problems.set(index, { ...found, occurrence, dueUtcMs });
      }
    }
  }

  #horizon(airFrame: number): number {
    return airFrame + framesIn(AHEAD_MS, this.#options.format);
  }

  #step(plan: Followed, airFrame: number, nowMs: number): void {
    const { timeline } = plan;
    if (this.#cursor === undefined) {
      this.#cursor = Math.max(airFrame, 0);
      this.#seen.clear();
    }
    const horizon = this.#horizon(airFrame);
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      const occurrence = timeline.at(this.#cursor);
      const allSeen = this.#seen.size === timeline.segmentCount;
      if (occurrence === undefined || occurrence.startFrame > horizon || allSeen) {
        this.#cursor = undefined;
        this.#nextLookMs = nowMs + PASS_GAP_MS;
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
    this.#looking = { plan, occurrence, sinceMs };
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
    if (plan !== this.#plan || this.#abort.signal.aborted) return;
    if (problem !== undefined) this.#note(plan, occurrence, problem);
    else if (plan.problems.delete(occurrence.segment.index)) {
      const { index: segment, assetUri: asset } = occurrence.segment;
      this.#options.report({ event: 'plan_asset_found', segment, asset });
    }
  }

  #note({ startTick, problems }: Followed, occurrence: Occurrence, reason: string): void {
    const { clock, report } = this.#options;
    const { index: segmentIndex, assetUri } = occurrence.segment;
    const known = problems.get(segmentIndex);
    const dueUtcMs = this.#dueUtcMs(startTick + occurrence.startFrame);
    problems.set(segmentIndex, { segmentIndex, assetUri, reason, dueUtcMs, occurrence });
    if (known?.reason === reason) return;
    const inMs = Math.max(0, dueUtcMs - clock.utcMs());
    report({ event: 'plan_asset_problem', segment: segmentIndex, asset: assetUri, inMs, reason });
  }

  #dueUtcMs(tick: number): number {
    const { clock, epochMs, format } = this.#options;
    return Math.round(clock.utcMs() - clock.nowMs() + tickDueMs(epochMs, tick, format));
  }
}

function isAhead({ startFrame, endFrame }: Occurrence, airFrame: number): boolean {
  return endFrame > airFrame && endFrame > startFrame;
}
