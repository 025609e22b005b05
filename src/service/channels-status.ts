/** The line that the service manager shows: how the channels are, in a glance. */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { isWrong } from '../dashboard/channel-facts.js';

/** For example "7 of 8 channels ready; not ready: 3", where 3 may be one that does not tell any more how it is. */
export function channelsStatus(
  channels: readonly Pick<ChannelView, 'channelId' | 'state' | 'hostPid' | 'ageMs'>[],
): string {
  const live = channels.filter(({ state }) => state !== 'stopped');
  if (live.length === 0) return 'no channel on air';
  const others = live.filter(isWrong).map(({ channelId }) => channelId);
  const which = others.length === 0 ? '' : `; not ready: ${others.slice(0, 10).join(', ')}`;
  const more = others.length > 10 ? ', ...' : '';
  return `${live.length - others.length} of ${live.length} channels ready${which}${more}`;
}
