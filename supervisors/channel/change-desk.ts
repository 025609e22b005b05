/**
 * The change desk: prepares another plan beside what is on air until its first frames wait, and hands it over on one
 * tick. A plan for later is armed: accepted at once, and handed over at the time of its own. A plan that turns out to
 * be unusable changes nothing on air.
 *
 * The plan desk owns it, and puts on air what it hands over.
 */
import type { MasterClock } from '../master-clock.js';
import type { ChannelReport } from './channel-event.js';
import type { ChannelSettings } from './channel-settings.js';
import type { ChannelStats } from './channel-stats.js';
import { COMMIT_FRAMES } from './join.js';
import type { MachineRunner } from './machine-runner.js';
import { messageOf } from './message-of.js';
import type { PlanCopy, PlanSource, Timeline } from './plan.js';
import { overReason, PlanChange, type PlanChangeOutcome } from './plan-change.js';
import type { Program, Schedule } from './program.js';
import type { Programs } from './programs.js';
import type { Source } from './source.js';

/** What the change desk asks of the plan desk. */
export interface ChangeDeskOptions {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly plans: PlanSource;
  readonly stats: ChannelStats;
  readonly report: (report: ChannelReport) => void;
  readonly machine: MachineRunner;
  readonly programs: Programs;
  readonly openSources: (program: Program) => void;
  /** The tick to air next. */
  readonly nextTick: () => number;
  readonly desk: {
    readonly live: Program | undefined;
    /** The plan whose schedule runs; undefined while there is none. */
    readonly schedule: Schedule | undefined;
    /** That plan has nothing left to air. */
    readonly isOver: boolean;
  };
  /** Gives up the skip under way, if there is one: another plan is asked for. */
  readonly dropSkip: (reason: string) => void;
  /** Airs this program from the coming tick on, with its frame 0 on `startTick`. */
  readonly takeOver: (program: Program, startTick: number) => void;
  /** Tells the plan itself, for the channel's next host. */
  readonly tellCopy: (timeline: Timeline) => void;
}

export class ChangeDesk {
  readonly #options: ChangeDeskOptions;
  #preparing: PlanChange | undefined;
  #armed: PlanChange | undefined;

  constructor(options: ChangeDeskOptions) {
    this.#options = options;
  }

  /** The plan being prepared. */
  get preparing(): PlanChange | undefined {
    return this.#preparing;
  }

  /** The plan that takes over at a time of its own; accepted, and promised. */
  get armed(): PlanChange | undefined {
    return this.#armed;
  }

