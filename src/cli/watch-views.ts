/** The ways in which `watch` shows what it hears: a screen, lines, JSON. */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { isWrong } from '../dashboard/channel-facts.js';
import { channelTable } from './channel-table.js';
import { airingCell, newsOf, titleText, whyOf } from './channel-words.js';
import { type CliIo, printable } from './cli-io.js';
import { durationText, utcText } from './duration.js';
import { fitted, painted, terminalOf } from './terminal.js';
import type { WatchView } from './watch.js';

/** One line for each message, as the engine sent it. */
export function jsonView({ stdout }: CliIo): WatchView {
  const tell = (value: object) => stdout.write(`${JSON.stringify(value)}\n`);
  return {
    heard() {},
    message: (event, data) => tell({ event, ...data }),
    lost: (reason) => tell({ event: 'lost', error_message: reason }),
    back() {},
    close() {},
  };
}

/** One line for each change that is more than time that passes; everything first. */
export function lineView({ stdout }: CliIo): WatchView {
  const told = new Map<number, string>();
  const tell = (text: string) => stdout.write(`${new Date().toISOString()}  ${text}\n`);
  return {
    heard(channels, news) {
      for (const channelId of [...news].sort((a, b) => a - b)) {
        const channel = channels.get(channelId);
        if (channel === undefined) {
          if (told.delete(channelId)) tell(`channel ${channelId}  gone`);
          continue;
        }
        const is = newsOf(channel);
        if (told.get(channelId) === is) continue;
        told.set(channelId, is);
        tell(lineOf(channel));
      }
    },
    lost: (reason) =>
      tell(`the engine does not answer (${printable(reason)}); what is above is stale, it is asked again`),
    back: () => tell('the engine answers again'),
    close() {},
  };
}

function lineOf(channel: ChannelView): string {
  const { channelId, state, onAir } = channel;
  const title = onAir === null ? '-' : titleText(onAir.title);
  const line = [`channel ${channelId}`, printable(state), airingCell(channel).text, title, whyOf(channel)];
  return line.join('  ').trimEnd();
}

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
/** Channels change many times a second; nobody reads faster than this. */
const REDRAW_MS = 250;
const TICK_MS = 1000;

/** The table of `status` on a screen of its own, as `top` does it; the terminal is as it was afterwards. */
export function screenView({ stdout, env }: CliIo, httpAddress: string): WatchView {
  let shown: ReadonlyMap<number, ChannelView> = new Map();
  let heardMs = Date.now();
  let lostReason: string | undefined;
  let pending: NodeJS.Timeout | undefined;

  const draw = () => {
    pending = undefined;
    const terminal = terminalOf(stdout, env);
    const channels = [...shown.values()].sort((a, b) => a.channelId - b.channelId);
    const wrong = channels.filter(isWrong).length;
    const ageMs = Date.now() - heardMs;
    const head =
      lostReason === undefined
        ? painted(`${counted(channels.length)}, ${wrong} wrong`, wrong > 0 ? 'red' : 'green', terminal)
        : painted(
            fitted(
              `STALE for ${durationText(ageMs)}: the engine does not answer (${printable(lostReason)}); it is asked again`,
              terminal.columns ?? 80,
            ),
            'red',
            terminal,
          );
    const foot = painted(
      fitted(`${utcText(Date.now())} UTC  ${httpAddress}  Ctrl-C ends`, terminal.columns ?? 80),
      'dim',
      terminal,
    );
    const lines = [head, '', ...tableLines(channels, stdout.rows ?? 24, terminal), '', foot];
    stdout.write(`${HOME}${lines.map((line) => line + CLEAR_LINE).join('\r\n')}${CLEAR_BELOW}`);
  };
  const drawSoon = () => {
    pending ??= setTimeout(draw, REDRAW_MS);
  };
  const tick = setInterval(drawSoon, TICK_MS);
  stdout.write(ENTER);
  return {
    heard(channels) {
      shown = channels;
      heardMs = Date.now();
      drawSoon();
    },
    lost(reason) {
      lostReason = reason;
      drawSoon();
    },
    back() {
      lostReason = undefined;
    },
    close() {
      clearInterval(tick);
      clearTimeout(pending);
      stdout.write(LEAVE);
    },
  };
}

/** Where not all channels have room, those that are wrong come first, and it is said how many there are besides. */
function tableLines(
  channels: readonly ChannelView[],
  rows: number,
  terminal: ReturnType<typeof terminalOf>,
): string[] {
  // Head, foot, and the lines between.
  const room = Math.max(2, rows - 4);
  const linesOf = (some: readonly ChannelView[]) => channelTable(some, terminal).trimEnd().split('\n');
  const all = linesOf(channels);
  if (all.length <= room) return all;
  const ordered = [...channels.filter(isWrong), ...channels.filter((channel) => !isWrong(channel))];
  let count = Math.min(ordered.length, room - 2);
  // A reason may stand on a line of its own.
  while (count > 0 && linesOf(ordered.slice(0, count)).length > room - 1) count--;
  return [...linesOf(ordered.slice(0, count)), `… and ${counted(channels.length - count)} more`];
}

function counted(channels: number): string {
  return channels === 1 ? '1 channel' : `${channels} channels`;
}
