/**
 * One channel as the engine sees it, and the contract's calls upon it: put on air, changed, stopped, stepped into. The
 * rules of the answers are the table in the design's section 7. What it remembers, what it shows, whose turn it is and
 * what its host has to say are its parts' matters.
 */
import type { ChannelReport } from '../channel/channel-event.js';
import { tickDueMs, tickMs } from '../channel/format.js';
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import type { SwitchOutcome } from '../channel/preview-desk.js';
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { SupervisorReport } from '../otp/report.js';
import { waitFor } from '../otp/wait.js';
import {
  alreadyOnAir,
  answerStart,
  notAdmitted,
  notDead,
  notOnAir,
  OK,
  stoppedMeanwhile,
} from './answers.js';
import { ChannelBoard, type ChannelBoardOptions } from './channel-board.js';
import type { CommandOutcome, LiveOutcome, StartOutcome } from './channel-commands.js';
import { ChannelMemory } from './channel-memory.js';
import { ChannelPlace, type ChannelPlaceOptions } from './channel-place.js';
import { CommandTurns } from './command-turns.js';
import type { EngineReport } from './engine-report.js';
import { type ChannelParts, HostLink, type HostLinkOptions } from './host-link.js';
import type { PlanCall } from './host-protocol.js';
import type { PictureOutcome } from './picture-calls.js';

export interface ChannelKeeperOptions<Socket>
  extends ChannelBoardOptions,
    ChannelPlaceOptions<Socket>,
    Omit<HostLinkOptions<Socket>, 'port' | 'memory' | 'board' | 'report' | 'closeSocket'> {
  /** The supervisor's `maxChildren`, which is `channels.max` to the operator. */
  readonly maxChannels: number;
  /** @param planHandle the plan on air, or asked for by the last start; empty before any */
  readonly report: (channelId: number, report: ChannelReport | EngineReport, planHandle: string) => void;
  /** What is shown of a channel is another thing now, or nothing is shown any more; called often. */
  readonly onShown: (channelId: number) => void;
  /** Told of failures in the trees below. @param channelId whose tree it is; absent: that of the channels themselves */
  readonly onSupervision: (report: SupervisorReport, channelId?: number) => void;
}

export class ChannelKeeper<Socket> {
  readonly channelId: number;
  /** What is shown of it. */
  readonly board: ChannelBoard;

  readonly #options: ChannelKeeperOptions<Socket>;
  readonly #memory = new ChannelMemory();
  readonly #turns: CommandTurns;
  /** Taken while the channel is on air, or trying to be. */
  readonly #place: ChannelPlace<Socket>;
  /** What was shown before it was last put on air; it tells nothing about now. */
  #shownBefore: ChannelSnapshot | undefined;
  /** Settles when what the latest stop took down is gone. */
  #down: Promise<unknown> = Promise.resolve();

  constructor(options: ChannelKeeperOptions<Socket>) {
    this.#options = options;
    this.channelId = options.channelId;
    this.board = new ChannelBoard(options, () => this.#memory.window.restarts);
    this.#turns = new CommandTurns(options.channelId);
    this.#place = new ChannelPlace(options);
  }

  get live(): boolean {
    return this.#place.child !== undefined;
  }

  /** True while nothing of it is there: no port, no host, and none on its way. */
  get idle(): boolean {
    return this.#place.empty;
  }

  /** What it has running; undefined while it is not on air. */
  get parts(): ChannelParts | undefined {
    return this.#link?.parts;
  }

  /** Its id in the channels' supervisor. */
  get childId(): string {
    return this.#place.childId;
  }

  start(planHandle: string, port: number): Promise<StartOutcome> {
    const preempted = this.#turns.preemption();
    return this.#turns.start(planHandle, port, async () => {
      // Which plan runs is known once those that were asked for before are on air or refused.
      await this.#link?.plansAnswered();
      const stopped = preempted();
      return stopped === undefined ? this.#start(planHandle, port) : { ...stopped, port: 0 };
    });
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
    this.#turns.stop();
    const link = this.#link;
    if (link !== undefined) {
      const stopped = this.#takeDown(link);
      this.#down = stopped;
      this.#turns.wait(stopped);
      return stopped;
    }
    await this.#place.leave();
    await this.#turns.over;
    // A start that was refused is over and done with; what was never shown stays unknown.
    if (!this.live && this.board.snapshot?.state === 'error') {
      this.board.follow({ event: 'channel_stopped' });
      this.board.show('stopped', '', this.#memory.planHandle, 0);
    }
    return OK;
  }

  /** A start that never got here; it changes nothing about a channel that is live. */
  refuse(errorMessage: string): void {
    this.#report({ event: 'start_refused', reason: errorMessage });
    if (!this.live) this.board.show('error', errorMessage, '', 0);
  }

  /** Gives the channel its restarts back; answered once its host, if there is one, has taken it. */
  async resetBudget(): Promise<CommandOutcome> {
    // A host on its way out may still tell of restarts.
    if (!this.live) await this.#down;
    const host = this.#link?.host;
    if (host?.pid === undefined) {
      this.#memory.window.clear();
      this.#options.onShown(this.channelId);
    } else await this.#memory.window.resetThrough((call) => host.send({ type: 'reset_budget', call }));
    this.#report({ event: 'budget_reset' });
    return OK;
  }

  /** What its consumers get now. */
  async picture(): Promise<PictureOutcome> {
    return this.#link?.picture() ?? { kind: 'off_air' };
  }

