/** What is shown of one channel: its last snapshot, from its host or, where none runs, from here; and who waits for one. */
import { type Format, formatLabel } from '../channel/format.js';
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { MasterClock } from '../master-clock.js';
import { noHostSnapshot } from './no-host-snapshot.js';

export interface ChannelBoardOptions {
  readonly channelId: number;
  readonly clock: MasterClock;
  readonly format: Format;
  /** The restart budget of a channel that has not spent any. */
  readonly maxRestarts: number;
  readonly onSnapshot: (snapshot: ChannelSnapshot) => void;
}

export class ChannelBoard {
  /** Undefined while there is nothing to be shown. */
  snapshot: ChannelSnapshot | undefined;
  readonly #options: ChannelBoardOptions;
  readonly #watchers = new Set<() => void>();

  constructor(options: ChannelBoardOptions) {
    this.#options = options;
  }

  publish(snapshot: ChannelSnapshot): void {
    this.snapshot = snapshot;
    for (const look of [...this.#watchers]) look();
    this.#options.onSnapshot(snapshot);
  }

  /** No host runs. @param port the port that is bound all the same, or 0 */
  show(state: 'stopped' | 'error', detail: string, planHandle: string, port: number): void {
    const { clock, format, channelId, maxRestarts } = this.#options;
    this.publish(
      noHostSnapshot({
        channelId,
        last: this.snapshot,
        maxRestarts,
        state,
        detail,
        planHandle,
        port,
        format: formatLabel(format),
        utcMs: clock.utcMs(),
      }),
    );
  }

  /** No news to anybody but who looks: a stopped channel is not kept on show any longer for it. */
  showFullBudget(): void {
    const restartBudgetRemaining = this.#options.maxRestarts;
    if (this.snapshot !== undefined) this.snapshot = { ...this.snapshot, restartBudgetRemaining };
  }

  /** Resolves to what `judge` makes of the present snapshot or of one to come, as soon as that is something. */
  until<T>(judge: (snapshot: ChannelSnapshot | undefined) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const judged = judge(this.snapshot);
        if (judged === undefined) return;
        this.#watchers.delete(look);
        resolve(judged);
      };
      this.#watchers.add(look);
      look();
    });
  }
}
