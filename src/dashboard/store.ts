/** All that the page knows of the engine: its channels as it was last told, and what time it is there. */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { type Judged, worstFirst } from './judge.js';
import { judge } from './judgement.js';

export interface StoreListener {
  /** These may have changed; gone ones are among them. */
  changed(channelIds: readonly number[]): void;
}

export class Store {
  readonly #channels = new Map<number, ChannelView>();
  readonly #listener: StoreListener;
  #offsetMs: number | undefined;

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
    return this.#channels.get(channelId);
  }

  judged(channelId: number): Judged | undefined {
    const view = this.#channels.get(channelId);
    return view === undefined ? undefined : judged(view);
  }

  worstFirst(): Judged[] {
    return worstFirst([...this.#channels.values()].map(judged));
  }

  /** The engine's wall clock, which need not be the browser's. */
  nowUtcMs(): number {
    return Date.now() + (this.#offsetMs ?? 0);
  }

  get anyOnAir(): boolean {
    return [...this.#channels.values()].some(({ hostPid }) => hostPid !== null);
  }

  #note(view: ChannelView): void {
    this.#channels.set(view.channelId, view);
    if (view.hostPid === null) return;
    // News is never early, only late: the message that took least time is right. Slowly forgotten, as clocks drift.
    const offsetMs = view.atUtcMs + view.ageMs - Date.now();
    this.#offsetMs = this.#offsetMs === undefined ? offsetMs : Math.max(offsetMs, this.#offsetMs - 5);
  }
}

function judged(view: ChannelView): Judged {
  return { view, judgement: judge(view) };
}
