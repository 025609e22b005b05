/**
 * What is shown of one channel: its last snapshot, from its host or, where none runs, from here, with what the engine
 * knows besides, and its past; and who waits for a snapshot.
 */
import { budgetSnapshot } from '../channel/budget-snapshot.js';
import type { ChannelReport } from '../channel/channel-event.js';
import { type Format, formatLabel } from '../channel/format.js';
import type { BudgetSnapshot, ChannelSnapshot } from '../channel/snapshot.js';
import type { MasterClock } from '../master-clock.js';
import { type AllowedAction, allowedActions } from './allowed-actions.js';
import { ChannelHistory } from './channel-history.js';
import type { ChannelTimeline, ChannelView, Condition } from './channel-view.js';
import { conditionsOf } from './conditions.js';
import type { EngineReport } from './engine-report.js';
import { noHostSnapshot } from './no-host-snapshot.js';
import type { OperationSwitches } from './operations.js';

export interface ChannelBoardOptions {
  readonly channelId: number;
  readonly clock: MasterClock;
  readonly format: Format;
  /** The channel's restart budget. */
  readonly maxRestarts: number;
  readonly restartWindowMs: number;
  /** Which interventions the operator of this engine allows. */
  readonly operations: OperationSwitches;
  readonly onSnapshot: (snapshot: ChannelSnapshot) => void;
}

export class ChannelBoard {
  readonly #options: ChannelBoardOptions;
  readonly #history = new ChannelHistory();
  readonly #restarts: () => readonly number[];
  readonly #watchers = new Set<() => void>();
  #snapshot: ChannelSnapshot | undefined;
  #heardMs = 0;
  #conditions: readonly Condition[] = [];
  #actions: readonly AllowedAction[] = [];

  /** @param restarts the channel's restarts as the engine remembers them: they are what counts while no host does */
  constructor(options: ChannelBoardOptions, restarts: () => readonly number[]) {
    this.#options = options;
    this.#restarts = restarts;
  }

  /** Undefined while there is nothing to be shown. */
  get snapshot(): ChannelSnapshot | undefined {
    return this.#snapshot;
  }

  /** The same as everyone outside is shown it, now. */
  get view(): ChannelView | undefined {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return undefined;
    const hosted = snapshot.hostPid !== null;
    return {
      ...snapshot,
      budget: hosted ? snapshot.budget : this.#budget(),
      ageMs: hosted ? Math.max(0, Math.round(this.#options.clock.nowMs() - this.#heardMs)) : 0,
      conditions: this.#conditions,
      transitions: this.#history.transitions,
      actions: this.#actions,
    };
  }

  /** Its last hour; undefined while there is nothing to be shown. */
  get timeline(): ChannelTimeline | undefined {
    if (this.#snapshot === undefined) return undefined;
    const { channelId, clock } = this.#options;
    return this.#history.timeline(channelId, clock.utcMs());
  }

  /** What happens to the channel: from now on it is part of its past. */
  follow(report: ChannelReport | EngineReport): void {
    this.#history.follow(report, this.#options.clock.utcMs());
  }

  publish(told: ChannelSnapshot): void {
    const { clock, operations, onSnapshot } = this.#options;
    // A new host knows nothing of the decoders of the one before.
    const snapshot = { ...told, lastExit: told.lastExit ?? this.#snapshot?.lastExit ?? null };
    this.#snapshot = snapshot;
    this.#heardMs = clock.nowMs();
    this.#conditions = conditionsOf(snapshot, this.#conditions, clock.utcMs());
    this.#actions = allowedActions(snapshot, operations);
    for (const look of [...this.#watchers]) look();
    onSnapshot(snapshot);
  }

  /** No host runs. @param port the port that is bound all the same, or 0 */
  show(state: 'stopped' | 'error', detail: string, planHandle: string, port: number): void {
    const { clock, format, channelId } = this.#options;
    this.publish(
      noHostSnapshot({
        channelId,
        last: this.#snapshot,
        budget: this.#budget(),
        state,
        detail,
        planHandle,
        port,
        format: formatLabel(format),
        utcMs: clock.utcMs(),
      }),
    );
  }

  /** The channel has been off the air for long: nothing is shown of it any more. Its past is kept. */
  hide(): void {
    this.#snapshot = undefined;
    this.#conditions = [];
  }

  #budget(): BudgetSnapshot {
    const { clock, maxRestarts, restartWindowMs: windowMs } = this.#options;
    const facts = { restarts: this.#restarts(), limits: { maxRestarts, windowMs } };
    return budgetSnapshot({ ...facts, attempt: 0, retryAtMs: null, stableAtMs: null }, clock.nowMs());
  }

  /** Resolves to what `judge` makes of the present snapshot or of one to come, as soon as that is something. */
  until<T>(judge: (snapshot: ChannelSnapshot | undefined) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const judged = judge(this.#snapshot);
        if (judged === undefined) return;
        this.#watchers.delete(look);
        resolve(judged);
      };
      this.#watchers.add(look);
      look();
    });
  }
}
