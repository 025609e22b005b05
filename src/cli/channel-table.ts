/** All channels as a table: which is wrong, what its viewers see, why, and what is done about it. */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { airingCell, stateCell, whyOf } from './channel-words.js';
import { printable } from './cli-io.js';
import { type Cell, fitted, type Terminal } from './terminal.js';
import { tableText } from './text-table.js';

const HEADER = ['CHANNEL', 'STATE', 'AIRING', 'ON AIR', 'QUEUE', 'BUDGET', 'CONSUMERS', 'PORT', 'WHY'];
const TITLE = 3;
/** Where there is room: a title of any length must not push out the reasons. */
const TITLE_COLUMNS = 32;

/** Every line ends in a line end. */
export function channelTable(channels: readonly ChannelView[], terminal: Terminal): string {
  if (channels.length === 0) return 'no channels\n';
  return tableText({ header: HEADER, rows: channels.map(row), flexible: TITLE }, terminal);
}

function row(channel: ChannelView): Cell[] {
  const { channelId, onAir, bufferDepthFrames, queueFrames, budget, consumers, port } = channel;
  const spent = budget.remaining === 0 ? 'red' : budget.used > 0 ? 'yellow' : undefined;
  return [
    { text: `${channelId}` },
    stateCell(channel),
    airingCell(channel),
    { text: onAir === null ? '-' : titleOf(onAir.title) },
    { text: `${bufferDepthFrames}/${queueFrames}` },
    { text: `${budget.used} of ${budget.max}`, style: spent },
    { text: `${consumers}` },
    { text: port === 0 ? '-' : `${port}` },
    { text: whyOf(channel) },
  ];
}

function titleOf(title: string): string {
  return fitted(printable(title), TITLE_COLUMNS);
}
