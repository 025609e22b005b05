/**
 * The source supervisor: supplies a frame for every tick, or says what takes its place. It runs the channel
 * machine, and carries out what the machine decides about decoders. Decoders are its temporary children: none is
 * ever started again but by the machine's word.
 *
 * The pacer drives it: `next(tick)` answers what airs and never waits; `tend(tick)` does the housekeeping once
 * the frame is out. All its other work hangs on decoders' events and on timers of the MasterClock.
 */
import { seenState, stateName } from '../../machines/channel-machine.js';
import { budgetRemaining } from '../../machines/restart-policy.js';
import type { MasterClock } from '../master-clock.js';
import { type Airing, type AiringOptions, airNoPlan, airProgram } from './airing.js';
import type { ChannelReport } from './channel-event.js';
import type { ChannelSettings } from './channel-settings.js';
import type { ChannelStats } from './channel-stats.js';
import type { DecoderExit, StartDecoder } from './decoder.js';
import { createDepartures } from './departures.js';
import { createFiller } from './filler.js';
import { framesIn, tickAtOrAfter, tickDueMs } from './format.js';
import type { FrameSlot } from './frame-slot.js';
import type { FramePool, FrameQueue } from './frame-store.js';
import { SPAWN_LEAD_MS } from './join.js';
import { type MachineRunner, runChannelMachine } from './machine-runner.js';
import { OperatorRestart } from './operator-restart.js';
import type { PlanSource } from './plan.js';
import type { PlanChangeOutcome } from './plan-change.js';
import { PlanDesk } from './plan-desk.js';
import type { PlanOrder } from './plan-order.js';
import type { Program } from './program.js';
import { slateReport } from './slate-report.js';
import type { LastExitSnapshot } from './snapshot.js';
import type { LossKind, Source, SourceOwner } from './source.js';

export interface SourceSupervisorOptions {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly epochMs: number;
  readonly plans: PlanSource;
  readonly startDecoder: StartDecoder;
  readonly pool: FramePool;
  readonly createQueue: () => FrameQueue;
  readonly stats: ChannelStats;
  /** Restarts already made for this channel id, monotonic milliseconds. */
  readonly restarts: readonly number[];
  /** The latest first attempt of this channel id that was made while the restarts were spent, monotonic milliseconds. */
  readonly lastFirstAttemptMs: number | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly report: (report: ChannelReport) => void;
}

export class SourceSupervisor implements SourceOwner {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly plans: PlanSource;
  readonly startDecoder: StartDecoder;
  readonly machine: MachineRunner;
  readonly desk: PlanDesk;
  lastExit: LastExitSnapshot | null = null;

  readonly #options: SourceSupervisorOptions;
  readonly #airing: AiringOptions;
  readonly #departures = createDepartures();
  readonly #operatorRestart: OperatorRestart;
  #incarnations = 0;
  #lastFirstAttemptMs: number;
  #retryReason: LossKind = 'unusable';
  #nextTick: number;

