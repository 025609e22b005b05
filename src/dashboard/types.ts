/** The snapshot's types, from where they are defined. */
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';

export type { ChannelTimeline, ChannelView } from '../../supervisors/engine/channel-view.js';
export type ComingSegment = ChannelSnapshot['coming'][number];
