/**
 * One channel as the engine sees it: its port, its host, its place in the schedule, its window of restarts and its
 * last snapshot. It answers the contract's calls; the rules are the table in the design's section 7.
 *
 * Commands of a channel are taken one after the other, but StopChannel pre-empts whatever waits or prepares.
 */
import type { ChannelReport } from '../channel/channel-event.js';
import { type Format, tickDueMs, tickMs } from '../channel/format.js';
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import type { SwitchOutcome } from '../channel/preview-desk.js';
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { MasterClock } from '../master-clock.js';
import type { DynamicSupervisor } from '../otp/dynamic-supervisor.js';
import type { SupervisorReport } from '../otp/report.js';
import { waitFor } from '../otp/wait.js';
import { alreadyOnAir, answerStart, notAdmitted, notOnAir } from './answers.js';
import { AsRunMemory } from './as-run-memory.js';
import { ChannelBoard } from './channel-board.js';
import { type ChannelChild, startChannelChild } from './channel-child.js';
import type { CommandOutcome, LiveOutcome, StartOutcome } from './channel-commands.js';
import { ChannelHistory } from './channel-history.js';
import { ChannelMemory } from './channel-memory.js';
import type { ChannelTimeline, ChannelView } from './channel-view.js';
import type { EngineReport } from './engine-report.js';
import type { HostKeeper, HostKeeperOptions } from './host-keeper.js';
import type { EnginePorts, HostProcess } from './host-port.js';
import type { ChildState, FromHost, PlanCall } from './host-protocol.js';
import type { OperationSwitches } from './operations.js';
import { type PendingOutcome, pendingOutcome } from './pending-outcome.js';
import { PictureCalls, type PictureOutcome } from './picture-calls.js';
import { PlanCalls } from './plan-calls.js';

export interface ChannelKeeperOptions<Socket> {
  readonly channelId: number;
  readonly clock: MasterClock;
  readonly format: Format;
  readonly ports: Pick<EnginePorts<Socket>, 'listen' | 'closeSocket'>;
  readonly takeHost: () => HostProcess<Socket>;
  readonly startTimeoutMs: number;
  readonly heartbeatTimeoutMs: number;
  /** The restart budget of a channel that has not spent any. */
  readonly maxRestarts: number;
  readonly restartWindowMs: number;
  readonly operations: OperationSwitches;
  /** Whose child the channel is while it is on air. */
  readonly supervisor: Pick<DynamicSupervisor, 'startChild' | 'terminateChild'>;
  /** The supervisor's `maxChildren`, which is `channels.max` to the operator. */
  readonly maxChannels: number;
  /** @param planHandle the plan on air, or asked for by the last start; empty before any */
  readonly report: (channelId: number, report: ChannelReport | EngineReport, planHandle: string) => void;
  readonly onSnapshot: (snapshot: ChannelSnapshot) => void;
  /** What is shown of a channel is another thing now, or nothing is shown any more; called often. */
  readonly onShown: (channelId: number) => void;
  /** Told of failures in the trees below. @param channelId whose tree it is; absent: that of the channels themselves */
  readonly onSupervision: (report: SupervisorReport, channelId?: number) => void;
}

const OK: CommandOutcome = { success: true, errorMessage: '' };

/** The processes and supervisors of a channel, as far as the engine knows of them without asking. */
export interface ChannelParts {
  readonly host: Pick<HostKeeper<never>, 'pid' | 'status' | 'restarts' | 'sinceMs'>;
  /** Of the channel supervisor in the host; empty until it has told of them. */
  readonly children: readonly ChildState[];
}

/** A channel that is on air, or trying to be. */
interface Life<Socket> {
  readonly child: ChannelChild<Socket>;
  /** What was shown before; it tells nothing about this life. */
  readonly before: ChannelSnapshot | undefined;
}

/** A start whose outcome is not known yet; identical calls share it. */
interface PendingStart {
  readonly planHandle: string;
  readonly port: number;
  readonly outcome: Promise<StartOutcome>;
}

export class ChannelKeeper<Socket> {
  readonly channelId: number;

