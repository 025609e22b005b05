/**
 * The plan desk: keeps what is on air. It resolves the plan a channel is started with, and puts it there; what takes
 * its place is prepared by the desks that it owns: another plan, a preview, what comes after a skip.
 */
import { ChangeDesk } from './change-desk.js';
import type { ChannelReport } from './channel-event.js';
import type { MachineRunner } from './machine-runner.js';
import { messageOf } from './message-of.js';
import type { PlanSource, Timeline } from './plan.js';
import { overReason, type PlanChangeOutcome } from './plan-change.js';
import { orderAfter, type PlanOrder } from './plan-order.js';
import { PreviewDesk } from './preview-desk.js';
import type { Program, Schedule } from './program.js';
import { Programs, type ProgramsOptions } from './programs.js';
import { SkipDesk } from './skip-desk.js';
import type { Source } from './source.js';

export interface PlanDeskOptions extends ProgramsOptions {
  readonly plans: PlanSource;
  readonly report: (report: ChannelReport) => void;
  readonly machine: MachineRunner;
  readonly openSources: (program: Program) => void;
  /** Another program is on air from this tick on. */
  readonly onSwap: () => void;
}

export class PlanDesk {
  live: Program | undefined;
  /** UTC minus monotonic time when the plan on air was put there. */
  utcOffsetMs: number;
  readonly changes: ChangeDesk;
  readonly previews: PreviewDesk;
  readonly skips: SkipDesk;

  readonly #options: PlanDeskOptions;
  readonly #programs: Programs;
  readonly #waiters = new Set<() => void>();
  #order: PlanOrder | undefined;
  #resolving = new AbortController();

  constructor(options: PlanDeskOptions) {
    const report = (told: ChannelReport) => {
      this.#order = orderAfter(this.#order, told);
      options.report(told);
    };
    this.#options = { ...options, report };
    this.utcOffsetMs = options.clock.utcMs() - options.clock.nowMs();
    const programs = new Programs(options);
    this.#programs = programs;
    this.changes = new ChangeDesk({
      ...this.#options,
      programs,
      desk: this,
      dropSkip: (reason) => this.skips.drop(reason),
      takeOver: (program, startTick) => {
        this.putOnAir(program, startTick);
        this.previews.overruled();
        this.#goLive(program);
      },
      tellCopy: (timeline) => void this.#tellCopy(timeline),
    });
    this.previews = new PreviewDesk({
      ...this.#options,
      programs,
      schedule: () => this.schedule,
      goLive: (program) => this.#goLive(program),
      resume: (program) => this.#resume(program),
    });
    this.skips = new SkipDesk({
      ...this.#options,
      programs,
      desk: this,
      takeOver: (program, startTick) => {
        // A schedule that stays is not put on air again.
        if (program.startTick !== startTick) this.putOnAir(program, startTick);
        this.previews.overruled();
        this.#goLive(program, 'skipped');
      },
      onCut: () => {
        options.onSwap();
        if (options.machine.state === 'error') options.machine.send({ type: 'segment.due' });
      },
    });
  }

  /** The plan whose schedule runs, on air or beneath a preview. */
  get schedule(): Schedule | undefined {
    const { interrupted } = this.previews;
    return interrupted === undefined ? this.live : interrupted.plan;
  }

