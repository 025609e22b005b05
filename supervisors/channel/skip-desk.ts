/**
 * The skip desk: ends the airing of a segment before its time, at an operator's word.
 *
 * - A plan without a start time of its own goes on with its next segment, once the first frames of that wait: prepared
 *   beside what is on air and swapped on one tick, as another plan is. The rest of the schedule moves with it.
 * - A plan that is bound to the clock keeps its schedule: the rest of the segment's slot is slate.
 * - After the last segment of a plan that does not loop, the plan is over.
 * - A preview gives way to its plan, which is joined where the clock stands.
 */
import type { MasterClock } from '../master-clock.js';
import type { ChannelReport } from './channel-event.js';
import type { ChannelSettings } from './channel-settings.js';
import { COMMIT_FRAMES, joinTick } from './join.js';
import type { Occurrence } from './plan.js';
import { PlanChange, type PlanChangeOutcome } from './plan-change.js';
import type { Program, Schedule } from './program.js';
import type { Programs } from './programs.js';
import type { Source } from './source.js';

export interface SkipDeskOptions {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly epochMs: number;
  readonly report: (report: ChannelReport) => void;
  readonly programs: Programs;
  readonly openSources: (program: Program) => void;
  /** The tick to air next. */
  readonly nextTick: () => number;
  /** What is on air and in preparation. */
  readonly desk: {
    readonly live: Program | undefined;
    readonly changes: { readonly preparing: PlanChange | undefined };
    readonly previews: { readonly interrupted: { readonly plan: Schedule | undefined } | undefined };
  };
  /** Airs this program from the coming tick on, with its frame 0 on `startTick`. */
  readonly takeOver: (program: Program, startTick: number) => void;
  /** The program on air airs nothing more of the segment. */
  readonly onCut: () => void;
}

/** A skip under way. */
interface Skip {
  readonly change: PlanChange;
  /** What is on air, and the airing that is to end. */
  readonly from: Program;
  readonly occurrence: Occurrence;
  /** What takes its place; undefined: slate, for the rest of its slot. */
  readonly program: Program | undefined;
  readonly ofPreview: boolean;
  /** With or without frames. */
  readonly atOnce: boolean;
}

const DONE: PlanChangeOutcome = { success: true, errorMessage: '' };

export class SkipDesk {
  readonly #options: SkipDeskOptions;
  #skip: Skip | undefined;

  constructor(options: SkipDeskOptions) {
    this.#options = options;
  }

  /** Its program that is not on air. */
  get prepared(): Program[] {
    return this.#skip?.program === undefined ? [] : [this.#skip.program];
  }

