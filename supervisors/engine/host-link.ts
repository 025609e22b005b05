/**
 * What the engine says to a channel's host and hears from it, for as long as the channel is on air, whichever host that
 * is. The memory and the board follow what is told, and every question has its answer: the host's own, or why none will
 * come, when the host is lost or the channel is stopped.
 */
import type { ChannelReport } from '../channel/channel-event.js';
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import type { SwitchOutcome } from '../channel/preview-desk.js';
import type { SupervisorReport } from '../otp/report.js';
import { waitFor } from '../otp/wait.js';
import { noHostNow, notBackYet, OK } from './answers.js';
import { AsRunMemory } from './as-run-memory.js';
import type { ChannelBoard } from './channel-board.js';
import type { CommandOutcome } from './channel-commands.js';
import type { ChannelMemory } from './channel-memory.js';
import type { EngineReport } from './engine-report.js';
import { type HostKeeper, type HostKeeperOptions, keepHost } from './host-keeper.js';
import type { ChildState, FromHost, PlanCall } from './host-protocol.js';
import { type PendingOutcome, pendingOutcome } from './pending-outcome.js';
import { PictureCalls, type PictureOutcome } from './picture-calls.js';
import { PlanCalls } from './plan-calls.js';

export interface HostLinkOptions<Socket>
  extends Pick<HostKeeperOptions<Socket>, 'clock' | 'heartbeatTimeoutMs' | 'takeHost' | 'closeSocket'> {
  readonly channelId: number;
  /** Bound for the channel. */
  readonly port: number;
  /** How long whoever has a host start waits to hear what came of it. */
  readonly startTimeoutMs: number;
  readonly memory: ChannelMemory;
  readonly board: Pick<ChannelBoard, 'snapshot' | 'publish' | 'show'>;
  readonly report: (report: ChannelReport | EngineReport) => void;
  /** Told of failures in the host's tree. */
  readonly onSupervision: (report: SupervisorReport, channelId: number) => void;
}

/** The processes and supervisors of a channel, as far as the engine knows of them without asking. */
export interface ChannelParts {
  readonly host: Pick<HostKeeper<never>, 'pid' | 'status' | 'restarts' | 'sinceMs'>;
  /** Of the channel supervisor in the host; empty until it has told of them. */
  readonly children: readonly ChildState[];
}

export class HostLink<Socket> {
  readonly host: HostKeeper<Socket>;

  readonly #options: HostLinkOptions<Socket>;
  /** Present while a host has been told to start the channel and has not said yet what came of it. */
  #starting: PendingOutcome | undefined;
  /** The replacement of the host that an operator asked for; calls while it is under way share its outcome. */
  #restarting: Promise<CommandOutcome> | undefined;
  /** The channel supervisor's children, as the present host told them last. */
  #children: readonly ChildState[] = [];
  /** Present once the channel is being stopped: the answer to whoever still waits. What a host shows then is the past. */
  #ended: CommandOutcome | undefined;
  readonly #planCalls = new PlanCalls();
  readonly #pictures: PictureCalls;
  readonly #asRun: AsRunMemory;

