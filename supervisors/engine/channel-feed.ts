/**
 * The feed: one stream of events over all channels, for everybody who watches instead of asking again and again. A
 * watcher is told everything first (`snapshot`), then every `change` of a channel, whole, and who is `gone`; applying
 * them in order, it has what the views show, never more than a second behind.
 *
 * Hosts tell four times a second, mostly that time has passed. A change that matters to people goes out at once, but
 * at most every 100 ms per channel; mere progress once a second. A host that has fallen silent is told of as soon as it
 * has, and then once a second, with its growing age; restarts of a channel without a host as they age out. Each message is made once, however many watch, and with nobody
 * watching nothing is done at all.
 */
import type { MasterClock, Timer } from '../master-clock.js';
import type { ChannelViews } from './channel-commands.js';
import type { ChannelView } from './channel-view.js';
import { type FeedSink, type FeedWatch, FeedWatcher } from './feed-watcher.js';
import { isSilent, SILENT_MS } from './silence.js';
import { whatMatters } from './what-matters.js';

const NEWS_INTERVAL_MS = 100;
const PROGRESS_INTERVAL_MS = 1000;

/** A channel in a message: as a value, and as the JSON that all transports send of it. */
export interface FeedChannel {
  readonly snapshot: ChannelView;
  readonly json: string;
}

export type FeedMessage =
  /** Everything that the watcher asked for; `instance` is another one when the engine was started anew. */
  | { readonly event: 'snapshot'; readonly instance: string; readonly channels: readonly FeedChannel[] }
  /** The channel may be new to the watcher. */
  | { readonly event: 'change'; readonly channel: FeedChannel }
  /** The channel is not known to the engine any more. */
  | { readonly event: 'gone'; readonly channelId: number };

export interface ChannelFeed {
  /** What the views show of this channel is not what it was; or it is not shown any more. Cheap. */
  changed(channelId: number): void;
  /**
   * Tells the sink everything before this returns, and then what changes. Throws what the sink does, and forgets it.
   * @param channelIds only these, known or not; undefined: all there are and will be
   */
  watch(sink: FeedSink, channelIds?: ReadonlySet<number>): FeedWatch;
}

/** A channel as all watchers that do not lag know it. */
interface Told {
  channel: FeedChannel;
  matters: string;
  atMs: number;
  /** When what has changed since goes out. */
  due: { readonly atMs: number; readonly timer: Timer } | undefined;
  /** Looks for that of which nobody tells: its host fallen silent, or, where none runs, restarts ageing out. */
  listening: Timer | undefined;
}

/** @param instance names this life of the engine, differently from every other */
export function createChannelFeed({
  views,
  clock,
  instance,
}: {
  readonly views: ChannelViews;
  readonly clock: MasterClock;
  readonly instance: string;
}): ChannelFeed {
  const watchers = new Set<FeedWatcher>();
  /** Kept while somebody watches. */
  const told = new Map<number, Told>();

  const tellAll = (channelId: number, message: FeedMessage) => {
    for (const watcher of [...watchers]) watcher.tell(channelId, message);
  };

  const note = (snapshot: ChannelView): FeedChannel => {
    const channel = { snapshot, json: JSON.stringify(snapshot) };
    const matters = whatMatters(snapshot);
    const { channelId } = snapshot;
    forget(channelId);
    told.set(channelId, {
      ...{ channel, matters, atMs: clock.nowMs(), due: undefined },
      listening: listenTo(snapshot),
    });
    return channel;
  };

  const listenTo = (view: ChannelView): Timer | undefined => {
    const { channelId, hostPid, ageMs, budget } = view;
    if (hostPid === null) {
      if (budget.nextSlotMs === null) return undefined;
      const waitMs = Math.min(budget.nextSlotMs, PROGRESS_INTERVAL_MS);
      return clock.at(clock.nowMs() + waitMs, () => tellNow(channelId));
    }
    const waitMs = isSilent(view) ? PROGRESS_INTERVAL_MS : SILENT_MS + 1 - ageMs;
    return clock.at(clock.nowMs() + waitMs, () => {
      const snapshot = views.snapshot(channelId);
      const known = told.get(channelId);
      if (snapshot === undefined || known === undefined) return;
      if (isSilent(snapshot)) tellNow(channelId);
      else known.listening = listenTo(snapshot);
    });
  };

  const forget = (channelId: number): boolean => {
    const known = told.get(channelId);
    known?.due?.timer.cancel();
    known?.listening?.cancel();
    return told.delete(channelId);
  };

  const tellGone = (channelId: number) => {
    if (forget(channelId)) tellAll(channelId, { event: 'gone', channelId });
  };

  const tellNow = (channelId: number) => {
    const snapshot = views.snapshot(channelId);
    if (snapshot === undefined) tellGone(channelId);
    else tellAll(channelId, { event: 'change', channel: note(snapshot) });
  };

  const tellBy = (channelId: number, known: Told, atMs: number) => {
    if (known.due !== undefined && known.due.atMs <= atMs) return;
    known.due?.timer.cancel();
    known.due = { atMs, timer: clock.at(atMs, () => tellNow(channelId)) };
  };

  const sleep = () => {
    for (const channelId of [...told.keys()]) forget(channelId);
  };

  return {
    changed(channelId) {
      if (watchers.size === 0) return;
      const known = told.get(channelId);
      const snapshot = views.snapshot(channelId);
      if (snapshot === undefined) return tellGone(channelId);
      if (known === undefined) return tellNow(channelId);
      const news = whatMatters(snapshot) !== known.matters;
      const atMs = known.atMs + (news ? NEWS_INTERVAL_MS : PROGRESS_INTERVAL_MS);
      if (atMs <= clock.nowMs()) tellNow(channelId);
      else tellBy(channelId, known, atMs);
    },

    watch(sink, channelIds) {
      const watcher = new FeedWatcher({
        sink,
        clock,
        channelIds,
        everything: (wanted) => ({
          event: 'snapshot',
          instance,
          channels: [...told]
            .filter(([channelId]) => wanted === undefined || wanted.has(channelId))
            .sort(([a], [b]) => a - b)
            .map(([, { channel }]) => channel),
        }),
        onStop(stopped) {
          watchers.delete(stopped);
          if (watchers.size === 0) sleep();
        },
      });
      watchers.add(watcher);
      try {
        if (watchers.size === 1) for (const snapshot of views.snapshots()) note(snapshot);
        watcher.tellEverything();
      } catch (error) {
        watcher.stop();
        throw error;
      }
      return watcher;
    },
  };
}