  /** The plan whose schedule runs has nothing left to air. */
  get isOver(): boolean {
    const { live, schedule } = this;
    if (schedule?.startTick === undefined) return false;
    const joinFrame = schedule === live ? live.joinFrame : 0;
    const airFrame = Math.max(this.#options.nextTick() - schedule.startTick, joinFrame);
    return schedule.timeline.at(airFrame) === undefined;
  }

  /** The programs that are not on air: what the other desks prepare, have armed, or keep for later. */
  get prepared(): Program[] {
    return [...this.changes.prepared, ...this.skips.prepared, ...this.previews.prepared];
  }

  /**
   * Begins to air a plan; slate airs until its frames are there. Resolves once the channel is `ready`, once slate
   * airs for a plan that starts later, or with the reason once the plan turns out to be unusable.
   */
  start(order: PlanOrder): Promise<PlanChangeOutcome> {
    this.#order = order;
    void this.resolveAgain();
    return new Promise((resolve) => {
      const look = () => {
        const outcome = this.#startOutcome();
        if (outcome === undefined) return;
        this.#waiters.delete(look);
        resolve(outcome);
      };
      this.#waiters.add(look);
      look();
    });
  }

  /** The machine's state has changed: those who wait for it look again. */
  stateChanged(): void {
    for (const look of [...this.#waiters]) look();
  }

  /** Resolves the channel's plan (again), and lays it out. */
  async resolveAgain(): Promise<void> {
    const order = this.#order;
    if (order === undefined) return;
    const { machine, plans, settings, openSources } = this.#options;
    this.#resolving.abort();
    this.#resolving = new AbortController();
    const { signal } = this.#resolving;
    try {
      const timeline = await plans.resolve(order.planHandle, settings.format, signal, order.copy);
      if (signal.aborted) return;
      const program = this.#programs.layOut(timeline, order, settings.queueFrames);
      this.live = program;
      if (program.startTick !== undefined) this.putOnAir(program, program.startTick);
      if (machine.state === 'error') machine.send({ type: 'plan.adopted' });
      openSources(program);
      this.stateChanged();
    } catch (error) {
      if (!signal.aborted) machine.send({ type: 'plan.unusable', reason: messageOf(error) });
    }
  }

  /** Decides on which tick the program's frame 0 lies. Happens on ticks: what takes long comes later. */
  putOnAir(program: Program, startTick: number): void {
    const { clock, report } = this.#options;
    const { timeline, skippedTo } = program;
    program.startTick = startTick;
    this.utcOffsetMs = clock.utcMs() - clock.nowMs();
    const { handle: planHandle, hash: planHash } = timeline;
    report({ event: 'plan_on_air', planHandle, planHash, startTick, skippedTo });
    if (this.#order?.copy === undefined) void this.#tellCopy(timeline);
  }

  /**
   * Tells the plan itself, for the channel's next host, which is long: later than on the tick on which the plan takes
   * over, and once for as long as the plan stays.
   */
  async #tellCopy(timeline: Timeline): Promise<void> {
    const { hash: planHash } = timeline;
    // A plan without a copy is read anew.
    const copy = await timeline.copy?.().catch(() => undefined);
    const lacksCopy = this.#order?.planHash === planHash && this.#order.copy === undefined;
    const isArmed = this.changes.armed?.program?.timeline.hash === planHash;
    if (copy === undefined || !(lacksCopy || isArmed)) return;
    this.#options.report({ event: 'plan_copied', planHash, copy });
  }

  /** What is prepared takes over if this is its tick. */
  commit(tick: number): void {
    this.changes.commit(tick);
    this.skips.commit(tick);
    // After it: a preview that is switched to on the same tick airs, with the new plan beneath.
    this.previews.commit(tick);
    const { queueFrames, readyFrames } = this.#options.settings;
    if (this.live !== undefined) {
      this.live.windowFrames = Math.max(readyFrames, queueFrames - this.previews.waitingFrames);
    }
  }

  /** The plan is on air again, where the clock stands; one that never was begins, one that never came is asked for. */
  #resume(program: Program | undefined): void {
    if (program === undefined) {
      if (this.live !== undefined) this.#programs.discard(this.live, 'preview');
      this.live = undefined;
      this.#options.machine.send({ type: 'schedule.empty' });
      void this.resolveAgain();
      return;
    }
    if (this.#order?.startTick === undefined) this.putOnAir(program, program.startTick ?? 0);
    this.#goLive(program);
  }

  #goLive(program: Program, dropped = 'plan_swap'): void {
    const { settings, machine, onSwap } = this.#options;
    const old = this.live;
    program.windowFrames = settings.queueFrames;
    this.live = program;
    this.#resolving.abort();
    if (old !== undefined) this.#programs.discard(old, dropped);
    onSwap();
    machine.send({ type: 'plan.adopted' });
  }

  /** A source of a program that is not on air was lost. */
  preparedLost(source: Source): void {
    this.changes.preparedLost(source);
    this.skips.preparedLost(source);
    this.previews.preparedLost(source);
  }

  /** Gives up everything, on air and in preparation. */
  close(): void {
    this.#resolving.abort();
    this.changes.close();
    this.skips.drop('the channel was stopped');
    this.previews.close();
    if (this.live !== undefined) this.#programs.discard(this.live, 'stopped');
    this.live = undefined;
    this.#order = undefined;
  }

  #startOutcome(): PlanChangeOutcome | undefined {
    const { machine, nextTick } = this.#options;
    const { state, snapshot } = machine;
    if (state === 'ready') return { success: true, errorMessage: '' };
    if (state === 'stopped') return { success: false, errorMessage: 'the channel was stopped' };
    if (snapshot.hasTag('unhealthy')) return { success: false, errorMessage: snapshot.context.reason };
    const { live } = this;
    if (live?.startTick === undefined || state !== 'buffering') return undefined;
    // A plan armed for later is accepted as soon as slate airs; one that is over has nothing to give.
    if (nextTick() < live.startTick) return { success: true, errorMessage: '' };
    return this.isOver ? { success: false, errorMessage: overReason(live.timeline.handle) } : undefined;
  }
}