  /** Has a host at once, which begins with what the memory says. */
  constructor(options: HostLinkOptions<Socket>) {
    this.#options = options;
    const { channelId, port, clock, memory, report } = options;
    this.#pictures = new PictureCalls(clock);
    this.#asRun = new AsRunMemory({
      channelId,
      clock,
      planHandle: () => memory.planHandle,
      onLine: (line) => report({ event: 'as_run', line }),
    });
    this.host = keepHost({
      ...options,
      order: () => {
        // A host that replaces one that died while starting takes over those who wait, too.
        this.#starting ??= pendingOutcome();
        return memory.orderFor(channelId, port);
      },
      onMessage: (message) => this.#heard(message),
      onLost: (reason, retryMs, asked) => this.#lost(reason, retryMs, asked),
    });
  }

  /** What comes of the start that is under way; undefined while none is. */
  get starting(): Promise<PlanChangeOutcome> | undefined {
    return this.#starting?.outcome;
  }

  get parts(): ChannelParts {
    const { pid, status, restarts, sinceMs } = this.host;
    return { host: { pid, status, restarts, sinceMs }, children: this.#children };
  }

  /** Resolves to the host's answer, or to why there is none. */
  async ask(what: PlanCall): Promise<SwitchOutcome> {
    const { channelId, board } = this.#options;
    if (this.host.pid === undefined) return noHostNow(channelId, board.snapshot?.detail);
    return this.#planCalls.ask(this.host.send, what);
  }

  /** Resolves when the requests for another plan that have been made so far are answered. */
  plansAnswered(): Promise<void> {
    return this.#planCalls.plansAnswered();
  }

  /** What the channel's consumers get now. */
  async picture(): Promise<PictureOutcome> {
    const { detail = 'it has not begun' } = this.#options.board.snapshot ?? {};
    if (this.host.pid === undefined) return { kind: 'unavailable', reason: `no host process: ${detail}` };
    return this.#pictures.ask(this.host.send);
  }

  /** Has the host replaced; resolves once the new one has told what came of its start. */
  restart(): Promise<CommandOutcome> {
    this.#restarting ??= this.#replace().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** The channel is being stopped. @param outcome the answer to whoever still waits for a host */
  end(outcome: CommandOutcome): void {
    this.#ended = outcome;
    this.#settleStart(outcome);
    this.#planCalls.endAll(outcome);
    this.#pictures.endAll('the channel was stopped');
  }

  /** The channel is stopped, and its last host gone. */
  gone(): void {
    this.#asRun.stopped();
    this.#options.memory.window.hostGone();
  }

  async #replace(): Promise<CommandOutcome> {
    const { channelId, clock, startTimeoutMs, board, report } = this.#options;
    report({ event: 'host_restart_asked' });
    await this.host.restart();
    const starting = this.starting ?? Promise.resolve(OK);
    const told = await waitFor(starting, startTimeoutMs, clock);
    if (this.#ended !== undefined) return this.#ended;
    if (!told) return notBackYet(startTimeoutMs, board.snapshot?.detail);
    if (this.host.pid !== undefined) return OK;
    const outcome = await starting;
    // It may be gone again.
    return outcome.success ? noHostNow(channelId, board.snapshot?.detail) : outcome;
  }

  #settleStart(outcome: PlanChangeOutcome): void {
    this.#starting?.settle(outcome);
    this.#starting = undefined;
  }

  #heard(message: FromHost): void {
    const { channelId, memory, board, report, onSupervision } = this.#options;
    switch (message.type) {
      case 'snapshot':
        this.#asRun.underWay(message.asRun);
        if (this.#ended !== undefined) return;
        this.#children = message.children;
        board.publish(message.snapshot);
        return;
      case 'started':
        this.#settleStart(message.outcome);
        if (memory.armed !== undefined && this.#ended === undefined)
          void this.ask({ type: 'update', ...memory.armed });
        return;
      case 'updated':
        this.#planCalls.answered(message.call, message.outcome);
        return;
      case 'picture':
        this.#pictures.answered(message.picture);
        return;
      case 'budget_reset':
        memory.window.confirmed(message.call, message.restarts);
        return;
      case 'report':
        memory.follow(message.report);
        if (message.report.event === 'as_run') this.#asRun.ended(message.report.line);
        report(message.report);
        return;
      case 'supervision':
        onSupervision(message.report, channelId);
        return;
      default:
        // What else it says is between it and its keeper.
        return;
    }
  }

  #lost(reason: string, retryMs: number, asked: boolean): void {
    const { port, memory, board, report } = this.#options;
    this.#children = [];
    this.#planCalls.endAll({
      success: false,
      errorMessage: `the channel's ${reason}; it resumes its plan, call again`,
    });
    this.#pictures.endAll(`the channel's ${reason}`);
    const next =
      retryMs === 0 ? 'a new one takes over' : `no output, the next attempt is in ${retryMs / 1000} s`;
    const detail = `${reason}; ${next}`;
    if (retryMs > 0) this.#settleStart({ success: false, errorMessage: detail });
    memory.window.hostGone();
    this.#asRun.hostLost(reason);
    if (!asked) report({ event: 'host_lost', reason, retryMs });
    board.show('error', detail, memory.planHandle, port);
  }
}
