/**
 * A channel in the words of the command line: whether something is wrong with it, why, what its viewers see, and what
 * the engine does about it. All words are fit for a terminal, whatever plans, file names and ffmpeg put into them.
 */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { isSilent } from '../../supervisors/engine/silence.js';
import { isWrong } from '../dashboard/channel-facts.js';
import { judge, remedyOf, type Tone } from '../dashboard/judgement.js';
import { CLIENT_EXIT, printable } from './cli-io.js';
import { durationText } from './duration.js';
import type { Cell, Style } from './terminal.js';

/** 0 where no channel is wrong, else 2. */
export function exitCodeOf(channels: Iterable<ChannelView>): number {
  for (const channel of channels) if (isWrong(channel)) return CLIENT_EXIT.notReady;
  return CLIENT_EXIT.success;
}

const TONE_STYLE: Readonly<Record<Tone, Style>> = {
  ok: 'green',
  busy: 'yellow',
  warn: 'yellow',
  bad: 'red',
  off: 'dim',
};
const AIRING_STYLE: Readonly<Record<string, Style>> = {
  hold: 'yellow',
  slate: 'red',
  operator_slate: 'yellow',
};
/** Where the word of the snapshot is none that people use. */
const IN_WORDS: Readonly<Record<string, string>> = { operator_slate: "operator's slate" };

/** In the colour of the channel's judgement, as on the page. */
export function stateCell(channel: ChannelView): Cell {
  return { text: printable(channel.state), style: TONE_STYLE[judge(channel).tone] };
}

export function airingCell({ airing }: ChannelView): Cell {
  return { text: printable(airing ?? '-'), style: AIRING_STYLE[airing ?? ''] };
}

/** What stands in for content, and since when; empty while content airs. */
export function standInOf({ airing, airingSinceUtcMs, atUtcMs, ageMs }: ChannelView): string {
  if (airing === null || airing === 'content' || airing === 'pad') return '';
  const what = IN_WORDS[airing] ?? printable(airing);
  if (airingSinceUtcMs === null) return what;
  return `${what} for ${durationText(atUtcMs + ageMs - airingSinceUtcMs)}`;
}

/** What the engine does about what is wrong; empty where nothing is. */
export function remedyText(channel: ChannelView): string {
  const nowUtcMs = channel.atUtcMs + channel.ageMs;
  const remedy = remedyOf(channel, nowUtcMs);
  switch (remedy.does) {
    case 'nothing':
    case 'watch':
      return '';
    // The detail says what is done.
    case 'host':
      return '';
    case 'attempt':
      return remedy.inMs === null
        ? 'an attempt is under way'
        : `next attempt in ${durationText(remedy.inMs)}`;
    case 'fill':
      return 'frames are being gathered';
    case 'wait':
      return remedy.next === null
        ? 'waits for another plan'
        : `${titleText(remedy.next.name)} begins in ${durationText(remedy.next.atUtcMs - nowUtcMs)}`;
  }
}

/** Why it is wrong, or will be, and what is done about it, in one line; empty for a channel in order. */
export function whyOf(channel: ChannelView): string {
  const { detail, ageMs } = channel;
  return [
    isSilent(channel) ? `its process hangs, last heard of ${durationText(ageMs)} ago` : '',
    standInOf(channel),
    printable(detail),
    remedyText(channel),
    problemAhead(channel),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** The same without what only time changes: where it is another, there is news. */
export function newsOf(channel: ChannelView): string {
  const { state, airing, detail, onAir, planAssetProblems, port } = channel;
  const segment = onAir === null ? null : [onAir.planHash, onAir.segmentIndex, onAir.turn, onAir.title];
  return JSON.stringify([state, airing, detail, segment, planAssetProblems.count, isSilent(channel), port]);
}

export function titleText(title: string): string {
  return JSON.stringify(printable(title)).replaceAll('\\\\', '\\');
}

function problemAhead(channel: ChannelView): string {
  const { planAssetProblems, detail, atUtcMs, ageMs } = channel;
  const { count, soonest } = planAssetProblems;
  const [first] = soonest;
  // What is wrong now says it already.
  if (first === undefined || detail.includes(first.reason)) return '';
  const dueMs = first.dueUtcMs - atUtcMs - ageMs;
  const when = dueMs > 0 ? `due in ${durationText(dueMs)}` : 'due now';
  const more = count > 1 ? `, and ${count - 1} more` : '';
  return `asset problem ahead, ${when}${more}: ${printable(first.reason)}`;
}
