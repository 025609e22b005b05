/**
 * One watcher of the feed. What its sink does not take is not kept for it: it lags, and once there is room again it is
 * told everything afresh, in one `snapshot`. So what it costs is bounded, and what it is told is never older than that.
 */
import type { MasterClock, Timer } from '../master-clock.js';
import type { FeedMessage } from './channel-feed.js';

/** A sink that has had no room for so long belongs to somebody who does not read. */
export const PATIENCE_MS = 30_000;

/** Where a watcher's messages go: a connection. */
export interface FeedSink {
  /**
   * Takes a message. False: it was taken, but there is no room for another until {@link FeedWatch.hasRoom} is called.
   * @param sequence counts the watcher's messages from 1
   */
  send(sequence: number, message: FeedMessage): boolean;
  /** The watcher is dropped. `reason` is for people. */
  drop(reason: string): void;
}

/** What the sink tells of itself. */
export interface FeedWatch {
  hasRoom(): void;
  /** Nobody watches any more. Safe to call twice. */
  stop(): void;
}

export interface FeedWatcherOptions {
  readonly sink: FeedSink;
  readonly clock: MasterClock;
  /** What this watcher wants to know of; undefined: of every channel. */
  readonly channelIds: ReadonlySet<number> | undefined;
  /** Everything there is to tell now. */
  readonly everything: (channelIds: ReadonlySet<number> | undefined) => FeedMessage;
  readonly onStop: (watcher: FeedWatcher) => void;
}

export class FeedWatcher implements FeedWatch {
  readonly #options: FeedWatcherOptions;
  #sequence = 0;
  #full = false;
  #lags = false;
  #stopped = false;
  #patience: Timer | undefined;

  constructor(options: FeedWatcherOptions) {
    this.#options = options;
  }

  /** @param channelId whom the message is about */
  tell(channelId: number, message: FeedMessage): void {
    const { channelIds } = this.#options;
    if (channelIds !== undefined && !channelIds.has(channelId)) return;
    if (this.#full) this.#lags = true;
    else this.#send(message);
  }

  tellEverything(): void {
    this.#lags = false;
    this.#send(this.#options.everything(this.#options.channelIds));
  }

  hasRoom(): void {
    this.#patience?.cancel();
    this.#full = false;
    if (this.#lags && !this.#stopped) this.tellEverything();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#patience?.cancel();
    this.#options.onStop(this);
  }

  #send(message: FeedMessage): void {
    const { sink, clock } = this.#options;
    if (this.#stopped || sink.send(++this.#sequence, message)) return;
    this.#full = true;
    this.#patience?.cancel();
    this.#patience = clock.at(clock.nowMs() + PATIENCE_MS, () => {
      this.stop();
      sink.drop(`nothing was read for ${PATIENCE_MS / 1000} s`);
    });
  }
}