  readonly #options: ChannelKeeperOptions<Socket>;
  #life: Life<Socket> | undefined;
  /** Present while a host has been told to start the channel and has not said yet what came of it. */
  #starting: PendingOutcome | undefined;
  /** How many of its parts are just being set up or taken down. */
  #inTransit = 0;
  #pendingStart: PendingStart | undefined;
  readonly #memory = new ChannelMemory();
  readonly #history = new ChannelHistory();
  readonly #planCalls = new PlanCalls();
  readonly #pictures: PictureCalls;
  readonly #asRun: AsRunMemory;
  /** Commands wait for this one. */
  #last: Promise<unknown> = Promise.resolve();
  /** The replacement of the host that an operator asked for; calls while it is under way share its outcome. */
  #restarting: Promise<CommandOutcome> | undefined;
  /** Counts stops: what was waiting or preparing when one came is void. */
  #stops = 0;
  /** Settles when what the latest stop took down is gone. */
  #down: Promise<unknown> = Promise.resolve();
  readonly #board: ChannelBoard;
  /** The channel supervisor's children, as the present host told them last. */
  #hostChildren: readonly ChildState[] = [];

  constructor(options: ChannelKeeperOptions<Socket>) {
    this.#options = options;
    this.channelId = options.channelId;
    this.#board = new ChannelBoard(options, this.#history, () => this.#memory.window.restarts);
    this.#pictures = new PictureCalls(options.clock);
    this.#asRun = new AsRunMemory({
      channelId: options.channelId,
      clock: options.clock,
      planHandle: () => this.#memory.planHandle,
      onLine: (line) => this.#report({ event: 'as_run', line }),
    });
  }

  get snapshot(): ChannelSnapshot | undefined {
    return this.#board.snapshot;
  }

  /** What everyone outside is shown. */
  get view(): ChannelView | undefined {
    return this.#board.view;
  }

  /** Its last hour; undefined while it is not shown. */
  get timeline(): ChannelTimeline | undefined {
    if (this.snapshot === undefined) return undefined;
    return this.#history.timeline(this.channelId, this.#options.clock.utcMs());
  }

  get live(): boolean {
    return this.#life !== undefined;
  }

  /** True while nothing of it is there: no port, no host, and none on its way. */
  get idle(): boolean {
    return !this.live && this.#inTransit === 0;
  }

  /** What it has running; undefined while it is not on air. */
  get parts(): ChannelParts | undefined {
    const host = this.#life?.child.host;
    if (host === undefined) return undefined;
    const { pid, status, restarts, sinceMs } = host;
    return { host: { pid, status, restarts, sinceMs }, children: this.#hostChildren };
  }

  /** It has been off the air for long: it is shown no more, but its window of restarts still counts. */
  hide(): void {
    this.#board.hide();
  }

  start(planHandle: string, port: number): Promise<StartOutcome> {
    const pending = this.#pendingStart;
    if (pending?.planHandle === planHandle && pending.port === port) return pending.outcome;
    const stops = this.#stops;
    const inTurn = async (): Promise<StartOutcome> => {
      // Which plan runs is known once those that were asked for before are on air or refused.
      await this.#planCalls.plansAnswered();
      return stops === this.#stops ? this.#start(planHandle, port) : { ...this.#stoppedMeanwhile(), port: 0 };
    };
    const outcome = this.#last.then(inTurn);
    this.#last = outcome;
    const mine = { planHandle, port, outcome };
    this.#pendingStart = mine;
    void outcome.then(() => {
      if (this.#pendingStart === mine) this.#pendingStart = undefined;
    });
    return outcome;
  }

  update(planHandle: string): Promise<CommandOutcome> {
    return this.#askInTurn({ type: 'update', planHandle });
  }

  loadPreview(assetPath: string): Promise<CommandOutcome> {
    return this.#askInTurn({ type: 'load_preview', assetPath });
  }

  async switchToLive(): Promise<LiveOutcome> {
    const { startTick, ...outcome } = await this.#askInTurn({ type: 'switch_to_live' });
    const startMs = startTick === undefined ? 0 : tickDueMs(0, startTick, this.#options.format);
    return { ...outcome, startUs: Math.round(startMs * 1000) };
  }

  async stop(): Promise<CommandOutcome> {
    this.#stops++;
    this.#pendingStart = undefined;
    const life = this.#life;
    this.#life = undefined;
    if (life === undefined) {
      if (this.#inTransit > 0) await this.#terminate();
      await this.#last;
      // A start that was refused is over and done with; what was never shown stays unknown.
      if (!this.live && this.snapshot?.state === 'error') {
        this.#history.follow({ event: 'channel_stopped' }, this.#options.clock.utcMs());
        this.#board.show('stopped', '', this.#memory.planHandle, 0);
      }
      return OK;
    }
    const stopped = this.#takeDown(life);
    this.#down = stopped;
    this.#last = Promise.all([this.#last, stopped]);
    return stopped;
  }

  /** A start that never got here; it changes nothing about a channel that is live. */
  refuse(errorMessage: string): void {
    this.#report({ event: 'start_refused', reason: errorMessage });
    if (!this.live) this.#board.show('error', errorMessage, '', 0);
  }

  /** Gives the channel its restarts back; answered once its host, if there is one, has taken it. */
  async resetBudget(): Promise<CommandOutcome> {
    // A host on its way out may still tell of restarts.
    if (this.#life === undefined) await this.#down;
    const host = this.#life?.child.host;
    if (host?.pid === undefined) {
      this.#memory.window.clear();
      this.#options.onShown(this.channelId);
    } else await this.#memory.window.resetThrough((call) => host.send({ type: 'reset_budget', call }));
    this.#report({ event: 'budget_reset' });
    return OK;
  }

  /** What its consumers get now. */
  async picture(): Promise<PictureOutcome> {
    const host = this.#life?.child.host;
    const { detail = 'it has not begun' } = this.snapshot ?? {};
    if (host === undefined) return { kind: 'off_air' };
    if (host.pid === undefined) return { kind: 'unavailable', reason: `no host process: ${detail}` };
    return this.#pictures.ask(host.send);
  }

  /** Asks what an operator wants at once: a start that still waits for content does not keep it waiting. */
  async intervene(what: PlanCall): Promise<CommandOutcome> {
    const life = await this.#present();
    return life === undefined ? notOnAir(this.channelId) : this.#ask(life, what);
  }

  /** Has the channel's host replaced; resolves once the new one has told that it started. */
  async restart(): Promise<CommandOutcome> {
    const life = await this.#present();
    if (life === undefined) return notOnAir(this.channelId);
    this.#restarting ??= this.#replaceHost(life).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async #present(): Promise<Life<Socket> | undefined> {
    if (this.#life === undefined) await this.#last;
    return this.#life;
  }

  async #replaceHost({ child }: Life<Socket>): Promise<CommandOutcome> {
    this.#report({ event: 'host_restart_asked' });
    const stops = this.#stops;
    await child.host.restart();
    const { clock, startTimeoutMs } = this.#options;
    const starting = this.#starting?.outcome ?? Promise.resolve(OK);
    const told = await waitFor(starting, startTimeoutMs, clock);
    if (stops !== this.#stops) return this.#stoppedMeanwhile();
    if (told && child.host.pid !== undefined) return OK;
    const errorMessage = told
      ? (await starting).errorMessage
      : `the new host process has not put the channel on air within ${startTimeoutMs / 1000} s: ${this.snapshot?.detail || 'no frame yet'}; it goes on trying`;
    return { success: false, errorMessage };
  }

  #stoppedMeanwhile(): CommandOutcome {
    return { success: false, errorMessage: `channel ${this.channelId} was stopped by a later call` };
  }

  async #askInTurn(what: PlanCall): Promise<SwitchOutcome> {
    // A start that is under way comes first; whether it succeeded does not matter, the channel is live either way.
    const stops = this.#stops;
    await this.#last;
    const life = this.#life;
    if (stops !== this.#stops) return this.#stoppedMeanwhile();
    return life === undefined ? notOnAir(this.channelId) : this.#ask(life, what);
  }

  #askForPlan(life: Life<Socket>, planHandle: string): Promise<PlanChangeOutcome> {
    return this.#ask(life, { type: 'update', planHandle });
  }

  #ask(life: Life<Socket>, what: PlanCall): Promise<SwitchOutcome> {
    if (life.child.host.pid === undefined) {
      const errorMessage =
        `channel ${this.channelId} has no host process now: ${this.snapshot?.detail ?? 'none yet'}; ` +
        'call again then, or StopChannel and StartChannel to have one at once';
      return Promise.resolve({ success: false, errorMessage });
    }
    return this.#planCalls.ask(life.child.host.send, what);
  }

  async #start(planHandle: string, port: number): Promise<StartOutcome> {
    const life = this.#life;
    if (life === undefined) return this.#goOnAir(planHandle, port);
    const bound = life.child.port;
    const starting = this.#starting?.outcome;
    const runs = { planHandle: this.#memory.planHandle, port: bound };
    const answer = answerStart({ planHandle, port }, runs, this.snapshot, starting !== undefined);
    if (answer === 'refuse') {
      const errorMessage = alreadyOnAir(this.channelId, runs.planHandle, bound);
      return { success: false, errorMessage, port: bound };
    }
    if (starting !== undefined) return this.#outcomeOf(starting, bound);
    if (answer === 'ready') return { ...OK, port: bound };
    if (answer === 'ask') return this.#outcomeOf(this.#askForPlan(life, planHandle), bound);
    // If the host dies over it, the one that takes its place goes on with it.
    const recovered = this.#recovered().then((outcome) => this.#starting?.outcome ?? outcome);
    return this.#outcomeOf(recovered, bound);
  }

  /** Resolves when a recovery that is under way has succeeded or come to nothing. */
  #recovered(): Promise<PlanChangeOutcome> {
    return this.#board.until((snapshot) => {
      if (this.#life === undefined) return this.#stoppedMeanwhile();
      if (snapshot?.state === 'ready') return OK;
      return snapshot?.healthy === false ? { success: false, errorMessage: snapshot.detail } : undefined;
    });
  }

  async #goOnAir(planHandle: string, port: number): Promise<StartOutcome> {
    const stops = this.#stops;
    const before = this.snapshot;
    this.#inTransit++;
    try {
      await this.#options.supervisor.startChild({
        id: this.childId,
        restart: 'temporary',
        type: 'supervisor',
        start: async (context) => {
          const { ports } = this.#options;
          const child = await startChannelChild(context, port, ports, (bound) => {
            this.#begin(planHandle);
            return this.#hostOptions(bound);
          });
          this.#life = { child, before };
          return child;
        },
      });
    } catch (error) {
      if (stops !== this.#stops) return { ...this.#stoppedMeanwhile(), port: 0 };
      const errorMessage = notAdmitted(error, this.#options.maxChannels);
      this.refuse(errorMessage);
      return { success: false, errorMessage, port: 0 };
    } finally {
      this.#inTransit--;
    }
    const bound = this.#life?.child.port ?? 0;
    const outcome = await this.#outcomeOf(this.#starting?.outcome ?? Promise.resolve(OK), bound);
    if (outcome.success) this.#report({ event: 'channel_started', planHandle, port: outcome.port });
    return outcome;
  }

  #begin(planHandle: string): void {
    this.#hostChildren = [];
    const { clock, format } = this.#options;
    // Channels' ticks are spread over the interval, so that they do not all want the processor at once.
    this.#memory.begin(planHandle, clock.nowMs() + ((this.channelId * 7) % 16) * (tickMs(format) / 16));
  }

  #hostOptions(port: number): HostKeeperOptions<Socket> {
    const { clock, heartbeatTimeoutMs, takeHost, ports } = this.#options;
    return {
      clock,
      heartbeatTimeoutMs,
      takeHost,
      order: () => {
        // A host that replaces one that died while starting takes over those who wait, too.
        this.#starting ??= pendingOutcome();
        return this.#memory.orderFor(this.channelId, port);
      },
      onMessage: (message) => this.#heard(message),
      onLost: (reason, retryMs, asked) => this.#hostLost(reason, retryMs, port, asked),
      closeSocket: ports.closeSocket,
    };
  }

  /** The outcome once it is known, or what can be said after the start's time limit. */
  async #outcomeOf(known: Promise<PlanChangeOutcome>, port: number): Promise<StartOutcome> {
    const { clock, startTimeoutMs } = this.#options;
    const outcome = (await waitFor(known, startTimeoutMs, clock)) ? await known : undefined;
    if (outcome?.success) return { ...OK, port };
    const life = this.#life;
    const told = life === undefined || this.snapshot === life.before ? undefined : this.snapshot;
    // Without a host there is no picture at all.
    const slate = told === undefined || told.hostPid === null ? '' : `; slate airs on port ${port}`;
    const reason = outcome?.errorMessage ?? `still trying: ${told?.detail || 'no frame yet'}`;
    return { success: false, errorMessage: `${reason}${slate}`, port: life === undefined ? 0 : port };
  }

  #settleStart(outcome: PlanChangeOutcome): void {
    this.#starting?.settle(outcome);
    this.#starting = undefined;
  }

  async #takeDown(life: Life<Socket>): Promise<CommandOutcome> {
    this.#settleStart(this.#stoppedMeanwhile());
    this.#planCalls.endAll(this.#stoppedMeanwhile());
    this.#pictures.endAll('the channel was stopped');
    this.#inTransit++;
    await Promise.all([this.#terminate(), life.child.exited]);
    const stuckPids = await life.child.stuckPids;
    this.#inTransit--;
    this.#asRun.stopped();
    this.#memory.window.hostGone();
    this.#report({ event: 'channel_stopped' });
    this.#board.show('stopped', '', this.#memory.planHandle, 0);
    if (stuckPids.length === 0) return OK;
    const errorMessage = `channel ${this.channelId} is off the air, but process ${stuckPids.join(', ')} did not die within 1 s of SIGKILL; it hangs in the kernel, check the storage it reads from`;
    return { success: false, errorMessage };
  }

  /** Has the supervisor end the channel; if that takes no more orders, it is ending everything. */
  async #terminate(): Promise<void> {
    await this.#options.supervisor.terminateChild(this.childId).catch(() => {});
  }

  /** Its id in the channels' supervisor. */
  get childId(): string {
    return `channel-${this.channelId}`;
  }

  #heard(message: FromHost): void {
    switch (message.type) {
      case 'snapshot':
        this.#asRun.underWay(message.asRun);
        if (this.#life === undefined) return;
        if (message.children !== undefined) this.#hostChildren = message.children;
        this.#board.publish(message.snapshot);
        return;
      case 'started':
        this.#settleStart(message.outcome);
        if (this.#memory.armed !== undefined && this.#life !== undefined)
          void this.#ask(this.#life, { type: 'update', ...this.#memory.armed });
        return;
      case 'updated':
        this.#planCalls.answered(message.call, message.outcome);
        return;
      case 'picture':
        this.#pictures.answered(message.picture);
        return;
      case 'budget_reset':
        this.#memory.window.confirmed(message.call, message.restarts);
        return;
      case 'report':
        this.#memory.follow(message.report);
        if (message.report.event === 'as_run') this.#asRun.ended(message.report.line);
        this.#report(message.report);
        return;
      case 'supervision':
        this.#options.onSupervision(message.report, this.channelId);
        return;
      default:
        // What else it says is between it and its keeper.
        return;
    }
  }

  #hostLost(reason: string, retryMs: number, port: number, asked: boolean): void {
    this.#hostChildren = [];
    this.#planCalls.endAll({
      success: false,
      errorMessage: `the channel's ${reason}; it resumes its plan, call again`,
    });
    this.#pictures.endAll(`the channel's ${reason}`);
    const next =
      retryMs === 0 ? 'a new one takes over' : `no output, the next attempt is in ${retryMs / 1000} s`;
    const detail = `${reason}; ${next}`;
    if (retryMs > 0) this.#settleStart({ success: false, errorMessage: detail });
    this.#memory.window.hostGone();
    this.#asRun.hostLost(reason);
    if (!asked) this.#report({ event: 'host_lost', reason, retryMs });
    this.#board.show('error', detail, this.#memory.planHandle, port);
  }

  #report(report: ChannelReport | EngineReport): void {
    // A refused start changes nothing about a channel that is live.
    if (report.event !== 'start_refused' || !this.live)
      this.#history.follow(report, this.#options.clock.utcMs());
    this.#options.report(this.channelId, report, this.#memory.planHandle);
  }
}
