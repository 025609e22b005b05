/** What is shown of channels and of the tree, as the messages of PlayoutOperations. */
import type { ChannelState } from '../../supervisors/channel/snapshot.js';
import type { FeedChannel, FeedMessage } from '../../supervisors/engine/channel-feed.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import { wellFormed } from './answer.js';
import type { Channel } from './generated/retrovue/playout/Channel.js';
import type { TreeNode as TreeNodeMessage } from './generated/retrovue/playout/TreeNode.js';
import type { WatchChannelsResponse } from './generated/retrovue/playout/WatchChannelsResponse.js';

const STATES = {
  stopped: 'CHANNEL_STATE_STOPPED',
  buffering: 'CHANNEL_STATE_BUFFERING',
  ready: 'CHANNEL_STATE_READY',
  error: 'CHANNEL_STATE_ERROR',
} as const satisfies Record<ChannelState, string>;

export function channelMessage({ snapshot, json }: FeedChannel): Channel {
  return {
    channel_id: snapshot.channelId,
    state: STATES[snapshot.state],
    healthy: snapshot.healthy,
    detail: wellFormed(snapshot.detail),
    plan_handle: wellFormed(snapshot.planHandle),
    port: snapshot.port,
    snapshot_json: json,
  };
}

export function feedMessage(sequence: number, message: FeedMessage): WatchChannelsResponse {
  switch (message.event) {
    case 'snapshot':
      return {
        sequence,
        snapshot: { instance: message.instance, channels: message.channels.map(channelMessage) },
      };
    case 'change':
      return { sequence, change: channelMessage(message.channel) };
    case 'gone':
      return { sequence, gone_channel_id: message.channelId };
  }
}

export function treeMessage(node: TreeNode): TreeNodeMessage {
  return {
    id: node.id,
    type: node.type,
    state: node.state,
    pid: node.pid ?? 0,
    restarts: node.restarts,
    since_utc_ms: node.sinceUtcMs,
    detail: wellFormed(node.detail),
    children: node.children.map(treeMessage),
  };
}
