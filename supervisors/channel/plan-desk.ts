/**
 * The plan desk: puts plans on air. It resolves the plan a channel is started with, prepares another one beside it
 * when asked to, and swaps on one tick. A plan that turns out to be unusable changes nothing on air.
 */
import type { ChannelReport } from './channel-event.js';
import { COMMIT_FRAMES } from './join.js';
import type { MachineRunner } from './machine-runner.js';
import type { PlanCopy, PlanSource, Timeline } from './plan.js';
import { PlanChange, type PlanChangeOutcome } from './plan-change.js';
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
  /** The plan being prepared. */
  change: PlanChange | undefined;
  /** The plan that takes over at a time of its own; accepted, and promised. */
  armed: PlanChange | undefined;
  /** UTC minus monotonic time when the plan on air was put there. */
  utcOffsetMs: number;
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
    const isArmed = this.armed?.program?.timeline.hash === planHash;
    if (copy === undefined || !(lacksCopy || isArmed)) return;
    this.#options.report({ event: 'plan_copied', planHash, copy });
  }

  /**
   * Prepares another plan and swaps on one tick. Resolves once it is on air, or armed for its own time, or with the
   * reason why it is not; then the old plan airs on. Asking for the plan that is being prepared shares its outcome,
   * unless the plan has changed since it was read; asking for another one supersedes it. What is armed stays so until another plan has proven itself.
   *
   * @param promised a plan that an earlier host has armed, as it was then
   */
  update(planHandle: string, promised?: PlanCopy): Promise<PlanChangeOutcome> {
    if (this.change?.planHandle === planHandle) return this.#sameAgain(this.change);
    const superseded = `superseded by UpdatePlan(${JSON.stringify(planHandle).slice(0, 80)})`;
    this.#dropChange(superseded);
    this.skips.drop(superseded);
    const { clock, settings, stats, report } = this.#options;
    const change = new PlanChange(planHandle, clock, settings.updateTimeoutMs);
    this.change = change;
    void change.outcome.then(({ success, errorMessage }) => {
      if (success) return;
      stats.planRejections++;
      report({ event: 'plan_rejected', planHandle, reason: errorMessage });
      if (this.change === change) this.#dropChange(errorMessage);
    });
    void this.#prepare(change, promised);
    return change.outcome;
  }

  /** Whoever asks again may have changed the plan meanwhile: a second look finds the same plan on air, or another one. */
  #sameAgain(change: PlanChange): Promise<PlanChangeOutcome> {
    change.again ??= change.outcome.then((outcome) =>
      outcome.success ? this.update(change.planHandle) : outcome,
    );
    return change.again;
  }

  /** The programs that are not on air: those being prepared and armed, and what belongs to previews. */
  get prepared(): Program[] {
    const plans = [this.change?.program, this.armed?.program].filter((program) => program !== undefined);
    return [...plans, ...this.skips.prepared, ...this.previews.prepared];
  }

  /** What is prepared takes over if this is its tick. */
  commit(tick: number): void {
    this.#commitPlan(tick);
    this.skips.commit(tick);
    // After it: a preview that is switched to on the same tick airs, with the new plan beneath.
    this.previews.commit(tick);
    const { queueFrames, readyFrames } = this.#options.settings;
    if (this.live !== undefined) {
      this.live.windowFrames = Math.max(readyFrames, queueFrames - this.previews.waitingFrames);
    }
  }

  #commitPlan(tick: number): void {
    const { armed, change } = this;
    if (armed?.program !== undefined) {
      const startTick = armed.program.startTick ?? tick;
      this.#programs.moveTo(armed.program, tick - startTick);
      // What is armed has been promised: it takes over on its tick, with or without frames.
      if (tick >= startTick) {
        this.armed = undefined;
        this.#takeOver(armed.program, startTick);
      }
    }
    const program = change?.program;
    if (change === undefined || program === undefined) return;
    const { startTick, joinFrame } = program;
    if (startTick !== undefined) this.#programs.moveTo(program, tick - startTick);
    const due = startTick === undefined || tick - startTick >= joinFrame;
    if (!due || !program.isStaged(COMMIT_FRAMES)) return;
    const { clock, stats } = this.#options;
    this.change = undefined;
    this.#dropArmed();
    this.#takeOver(program, startTick ?? tick - joinFrame);
    stats.planSwap.observe((clock.nowMs() - change.requestedAtMs) / 1000);
    change.succeed();
  }

  #takeOver(program: Program, startTick: number): void {
    this.putOnAir(program, startTick);
    this.previews.overruled();
    this.#goLive(program);
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

  /**
   * A source of a plan that is not on air was lost: a plan being prepared has failed with it. An armed one has not;
   * what it lacks is tried again when its turn comes.
   */
  preparedLost(source: Source): void {
    if (source.loss !== undefined && source === this.change?.program?.head) this.change.fail(source.lossText);
    this.skips.preparedLost(source);
    this.previews.preparedLost(source);
  }

  /** Gives up everything, on air and in preparation. */
  close(): void {
    this.#resolving.abort();
    this.#dropChange('the channel was stopped');
    this.#dropArmed();
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
    return this.#isOver() ? { success: false, errorMessage: isOver(live.timeline.handle) } : undefined;
  }

  async #prepare(change: PlanChange, promised: PlanCopy | undefined): Promise<void> {
    const { plans, settings, machine, openSources, nextTick, report } = this.#options;
    try {
      const timeline = await plans.resolve(change.planHandle, settings.format, change.signal, promised);
      if (change.settled) return;
      const airs =
        machine.state !== 'error' && !this.#isOver() && isSamePlan(this.schedule?.timeline, timeline);
      if (airs || isSamePlan(this.armed?.program?.timeline, timeline)) {
        this.change = undefined;
        change.succeed();
        return;
      }
      // With nothing on air the whole pool is there for the new plan.
      const windowFrames = this.live === undefined ? settings.queueFrames : settings.preparingFrames;
      const program = this.#programs.layOut(timeline, { startTick: undefined }, windowFrames);
      const first = timeline.at(program.joinFrame);
      if (first === undefined) {
        change.fail(isOver(change.planHandle));
        return;
      }
      // What has been promised has proven itself.
      if (promised === undefined) await plans.asset(first.segment, change.signal);
      if (change.settled) return;
      change.program = program;
      const later = program.joinFrame === 0 && (program.startTick ?? 0) > nextTick();
      if (later || promised !== undefined) {
        this.#dropArmed();
        this.armed = change;
        this.change = undefined;
        report({ event: 'plan_armed', planHandle: change.planHandle, planHash: timeline.hash });
        change.succeed();
        if (promised === undefined) void this.#tellCopy(timeline);
      }
      openSources(program);
    } catch (error) {
      change.fail(messageOf(error));
    }
  }

  #dropChange(reason: string): void {
    const { change } = this;
    this.change = undefined;
    change?.fail(reason);
    if (change?.program !== undefined) this.#programs.discard(change.program, 'plan_swap');
  }

  #dropArmed(): void {
    const { armed } = this;
    this.armed = undefined;
    if (armed?.program === undefined) return;
    this.#programs.discard(armed.program, 'plan_swap');
    this.#options.report({ event: 'plan_disarmed', planHandle: armed.planHandle });
  }

  /** The plan whose schedule runs has nothing left to air. */
  #isOver(): boolean {
    const { live, schedule } = this;
    if (schedule?.startTick === undefined) return false;
    const joinFrame = schedule === live ? live.joinFrame : 0;
    const airFrame = Math.max(this.#options.nextTick() - schedule.startTick, joinFrame);
    return schedule.timeline.at(airFrame) === undefined;
  }
}

function isSamePlan(running: Timeline | undefined, wanted: Timeline): boolean {
  return running !== undefined && running.handle === wanted.handle && running.hash === wanted.hash;
}

function isOver(handle: string): string {
  return `plan ${JSON.stringify(handle)} is over: its last segment has ended; name a plan that is still to air`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
