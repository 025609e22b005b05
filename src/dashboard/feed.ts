/**
 * Keeps the store fed from `/events` (docs/feed.md): connects again when cut off, later each time; asks anew when a
 * message is missing; and says when nothing was heard for long. Where the engine gives no stream, `/channels` is asked
 * again and again instead.
 */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';

export type FeedState = 'connecting' | 'live' | 'asking' | 'stale';

export interface FeedTarget {
  /** @param instance names a life of the engine; undefined where it was not told */
  snapshot(channels: readonly ChannelView[], instance: string | undefined): void;
  change(channel: ChannelView): void;
  gone(channelId: number): void;
  /** @param newsMs when something was last heard, by performance.now(); null: never */
  state(state: FeedState, newsMs: number | null): void;
  /** Whether there is a channel that should be heard of every second. */
  readonly anyOnAir: boolean;
}

interface Message {
  readonly sequence: number;
  readonly instance?: string;
  readonly channels?: readonly ChannelView[];
  readonly channel?: ChannelView;
  readonly channelId?: number;
}

const SILENCE_MS = 5000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 5000;
const ASK_AGAIN_MS = 2000;
const ANSWER_MS = 3000;

export class Feed {
  readonly #target: FeedTarget;
  #source: EventSource | undefined;
  #sequence = 0;
  #newsMs: number | null = null;
  #openedMs = 0;
  #retryMs = FIRST_RETRY_MS;
  #retry: number | undefined;
  #probing = false;

  constructor(target: FeedTarget) {
    this.#target = target;
  }

  start(): void {
    this.#connect();
    setInterval(() => void this.#watch(), 1000);
    // A laptop that wakes, a network that is back: no reason to wait any longer.
    addEventListener('online', () => this.#reconnect(0));
  }

  #connect(): void {
    this.#retry = undefined;
    const source = new EventSource('/events');
    this.#source = source;
    this.#sequence = 0;
    this.#openedMs = performance.now();
    const on = (event: string, take: (message: Message) => void) =>
      source.addEventListener(event, ({ data }) => {
        if (this.#source !== source) return;
        const message = JSON.parse(data) as Message;
        const missing = this.#sequence !== 0 && message.sequence !== this.#sequence + 1;
        if (missing && event !== 'snapshot') return this.#reconnect(0);
        this.#sequence = message.sequence;
        this.#news('live');
        this.#retryMs = FIRST_RETRY_MS;
        take(message);
      });
    on('snapshot', ({ channels, instance }) => this.#target.snapshot(channels ?? [], instance));
    on('change', ({ channel }) => channel && this.#target.change(channel));
    on('gone', ({ channelId }) => channelId !== undefined && this.#target.gone(channelId));
    source.addEventListener('error', () => {
      if (this.#source === source) void this.#cutOff();
    });
  }

  /** Without a stream the engine may answer still: it is too old for one, or has no room for another. */
  async #cutOff(): Promise<void> {
    this.#close();
    const answer = await askJson<ChannelView[]>('/channels');
    if (this.#source !== undefined || this.#retry !== undefined) return;
    if (answer?.value !== undefined) {
      this.#target.snapshot(answer.value, undefined);
      this.#news('asking');
      this.#reconnect(ASK_AGAIN_MS);
      return;
    }
    this.#target.state('stale', this.#newsMs);
    this.#reconnect(this.#retryMs * (0.8 + 0.4 * Math.random()));
    this.#retryMs = Math.min(MAX_RETRY_MS, 2 * this.#retryMs);
  }

  #reconnect(delayMs: number): void {
    this.#close();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), delayMs);
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #news(state: FeedState): void {
    this.#newsMs = performance.now();
    this.#target.state(state, this.#newsMs);
  }

  /** With every channel off the air an engine has nothing to tell; then it is asked whether it lives. */
  async #watch(): Promise<void> {
    const now = performance.now();
    if (now - Math.max(this.#newsMs ?? 0, this.#openedMs) < SILENCE_MS || this.#probing) return;
    // It tries again by itself. With neither stream nor retry nobody would, whatever has gone wrong.
    if (this.#retry !== undefined) return;
    const source = this.#source;
    if (source !== undefined && this.#newsMs !== null && !this.#target.anyOnAir) {
      this.#probing = true;
      const answer = await ask('/healthz');
      this.#probing = false;
      if (this.#source !== source) return;
      if (answer?.ok) return this.#news('live');
    }
    this.#target.state('stale', this.#newsMs);
    this.#reconnect(0);
  }
}

/** Undefined: no answer in time. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
  try {
    return await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS), ...init });
  } catch {
    return undefined;
  }
}

/**
 * The same for a page of JSON. The answer's head may come and its body not: an engine can end in between, and that is no
 * answer either. Without a `value` the engine has refused.
 */
export async function askJson<Value>(
  path: string,
): Promise<{ readonly status: number; readonly value?: Value } | undefined> {
  const answer = await ask(path);
  if (answer === undefined) return undefined;
  const { status } = answer;
  if (!answer.ok) return { status };
  try {
    return { status, value: (await answer.json()) as Value };
  } catch {
    return undefined;
  }
}