  /** Asks what an operator wants at once: a start that still waits for content does not keep it waiting. */
  async intervene(what: PlanCall): Promise<CommandOutcome> {
    const link = await this.#present();
    return link?.ask(what) ?? notOnAir(this.channelId);
  }

  /** Has the channel's host replaced; resolves once the new one has told what came of its start. */
  async restart(): Promise<CommandOutcome> {
    const link = await this.#present();
    return link?.restart() ?? notOnAir(this.channelId);
  }

  get #link(): HostLink<Socket> | undefined {
    return this.#place.child?.link;
  }

  async #present(): Promise<HostLink<Socket> | undefined> {
    if (!this.live) await this.#turns.over;
    return this.#link;
  }

  /** Whether a start that comes first succeeded does not matter, the channel is live either way. */
  #askInTurn(what: PlanCall): Promise<SwitchOutcome> {
    return this.#turns.after(() => this.#link?.ask(what) ?? notOnAir(this.channelId));
  }

  async #start(planHandle: string, port: number): Promise<StartOutcome> {
    const onAir = this.#place.child;
    if (onAir === undefined) return this.#goOnAir(planHandle, port);
    const { link, port: bound } = onAir;
    const { starting } = link;
    const runs = { planHandle: this.#memory.planHandle, port: bound };
    const answer = answerStart({ planHandle, port }, runs, this.board.snapshot, starting !== undefined);
    if (answer === 'refuse') {
      const errorMessage = alreadyOnAir(this.channelId, runs.planHandle, bound);
      return { success: false, errorMessage, port: bound };
    }
    if (starting !== undefined) return this.#outcomeOf(starting, bound);
    if (answer === 'ready') return { ...OK, port: bound };
    if (answer === 'ask') return this.#outcomeOf(link.ask({ type: 'update', planHandle }), bound);
    // If the host dies over it, the one that takes its place goes on with it.
    const recovered = this.#recovered().then((outcome) => link.starting ?? outcome);
    return this.#outcomeOf(recovered, bound);
  }

  /** Resolves when a recovery that is under way has succeeded or come to nothing. */
  #recovered(): Promise<PlanChangeOutcome> {
    return this.board.until((snapshot) => {
      if (!this.live) return stoppedMeanwhile(this.channelId);
      if (snapshot?.state === 'ready') return OK;
      return snapshot?.healthy === false ? { success: false, errorMessage: snapshot.detail } : undefined;
    });
  }

  async #goOnAir(planHandle: string, port: number): Promise<StartOutcome> {
    const preempted = this.#turns.preemption();
    this.#shownBefore = this.board.snapshot;
    try {
      await this.#place.take(port, (bound) => this.#begin(planHandle, bound));
    } catch (error) {
      const stopped = preempted();
      if (stopped !== undefined) return { ...stopped, port: 0 };
      const errorMessage = notAdmitted(error, this.#options.maxChannels);
      this.refuse(errorMessage);
      return { success: false, errorMessage, port: 0 };
    }
    const bound = this.#place.child?.port ?? 0;
    const outcome = await this.#outcomeOf(this.#link?.starting ?? Promise.resolve(OK), bound);
    if (outcome.success) this.#report({ event: 'channel_started', planHandle, port: outcome.port });
    return outcome;
  }

  /** Has a host put the plan on air. */
  #begin(planHandle: string, port: number): HostLink<Socket> {
    const { clock, format, ports } = this.#options;
    // Channels' ticks are spread over the interval, so that they do not all want the processor at once.
    this.#memory.begin(planHandle, clock.nowMs() + ((this.channelId * 7) % 16) * (tickMs(format) / 16));
    return new HostLink({
      ...this.#options,
      port,
      closeSocket: ports.closeSocket,
      memory: this.#memory,
      board: this.board,
      report: (report) => this.#report(report),
    });
  }

  /** The outcome once it is known, or what can be said after the start's time limit. */
  async #outcomeOf(known: Promise<PlanChangeOutcome>, port: number): Promise<StartOutcome> {
    const { clock, startTimeoutMs } = this.#options;
    const outcome = (await waitFor(known, startTimeoutMs, clock)) ? await known : undefined;
    if (outcome?.success) return { ...OK, port };
    const told = this.live && this.board.snapshot !== this.#shownBefore ? this.board.snapshot : undefined;
    // Without a host there is no picture at all.
    const slate = told === undefined || told.hostPid === null ? '' : `; slate airs on port ${port}`;
    const reason = outcome?.errorMessage ?? `still trying: ${told?.detail || 'no frame yet'}`;
    return { success: false, errorMessage: `${reason}${slate}`, port: this.live ? port : 0 };
  }

  async #takeDown(link: HostLink<Socket>): Promise<CommandOutcome> {
    link.end(stoppedMeanwhile(this.channelId));
    const stuckPids = await this.#place.leave();
    link.gone();
    this.#report({ event: 'channel_stopped' });
    this.board.show('stopped', '', this.#memory.planHandle, 0);
    return stuckPids.length === 0 ? OK : notDead(this.channelId, stuckPids);
  }

  #report(report: ChannelReport | EngineReport): void {
    // A refused start changes nothing about a channel that is live.
    if (report.event !== 'start_refused' || !this.live) this.board.follow(report);
    this.#options.report(this.channelId, report, this.#memory.planHandle);
  }
}