  /**
   * Skips what is on air. Resolves once something else is, or with the reason why not; then nothing has changed. A call
   * while one is under way shares its outcome.
   */
  skip(): Promise<PlanChangeOutcome> {
    if (this.#skip !== undefined) return this.#skip.change.outcome;
    const { desk, nextTick } = this.#options;
    const { live, changes, previews } = desk;
    if (changes.preparing !== undefined) {
      const plan = JSON.stringify(changes.preparing.planHandle).slice(0, 80);
      return refusal(`plan ${plan} is being prepared and takes over in a moment; nothing was skipped`);
    }
    const airFrame = live?.startTick === undefined ? -1 : nextTick() - live.startTick;
    const occurrence = live?.timeline.at(airFrame);
    if (live === undefined || occurrence === undefined) {
      return refusal('nothing is on air that could be skipped: no segment is scheduled now');
    }
    if (previews.interrupted !== undefined)
      return this.#endPreview(live, occurrence, previews.interrupted.plan);
    // It is skipped already: slate airs for the rest of its slot.
    if (occurrence.endFrame <= live.skippedTo) return Promise.resolve(DONE);
    const { timeline } = live;
    const joinFrame = occurrence.endFrame;
    const isLast = timeline.at(joinFrame) === undefined;
    if (timeline.startUtcMs !== undefined && !isLast) {
      return this.#begin({ from: live, occurrence, ofPreview: false, program: undefined, atOnce: true });
    }
    const program = this.#createProgram({ timeline, startTick: undefined }, joinFrame);
    return this.#begin({ from: live, occurrence, ofPreview: false, program, atOnce: isLast });
  }

  /** Skips if this is the tick for it. */
  commit(tick: number): void {
    const skip = this.#skip;
    if (skip === undefined) return;
    const { desk, programs, takeOver } = this.#options;
    const { from, occurrence, ofPreview, program, atOnce, change } = skip;
    const previewAirs = desk.previews.interrupted !== undefined;
    const startTick = from.startTick ?? tick;
    const isOver = desk.live === from ? tick - startTick >= occurrence.endFrame : ofPreview && !previewAirs;
    if (isOver) {
      // By itself.
      this.#finish(skip);
      return;
    }
    if (desk.live !== from) {
      this.drop('something else has taken the air meanwhile; nothing was skipped');
      return;
    }
    if (program === undefined) {
      this.#cut(skip);
      return;
    }
    const begins = program.startTick;
    if (begins !== undefined) programs.moveTo(program, tick - begins);
    const due = begins === undefined || tick - begins >= program.joinFrame;
    if (!(atOnce || (due && program.isStaged(COMMIT_FRAMES)))) return;
    this.#skip = undefined;
    takeOver(program, begins ?? tick - program.joinFrame);
    this.#tell(occurrence, null);
    change.succeed();
  }

  /** Gives up the skip under way, if there is one. */
  drop(reason: string): void {
    const skip = this.#skip;
    this.#skip = undefined;
    if (skip?.program !== undefined) this.#options.programs.discard(skip.program, 'skipped');
    skip?.change.fail(reason);
  }

  /** A source of a program that is not on air was lost. */
  preparedLost(source: Source): void {
    if (source.loss === undefined || source !== this.#skip?.program?.head) return;
    this.drop(`what comes next cannot be aired, so nothing was skipped: ${source.lossText}`);
  }

  #endPreview(live: Program, occurrence: Occurrence, plan: Schedule | undefined): Promise<PlanChangeOutcome> {
    if (plan === undefined) {
      return refusal(
        'there is no plan that could be joined in place of the preview; name one with UpdatePlan',
      );
    }
    const { clock, epochMs, settings, nextTick } = this.#options;
    const { timeline, startTick, skippedTo = 0 } = plan;
    if (startTick === undefined) {
      const program = this.#createProgram(plan, 0);
      return this.#begin({ from: live, occurrence, ofPreview: true, program, atOnce: false });
    }
    const reachableFrame = joinTick(clock, epochMs, settings.format) - startTick;
    const armed = nextTick() < startTick;
    const joinFrame = armed ? 0 : reachableFrame;
    // Before the plan's start, in a slot that was skipped, and after the plan's end there is nothing to wait for.
    const owesNothing = armed || reachableFrame < skippedTo || timeline.at(joinFrame) === undefined;
    const program = this.#createProgram(plan, joinFrame);
    return this.#begin({ from: live, occurrence, ofPreview: true, program, atOnce: owesNothing });
  }

  #begin(what: Omit<Skip, 'change'>): Promise<PlanChangeOutcome> {
    const { clock, settings, openSources } = this.#options;
    const { updateTimeoutMs } = settings;
    const late = `what comes next gave no frame within ${updateTimeoutMs} ms; nothing was skipped`;
    const change = new PlanChange(what.from.timeline.handle, clock, updateTimeoutMs, late);
    const skip = { ...what, change };
    this.#skip = skip;
    void change.outcome.then(({ errorMessage }) => {
      if (this.#skip === skip) this.drop(errorMessage);
    });
    if (what.program !== undefined) openSources(what.program);
    return change.outcome;
  }

  #createProgram({ timeline, startTick, skippedTo }: Schedule, joinFrame: number): Program {
    const { programs, settings } = this.#options;
    return programs.create({
      timeline,
      startTick,
      skippedTo,
      joinFrame,
      windowFrames: settings.preparingFrames,
    });
  }

  #cut(skip: Skip): void {
    const { programs, onCut } = this.#options;
    const { endFrame } = skip.occurrence;
    programs.letGo(skip.from.skipTo(endFrame), 'skipped');
    onCut();
    this.#tell(skip.occurrence, endFrame);
    this.#finish(skip);
  }

  #finish(skip: Skip): void {
    this.#skip = undefined;
    if (skip.program !== undefined) this.#options.programs.discard(skip.program, 'skipped');
    skip.change.succeed();
  }

  #tell({ segment }: Occurrence, skippedTo: number | null): void {
    const { index, assetUri } = segment;
    this.#options.report({ event: 'segment_skipped', segment: index, asset: assetUri, skippedTo });
  }
}

function refusal(errorMessage: string): Promise<PlanChangeOutcome> {
  return Promise.resolve({ success: false, errorMessage });
}
