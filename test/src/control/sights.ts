/** What a server shows in tests: a list of channels that the test may change, and a feed over it. */
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import { createChannelFeed } from '../../../supervisors/engine/channel-feed.js';
import type { TreeNode } from '../../../supervisors/engine/engine-tree.js';
import { FakeClock } from '../../support/fake-clock.js';
import { viewsOf } from '../observe/sample-snapshot.js';

export const SAMPLE_TREE: TreeNode = {
  id: 'root',
  type: 'supervisor',
  state: 'running',
  sinceUtcMs: 1_795_334_400_000,
  restarts: 0,
  pid: 4242,
  detail: 'one_for_one',
  children: [
    {
      id: 'channels',
      type: 'supervisor',
      state: 'restarting',
      sinceUtcMs: 1_795_334_400_001,
      restarts: 3,
      pid: null,
      detail: '',
      children: [],
    },
  ],
};

export function sightsOf(snapshots: ChannelSnapshot[] = [], clock = new FakeClock()) {
  const views = viewsOf(snapshots);
  const feed = createChannelFeed({ views, clock, instance: 'this life' });
  /** Replaces a channel's snapshot, or adds it. */
  const show = (snapshot: ChannelSnapshot) => {
    const index = snapshots.findIndex(({ channelId }) => channelId === snapshot.channelId);
    snapshots.splice(index < 0 ? snapshots.length : index, 1, snapshot);
    feed.changed(snapshot.channelId);
  };
  const forget = (channelId: number) => {
    snapshots.splice(
      snapshots.findIndex((snapshot) => snapshot.channelId === channelId),
      1,
    );
    feed.changed(channelId);
  };
  return { views, feed, clock, tree: (): TreeNode | undefined => SAMPLE_TREE, show, forget };
}