  /** Its programs that are not on air. */
  get prepared(): Program[] {
    return [this.#preparing?.program, this.#armed?.program].filter((program) => program !== undefined);
  }

  /**
   * Prepares another plan and swaps on one tick. Resolves once it is on air, or armed for its own time, or with the
   * reason why it is not; then the old plan airs on. Asking for the plan that is being prepared shares its outcome,
   * unless the plan has changed since it was read; asking for another one supersedes it. What is armed stays so until
   * another plan has proven itself.
   *
   * @param promised a plan that an earlier host has armed, as it was then
   */
  update(planHandle: string, promised?: PlanCopy): Promise<PlanChangeOutcome> {
    if (this.#preparing?.planHandle === planHandle) return this.#sameAgain(this.#preparing);
    const { clock, settings, stats, report, dropSkip } = this.#options;
    const superseded = `superseded by UpdatePlan(${JSON.stringify(planHandle).slice(0, 80)})`;
    this.#drop(superseded);
    dropSkip(superseded);
    const change = new PlanChange(planHandle, clock, settings.updateTimeoutMs);
    this.#preparing = change;
    void change.outcome.then(({ success, errorMessage }) => {
      if (success) return;
      stats.planRejections++;
      report({ event: 'plan_rejected', planHandle, reason: errorMessage });
      if (this.#preparing === change) this.#drop(errorMessage);
    });
    void this.#prepare(change, promised);
    return change.outcome;
  }

  /** What is prepared, or armed, takes over if this is its tick. */
  commit(tick: number): void {
    const { clock, stats, programs, takeOver } = this.#options;
    const change = this.#preparing;
    const armed = this.#armed?.program;
    if (armed !== undefined) {
      const startTick = armed.startTick ?? tick;
      programs.moveTo(armed, tick - startTick);
      // What is armed has been promised: it takes over on its tick, with or without frames.
      if (tick >= startTick) {
        this.#armed = undefined;
        takeOver(armed, startTick);
      }
    }
    const program = change?.program;
    if (change === undefined || program === undefined) return;
    const { startTick, joinFrame } = program;
    if (startTick !== undefined) programs.moveTo(program, tick - startTick);
    const due = startTick === undefined || tick - startTick >= joinFrame;
    if (!due || !program.isStaged(COMMIT_FRAMES)) return;
    this.#preparing = undefined;
    this.#dropArmed();
    takeOver(program, startTick ?? tick - joinFrame);
    stats.planSwap.observe((clock.nowMs() - change.requestedAtMs) / 1000);
    change.succeed();
  }

  /**
   * A source of a program that is not on air was lost: a plan being prepared has failed with it. An armed one has not;
   * what it lacks is tried again when its turn comes.
   */
  preparedLost(source: Source): void {
    const change = this.#preparing;
    if (source.loss !== undefined && source === change?.program?.head) change.fail(source.lossText);
  }

  /** Gives up what is prepared and what is armed. */
  close(): void {
    this.#drop('the channel was stopped');
    this.#dropArmed();
  }

  /** Whoever asks again may have changed the plan meanwhile: a second look finds the same plan on air, or another one. */
  #sameAgain(change: PlanChange): Promise<PlanChangeOutcome> {
    change.again ??= change.outcome.then((outcome) =>
      outcome.success ? this.update(change.planHandle) : outcome,
    );
    return change.again;
  }

  async #prepare(change: PlanChange, promised: PlanCopy | undefined): Promise<void> {
    const { desk, plans, settings, machine, programs, openSources, nextTick } = this.#options;
    try {
      const timeline = await plans.resolve(change.planHandle, settings.format, change.signal, promised);
      if (change.settled) return;
      const airs = machine.state !== 'error' && !desk.isOver && isSamePlan(desk.schedule?.timeline, timeline);
      if (airs || isSamePlan(this.#armed?.program?.timeline, timeline)) {
        this.#preparing = undefined;
        change.succeed();
        return;
      }
      // With nothing on air the whole pool is there for the new plan.
      const windowFrames = desk.live === undefined ? settings.queueFrames : settings.preparingFrames;
      const program = programs.layOut(timeline, { startTick: undefined }, windowFrames);
      const first = timeline.at(program.joinFrame);
      if (first === undefined) {
        change.fail(overReason(change.planHandle));
        return;
      }
      // What has been promised has proven itself.
      if (promised === undefined) await plans.asset(first.segment, change.signal);
      if (change.settled) return;
      change.program = program;
      const later = program.joinFrame === 0 && (program.startTick ?? 0) > nextTick();
      if (later || promised !== undefined) this.#arm(change, timeline, promised);
      openSources(program);
    } catch (error) {
      change.fail(messageOf(error));
    }
  }

  #arm(change: PlanChange, timeline: Timeline, promised: PlanCopy | undefined): void {
    const { report, tellCopy } = this.#options;
    this.#dropArmed();
    this.#armed = change;
    this.#preparing = undefined;
    report({ event: 'plan_armed', planHandle: change.planHandle, planHash: timeline.hash });
    change.succeed();
    if (promised === undefined) tellCopy(timeline);
  }

  #drop(reason: string): void {
    const change = this.#preparing;
    this.#preparing = undefined;
    change?.fail(reason);
    if (change?.program !== undefined) this.#options.programs.discard(change.program, 'plan_swap');
  }

  #dropArmed(): void {
    const armed = this.#armed;
    this.#armed = undefined;
    if (armed?.program === undefined) return;
    this.#options.programs.discard(armed.program, 'plan_swap');
    this.#options.report({ event: 'plan_disarmed', planHandle: armed.planHandle });
  }
}

function isSamePlan(running: Timeline | undefined, wanted: Timeline): boolean {
  return running !== undefined && running.handle === wanted.handle && running.hash === wanted.hash;
}
