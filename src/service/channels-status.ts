/** The line that the service manager shows: how the channels are, in a glance. */
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';

/** For example "7 of 8 channels ready; not ready: 3". */
export function channelsStatus(channels: readonly Pick<ChannelSnapshot, 'channelId' | 'state'>[]): string {
  const live = channels.filter(({ state }) => state !== 'stopped');
  if (live.length === 0) return 'no channel on air';
  const others = live.filter(({ state }) => state !== 'ready').map(({ channelId }) => channelId);
  const which = others.length === 0 ? '' : `; not ready: ${others.slice(0, 10).join(', ')}`;
  const more = others.length > 10 ? ', ...' : '';
  return `${live.length - others.length} of ${live.length} channels ready${which}${more}`;
}