  constructor(options: SourceSupervisorOptions) {
    const { settings, clock, stats, report } = options;
    this.#options = options;
    this.#lastFirstAttemptMs = options.lastFirstAttemptMs ?? Number.NEGATIVE_INFINITY;
    this.settings = settings;
    this.clock = clock;
    this.plans = options.plans;
    this.startDecoder = options.startDecoder;
    this.#nextTick = tickAtOrAfter(options.epochMs, clock.nowMs(), settings.format);
    const filler = createFiller(settings);
    this.machine = runChannelMachine({
      limits: settings.restarts,
      restarts: options.restarts,
      clock,
      random: options.random,
      onRetry: () => this.#retry(),
      onTransition: (snapshot, before, cause) => {
        report({ event: 'transition', cause, from: stateName(before.value), to: stateName(snapshot.value) });
        const from = seenState(before);
        const to = this.machine.state;
        // From `stopping` to `stopped`, and from one stage of an error to the next, is no change to anybody outside.
        if (from !== to) report({ event: 'state', from, to, cause, detail: snapshot.context.reason });
        if (snapshot.hasTag('unhealthy')) {
          report(slateReport(snapshot, this.desk.live, settings.format, clock.nowMs()));
        }
        this.desk.stateChanged();
      },
    });
    this.#airing = { settings, machine: this.machine, filler, stats, report };
    this.desk = new PlanDesk({
      ...options,
      machine: this.machine,
      departures: this.#departures,
      openSources: (program) => program.openSources(this, () => this.#mayAttempt()),
      nextTick: () => this.#nextTick,
      onSwap: () => filler.reset(),
    });
    this.#operatorRestart = new OperatorRestart({ settings, clock, machine: this.machine, desk: this.desk });
  }

  /** See {@link PlanDesk.start}. */
  start(order: PlanOrder): Promise<PlanChangeOutcome> {
    this.machine.send({ type: 'channel.start' });
    return this.desk.start(order);
  }

  /** See {@link OperatorRestart.ask}. */
  restartDecoder(): Promise<PlanChangeOutcome> {
    return this.#operatorRestart.ask();
  }

  resetBudget(): void {
    this.machine.send({ type: 'budget.reset' });
  }

  /** Takes everything down. Resolves to the pids of decoders that would not die. */
  async stop(): Promise<number[]> {
    this.machine.send({ type: 'channel.stop' });
    this.#operatorRestart.close();
    this.desk.close();
    const stuck = await this.#departures.all();
    this.machine.send({ type: 'channel.stopped' });
    this.machine.stop();
    return stuck;
  }

  /** What airs on this tick. Called once per tick, in order; ticks may be skipped. */
  next(tick: number): Airing {
    this.#nextTick = tick + 1;
    const dueMs = tickDueMs(this.#options.epochMs, tick, this.settings.format);
    this.desk.commit(tick);
    const { live } = this.desk;
    if (live === undefined) return airNoPlan(this.#airing, dueMs);
    if (live.startTick === undefined) {
      // Where its first segment cannot be had, its clock runs all the same: the next one is to come in its time.
      const hopeless = this.machine.snapshot.hasTag('unhealthy');
      if (!hopeless && !live.isStaged(this.settings.readyFrames)) return airNoPlan(this.#airing, dueMs);
      this.desk.putOnAir(live, tick - live.joinFrame);
    }
    this.#moveTo(live, tick);
    return airProgram(this.#airing, live, tick, dueMs);
  }

  /** Housekeeping after a tick: opens sources, wakes readers that wait for room, looks for stalls. */
  tend(tick: number, hostLateMs: number): void {
    const { live } = this.desk;
    if (live?.startTick !== undefined) this.#moveTo(live, tick + 1);
    for (const program of [this.desk.live, ...this.desk.prepared]) {
      if (program === undefined) continue;
      program.openSources(this, () => this.#mayAttempt());
      const airFrame = program.startTick === undefined ? undefined : tick + 1 - program.startTick;
      for (const source of program.sources) {
        source.check(airFrame, hostLateMs);
        source.lookAgain();
      }
      program.resumeSources();
    }
    this.#reportLoss();
    this.#operatorRestart.look();
  }

  // What sources ask of their owner.

  nextIncarnation(): number {
    return ++this.#incarnations;
  }

  lease(source: Source): FrameSlot | undefined {
    return this.#programOf(source)?.hasRoom(source) ? this.#options.pool.lease() : undefined;
  }

  staged(source: Source, planFrame: number, slot: FrameSlot): void {
    const { stats } = this.#options;
    stats.framesDecoded++;
    const program = this.#programOf(source);
    if (program === undefined || planFrame < program.airFrame) {
      stats.dropped('late', 1);
      slot.release();
    } else program.queue.stage(planFrame, slot);
  }

  delivered(source: Source, latencyMs: number): void {
    this.#options.stats.decodeLatency.observe(latencyMs / 1000);
    if (source.attempts > 1 && source === this.desk.live?.head)
      this.machine.send({ type: 'decoder.delivered' });
    this.#operatorRestart.look();
  }

  settled(source: Source, exit: DecoderExit | undefined): void {
    if (source.loss !== undefined) this.#noteLoss(source, exit);
    if (this.desk.prepared.some(({ sources }) => sources.includes(source))) {
      this.desk.preparedLost(source);
      return;
    }
    // A lost source that turns out to have nothing left is no longer what the channel suffers from.
    if (source.finished && source.attempts > 1 && this.machine.state === 'error') {
      this.machine.send({ type: 'segment.due' });
    }
    this.#reportLoss();
  }

  gone(incarnation: number, { code, signal, stderrTail }: DecoderExit): void {
    const { lastExit } = this;
    if (lastExit?.incarnation === incarnation) this.lastExit = { ...lastExit, code, signal, stderrTail };
  }

  usableAgain(source: Source): void {
    // Nobody has suffered from it yet: it is as if it had been there when it was first tried.
    if (!source.reported) {
      if (this.#mayAttempt()) source.startAfresh();
      return;
    }
    if (source === this.desk.live?.head) this.machine.send({ type: 'asset.found' });
  }

  dismiss(stopping: Promise<number | undefined>): void {
    this.#departures.add(stopping.then((pid) => (pid === undefined ? [] : [pid])));
  }

  // Losing decoders and starting them again.

  #moveTo(program: Program, tick: number): void {
    const { droppedFrames, passed } = program.moveTo(tick - (program.startTick ?? tick));
    this.#options.stats.dropped('late', droppedFrames);
    for (const source of passed) {
      if (source.finished) continue;
      // It cost its own slot, not a tick more; if the machine is in error, then on its account.
      this.#airing.filler.reset();
      if (this.machine.state === 'error') this.machine.send({ type: 'segment.due' });
      this.dismiss(source.close());
    }
  }

  #programOf(source: Source): Program | undefined {
    const { live, prepared } = this.desk;
    return [live, ...prepared].find((program) => program?.sources.includes(source));
  }

  #noteLoss(source: Source, exit: DecoderExit | undefined): void {
    const { stats, report } = this.#options;
    const { loss, occurrence, incarnation, deliveredFrames: frames } = source;
    if (loss === undefined) return;
    const { kind, reason } = loss;
    const { index: segment, assetUri: asset } = occurrence.segment;
    const planHandle = this.#programOf(source)?.timeline.handle ?? '';
    if (kind === 'operator') {
      report({ event: 'decoder_restart_asked', incarnation, segment, asset });
      return;
    }
    if (kind === 'unusable') {
      // No decoder was ever started for it.
      report({ event: 'segment_unusable', planHandle, segment, asset, reason });
      return;
    }
    stats.decodeFailures++;
    const stderrTail = exit?.stderrTail ?? '';
    const code = exit?.code ?? null;
    const signal = exit?.signal ?? null;
    this.lastExit = {
      incarnation,
      pid: source.lastPid ?? null,
      how: exit === undefined ? 'asked' : 'crashed',
      reason,
      code,
      signal,
      segmentIndex: segment,
      asset,
      frames,
      uptimeMs: Math.round(this.clock.nowMs() - source.orderedAtMs),
      stderrTail,
      atUtcMs: this.clock.utcMs(),
    };
    const where = { incarnation, planHandle, segment, asset };
    report({ event: 'decoder_lost', ...where, kind, reason, frames, stderr: stderrTail });
  }

  /** A loss reaches the machine once the lost source is the one whose frames are needed next. */
  #reportLoss(): void {
    const { live } = this.desk;
    const head = live?.head;
    if (head?.loss === undefined || head.reported) return;
    // An asset that cannot be used at all is bad news only when its slot comes (see airFiller), unless the slot runs
    // already, or there is nothing before it for the plan to begin with.
    const begins = live?.startTick === undefined && head === live?.sourceAt(live.joinFrame);
    if (head.status === 'unusable' && head.attempts === 1 && !begins) return;
    head.reported = true;
    this.#retryReason = head.loss.kind;
    const type = head.status === 'lost' ? 'decoder.lost' : 'segment.unusable';
    this.machine.send({ type, reason: head.lossText });
  }

  #retry(): void {
    const { report, stats } = this.#options;
    const { restarts, consecutive, reason } = this.machine.snapshot.context;
    stats.restarted(this.#retryReason);
    const program = this.desk.live;
    const segment = program?.head?.occurrence.segment.index;
    const tried = segment === undefined ? {} : { segment };
    report({ event: 'restart', restarts, attempt: consecutive, reason, ...tried });
    if (program === undefined) {
      void this.desk.resolveAgain();
      return;
    }
    const { head } = program;
    if (head === undefined || head.running) return;
    const dry = program.startTick !== undefined && program.queue.run(program.airFrame, 1) === 0;
    const aim = dry ? program.airFrame + framesIn(SPAWN_LEAD_MS, this.settings.format) : 0;
    const from = Math.max(head.nextFrame, aim);
    // So little of the segment is left that the next one is due before a decoder could deliver.
    if (from < head.occurrence.endFrame) head.start(from);
  }

  /** First attempts are free, but rare while the budget is spent. */
  #mayAttempt(): boolean {
    const nowMs = this.clock.nowMs();
    const { restarts: limits } = this.settings;
    const spent = budgetRemaining(this.machine.snapshot.context.restarts, nowMs, limits) === 0;
    if (spent && nowMs - this.#lastFirstAttemptMs < limits.firstAttemptGapMs) return false;
    this.#lastFirstAttemptMs = nowMs;
    if (spent) this.#options.report({ event: 'first_attempt', atMs: nowMs });
    return true;
  }
}
