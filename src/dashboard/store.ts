/** All that the page knows of the engine: its channels as it was last told, and what time it is there. */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { type Judged, judge, worstFirst } from './judge.js';

interface Known {
  readonly view: ChannelView;
  readonly receivedMs: number;
}

export interface StoreListener {
  /** These may have changed; gone ones are among them. */
  changed(channelIds: readonly number[]): void;
}

export class Store {
  readonly #channels = new Map<number, Known>();
  readonly #listener: StoreListener;
  #offsetMs: number | undefined;
  #newsMs = 0;
  /** What is shown is old, so a channel's silence says nothing about it. */
  stale = false;

  constructor(listener: StoreListener) {
    this.#listener = listener;
  }

  replaceAll(views: readonly ChannelView[]): void {
    const before = [...this.#channels.keys()];
    this.#channels.clear();
    this.#offsetMs = undefined;
    for (const view of views) this.#note(view);
    this.#listener.changed([...new Set([...before, ...this.#channels.keys()])]);
  }

  change(view: ChannelView): void {
    this.#note(view);
    this.#listener.changed([view.channelId]);
  }

  gone(channelId: number): void {
    if (this.#channels.delete(channelId)) this.#listener.changed([channelId]);
  }

  view(channelId: number): ChannelView | undefined {
    return this.#channels.get(channelId)?.view;
  }

  judged(channelId: number): Judged | undefined {
    const known = this.#channels.get(channelId);
    return known === undefined ? undefined : this.#judge(known);
  }

  worstFirst(): Judged[] {
    return worstFirst([...this.#channels.values()].map((known) => this.#judge(known)));
  }

  /** The engine's wall clock, which need not be the browser's. */
  nowUtcMs(): number {
    return Date.now() + (this.#offsetMs ?? 0);
  }

  get anyOnAir(): boolean {
    return [...this.#channels.values()].some(({ view }) => view.hostPid !== null);
  }

  #judge({ view, receivedMs }: Known): Judged {
    // Whoever is silent while others are heard of. When nothing is heard at all, that is the page's trouble.
    const quietMs = this.stale ? 0 : view.ageMs + Math.max(0, this.#newsMs - receivedMs);
    return { view, judgement: judge(view, quietMs) };
  }

  #note(view: ChannelView): void {
    this.#newsMs = performance.now();
    this.#channels.set(view.channelId, { view, receivedMs: this.#newsMs });
    if (view.hostPid === null) return;
    // News is never early, only late: the message that took least time is right. Slowly forgotten, as clocks drift.
    const offsetMs = view.atUtcMs + view.ageMs - Date.now();
    this.#offsetMs = this.#offsetMs === undefined ? offsetMs : Math.max(offsetMs, this.#offsetMs - 5);
  }
}
