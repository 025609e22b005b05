/**
 * `watch`: channels live, from the engine's feed. On a terminal the table of `status`, redrawn in place; elsewhere a line
 * for each change that is news; with `--json` a line for each message. When the engine goes, that is said, and it is
 * asked again until it is back.
 */
import { z } from 'zod';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { readSnapshotForm } from '../observe/snapshot-schema.js';
import { exitCodeOf } from './channel-words.js';
import { CLIENT_EXIT, type CliIo } from './cli-io.js';
import { noEngine, tellFailure } from './engine-page.js';
import { readEvents } from './event-source.js';
import { jsonView, lineView, screenView } from './watch-views.js';

export interface WatchOptions {
  /** The engine's HTTP address, `HOST:PORT`. */
  readonly httpAddress: string;
  /** Empty: all. */
  readonly channelIds: readonly number[];
  readonly json: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Where what is heard goes. */
export interface WatchView {
  /** Something was heard. @param news the channels that may have changed, those that are gone included */
  heard(channels: ReadonlyMap<number, ChannelView>, news: readonly number[]): void;
  /** The message as it came. */
  message?(event: string, data: object): void;
  /** The engine does not tell any more; it is asked again. */
  lost(reason: string): void;
  /** It does again, and all of it was told anew. */
  back(): void;
  close(): void;
}

const dataForms = {
  snapshot: z.object({ channels: z.array(readSnapshotForm) }),
  change: z.object({ channel: readSnapshotForm }),
  gone: z.object({ channelId: z.number() }),
};

/**
 * Watches until it is told to end. Exit code 0 when no channel was wrong in the end, 2 when one was or nothing was heard
 * of the engine; 69 when there was no engine to begin with.
 */
export async function runWatch(options: WatchOptions, io: CliIo): Promise<number> {
  const { httpAddress, channelIds, json, signal } = options;
  const channels = new Map<number, ChannelView>();
  const query = channelIds.map((id) => `channel=${id}`).join('&');
  let view: WatchView | undefined;
  let failure: string | undefined;
  let isLost = false;

  const follow = (event: string, data: unknown): number[] => {
    if (event === 'snapshot') {
      const before = [...channels.keys()];
      channels.clear();
      for (const each of understood(dataForms.snapshot, data).channels) channels.set(each.channelId, each);
      return [...new Set([...channels.keys(), ...before])];
    }
    if (event === 'change') {
      const { channel } = understood(dataForms.change, data);
      channels.set(channel.channelId, channel);
      return [channel.channelId];
    }
    if (event !== 'gone') return [];
    const { channelId } = understood(dataForms.gone, data);
    channels.delete(channelId);
    return [channelId];
  };

  await readEvents({
    url: `http://${httpAddress}/events${query === '' ? '' : `?${query}`}`,
    signal,
    onEvent(event, data) {
      const news = follow(event, data);
      view ??= json ? jsonView(io) : io.stdout.isTTY ? screenView(io, httpAddress) : lineView(io);
      if (isLost) view.back();
      isLost = false;
      view.message?.(event, Object(data));
      view.heard(channels, news);
    },
    onInterrupted(reason) {
      if (view === undefined) {
        failure = noEngine(httpAddress, reason).message;
        return false;
      }
      if (!isLost) view.lost(reason);
      isLost = true;
      return true;
    },
  });
  view?.close();
  if (failure !== undefined) return tellFailure(failure, CLIENT_EXIT.unavailable, json, io);
  return isLost ? CLIENT_EXIT.notReady : exitCodeOf(channels.values());
}

function understood<T>(form: z.ZodType<T>, data: unknown): T {
  const read = form.safeParse(data);
  if (read.success) return read.data;
  throw new Error('what it tells is not understood here, use the command line of that engine');
}
