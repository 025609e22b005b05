/**
 * The methods of PlayoutOperations that only show something. Each answers from what the engine knows already; the feed
 * goes as fast as the client reads, by HTTP/2's flow control, and no faster.
 */
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import type { ChannelViews } from '../../supervisors/engine/channel-commands.js';
import type { ChannelFeed, FeedChannel } from '../../supervisors/engine/channel-feed.js';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import { answer, failed, type OnCallError } from './answer.js';
import { channelMessage, feedMessage, treeMessage } from './channel-message.js';
import type { PlayoutOperationsHandlers } from './generated/retrovue/playout/PlayoutOperations.js';
import type { WatchChannelsResponse } from './generated/retrovue/playout/WatchChannelsResponse.js';
import { checkChannel, checkWatch } from './requests.js';

/** All that there is to see. */
export interface EngineSights {
  readonly views: ChannelViews;
  readonly feed: ChannelFeed;
  /** Undefined while the engine is starting. */
  readonly tree: () => TreeNode | undefined;
}

/**
 * So many may watch at once. Each can leave some messages unread in memory, and one that was dropped does so until its
 * connection ends, for only its client can make room on that.
 */
const MAX_WATCHERS = 64;

/** So many messages may wait for a client that reads slowly. Channels are many, and may all have news at once. */
const MAX_WAITING = 128;

type ViewMethods = 'ListChannels' | 'GetChannel' | 'GetTree' | 'WatchChannels';

export function viewsService(
  { views, feed, tree }: EngineSights,
  onError: OnCallError,
): Pick<PlayoutOperationsHandlers, ViewMethods> {
  let watchers = 0;

  const watch = (
    call: ServerWritableStream<unknown, WatchChannelsResponse>,
    channelIds: ReadonlySet<number> | undefined,
  ) => {
    const refuse = (details: string) => call.emit('error', { code: status.RESOURCE_EXHAUSTED, details });
    if (watchers >= MAX_WATCHERS) {
      refuse(`${MAX_WATCHERS} clients watch the channels already; end one of them, or use ListChannels`);
      return;
    }
    const watching = feed.watch(
      {
        send(sequence, message) {
          call.write(feedMessage(sequence, message));
          return call.writableLength < MAX_WAITING;
        },
        drop: refuse,
      },
      channelIds,
    );
    watchers++;
    call.on('drain', () => watching.hasRoom());
    // However it ends: by the client, by its connection, or from here.
    const over = () => {
      call.off('cancelled', over).off('close', over);
      watching.stop();
      watchers--;
    };
    call.on('cancelled', over).on('close', over);
  };

  return {
    ListChannels(_call, callback) {
      void answer('ListChannels', onError, callback, async () => {
        const channels = views.snapshots().map((snapshot) => channelMessage(asShown(snapshot)));
        return { success: true, error_message: '', channels };
      });
    },
    GetChannel({ request: message }, callback) {
      void answer('GetChannel', onError, callback, async () => {
        const checked = checkChannel(message);
        if (!checked.ok) return failed(checked.errorMessage);
        const { channelId } = checked.request;
        const snapshot = views.snapshot(channelId);
        if (snapshot !== undefined) {
          return { success: true, error_message: '', channel: channelMessage(asShown(snapshot)) };
        }
        return failed(
          `channel_id ${channelId} is not known: it was never started, or was stopped long ago; ListChannels names the known ones`,
        );
      });
    },
    GetTree(_call, callback) {
      void answer('GetTree', onError, callback, async () => {
        const root = tree();
        if (root === undefined) return failed('the engine is starting; ask again');
        return { success: true, error_message: '', root: treeMessage(root) };
      });
    },
    WatchChannels(call) {
      const checked = checkWatch(call.request);
      if (!checked.ok) {
        call.emit('error', { code: status.INVALID_ARGUMENT, details: checked.errorMessage });
        return;
      }
      const { channelIds } = checked.request;
      try {
        watch(call, channelIds.size === 0 ? undefined : channelIds);
      } catch (error) {
        onError(error, 'WatchChannels');
        call.emit('error', { code: status.INTERNAL, details: "the feed failed; the engine's log has more" });
      }
    },
  };
}

function asShown(snapshot: ChannelView): FeedChannel {
  return { snapshot, json: JSON.stringify(snapshot) };
}
