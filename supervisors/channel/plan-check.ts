/**
 * Looks ahead: proves the assets of the coming hour of the plan on air, one after the other, so that a bad one is heard
 * of before it is due. What comes of it is told and changes nothing on air: a source finds out for itself.
 *
 * Only one look is under way, and none is given up: a disk that does not answer keeps one of the host's file threads,
 * and never a second.
 */
import type { MasterClock } from '../master-clock.js';
import type { ChannelReport } from './channel-event.js';
import { type Format, framesIn, tickDueMs, tickMs } from './format.js';
import { type Occurrence, PlanError, type PlanSource } from './plan.js';
import type { Program } from './program.js';
import type { PlanAssetProblem, PlanAssetProblems } from './snapshot.js';

const AHEAD_MS = 3_600_000;
/** Between two looks: the first look at a file costs a process, and there may be many channels. */
const GAP_MS = 2_000;
/** Where segments are short: fast enough to get ahead of them. */
const SHORTEST_GAP_MS = 250;
/** Between two passes over the hour; files come and go. A file that has not changed costs a few file calls. */
const PASS_GAP_MS = 60_000;
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

interface Found extends PlanAssetProblem {
  readonly endFrame: number;
}

export class PlanCheck {
  readonly #options: PlanCheckOptions;
  readonly #abort = new AbortController();
  #program: Program | undefined;
  /** The plan frame where the next look begins; undefined between passes. */
  #cursor: number | undefined;
  #nextLookMs = 0;
  /** Segments looked at in this pass. */
  #seen = new Set<number>();
  /** By segment. */
  #problems = new Map<number, Found>();
  #looking: { readonly occurrence: Occurrence; readonly sinceMs: number } | undefined;

  constructor(options: PlanCheckOptions) {
    this.#options = options;
  }

  /** What is known to be wrong with segments that are on air or due within the hour. */
  get problems(): PlanAssetProblems {
    const soonest = [...this.#problems.values()]
      .sort((a, b) => a.dueUtcMs - b.dueUtcMs)
      .slice(0, SHOWN)
      .map(({ segmentIndex, assetUri, reason, dueUtcMs }) => ({ segmentIndex, assetUri, reason, dueUtcMs }));
    return { count: this.#problems.size, soonest };
  }

  /** The same of one segment. */
  problemOf(segmentIndex: number): string | undefined {
    return this.#problems.get(segmentIndex)?.reason;
  }

  /** Called once per tick, after it is out; looks when it is time. */
  tend(live: Program | undefined): void {
    const nowMs = this.#options.clock.nowMs();
    if (live?.startTick === undefined) return;
    if (live !== this.#program) this.#begin(live, nowMs);
    if (this.#looking !== undefined) {
      const { occurrence, sinceMs } = this.#looking;
      if (nowMs - sinceMs > HUNG_MS) {
        this.#note(
          occurrence,
          `${JSON.stringify(occurrence.segment.assetUri)} could not be looked at within ${HUNG_MS / 1000} s, its disk or mount does not answer; until it does, nothing further is checked ahead`,
        );
      }
      return;
    }
    if (nowMs >= this.#nextLookMs) this.#step(live, nowMs);
  }

  close(): void {
    this.#abort.abort();
  }

  #begin(program: Program, nowMs: number): void {
    this.#program = program;
    this.#problems.clear();
    this.#cursor = undefined;
    // Its first sources want the disk for themselves.
    this.#nextLookMs = nowMs + GAP_MS;
  }

  #step(program: Program, nowMs: number): void {
    const { format } = this.#options;
    const { timeline, airFrame } = program;
    for (const [index, { endFrame }] of this.#problems) {
      // In a loop it will be back.
      if (endFrame <= airFrame && !timeline.loop) this.#problems.delete(index);
    }
    if (this.#cursor === undefined) {
      this.#cursor = Math.max(airFrame, program.joinFrame);
      this.#seen.clear();
    }
    const horizon = airFrame + framesIn(AHEAD_MS, format);
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
      void this.#look(program, occurrence, nowMs);
      return;
    }
  }

  async #look(program: Program, occurrence: Occurrence, sinceMs: number): Promise<void> {
    const { clock, format, plans } = this.#options;
    this.#looking = { occurrence, sinceMs };
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
    if (program !== this.#program || this.#abort.signal.aborted) return;
    if (problem !== undefined) this.#note(occurrence, problem);
    else if (this.#problems.delete(occurrence.segment.index)) {
      const { index: segment, assetUri: asset } = occurrence.segment;
      this.#options.report({ event: 'plan_asset_found', segment, asset });
    }
  }

  #note({ segment, startFrame, endFrame }: Occurrence, reason: string): void {
    const { clock, epochMs, format, report } = this.#options;
    const startTick = this.#program?.startTick ?? 0;
    const inMs = Math.max(0, tickDueMs(epochMs, startTick + startFrame, format) - clock.nowMs());
    const { index: segmentIndex, assetUri } = segment;
    const known = this.#problems.get(segmentIndex);
    const dueUtcMs = Math.round(clock.utcMs() + inMs);
    this.#problems.set(segmentIndex, { segmentIndex, assetUri, reason, dueUtcMs, endFrame });
    if (known?.reason === reason) return;
    report({ event: 'plan_asset_problem', segment: segmentIndex, asset: assetUri, inMs, reason });
  }
}
