/** Everything about one channel, for people. */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { isSilent } from '../../supervisors/engine/silence.js';
import { machineState } from '../dashboard/channel-facts.js';
import { airingCell, remedyText, standInOf, stateCell, titleText, whyOf } from './channel-words.js';
import { printable } from './cli-io.js';
import { durationText, positionText, timeText, utcText } from './duration.js';
import { OPERATION_WORDS } from './operation-words.js';
import { type Cell, painted, type Terminal } from './terminal.js';
import { pairsText } from './text-table.js';

type Pair = readonly [label: string, value: Cell];

/** The last few of what may be many. */
const TRANSITIONS_SHOWN = 10;

/** Every line ends in a line end. */
export function channelPage(channel: ChannelView, terminal: Terminal): string {
  const sections: readonly (readonly [title: string, pairs: readonly Pair[]])[] = [
    [`Channel ${channel.channelId}`, stateOf(channel)],
    ['On air', onAirOf(channel)],
    ['Coming', comingOf(channel)],
    ['Timing', timingOf(channel)],
    ['Restarts', restartsOf(channel)],
    ['Decoders', decodersOf(channel)],
    ['You can', actionsOf(channel)],
    ['Conditions', conditionsOf(channel)],
    ['Consumers', consumersOf(channel)],
    [`Transitions (the last ${TRANSITIONS_SHOWN})`, transitionsOf(channel)],
  ];
  return sections
    .filter(([, pairs]) => pairs.length > 0)
    .map(([title, pairs]) => `${painted(title, 'bold', terminal)}\n${pairsText(pairs, terminal)}`)
    .join('\n');
}

function pair(label: string, text: string, style?: Cell['style']): Pair {
  return [label, { text, style }];
}

function stateOf(channel: ChannelView): Pair[] {
  const { sinceUtcMs, atUtcMs, ageMs, detail, hostPid, uptimeSeconds, planHandle, port, format } = channel;
  const nowUtcMs = atUtcMs + ageMs;
  const { style } = stateCell(channel);
  const why = whyOf(channel);
  return [
    pair(
      'state',
      `${printable(machineState(channel))} since ${utcText(sinceUtcMs)} UTC (${durationText(nowUtcMs - sinceUtcMs)})`,
      style,
    ),
    ...(why === '' ? [] : [pair('why', detail === '' ? why : printable(detail))]),
    ...(remedyText(channel) === '' ? [] : [pair('next', remedyText(channel))]),
    ...(isSilent(channel)
      ? [pair('hangs', `its process was last heard of ${durationText(ageMs)} ago`, 'red')]
      : []),
    pair('plan', planHandle === '' ? '-' : printable(planHandle)),
    pair('port', port === 0 ? 'none is bound' : `${port}`),
    pair('format', printable(format)),
    pair('process', hostPid === null ? 'none' : `pid ${hostPid}, for ${durationText(uptimeSeconds * 1000)}`),
    ...(hostPid === null ? [] : [childrenOf(channel)]),
  ];
}

/** Both numbers are of one moment, so a child that just starts or ends may stand out for a quarter of a second. */
function childrenOf({ childrenActual, childrenExpected }: ChannelView): Pair {
  const text = `${childrenActual} of ${childrenExpected} expected`;
  return pair('children', text, childrenActual === childrenExpected ? undefined : 'yellow');
}

function onAirOf(channel: ChannelView): Pair[] {
  const { airing, onAir, preview, pendingPlan, bufferDepthFrames, queueFrames } = channel;
  if (channel.hostPid === null) return [];
  const sees = standInOf(channel) || printable(airing ?? 'nothing');
  return [
    pair('viewers see', sees, airingCell(channel).style),
    ...(onAir === null
      ? [pair('segment', 'none is scheduled now')]
      : [
          pair('segment', `${segmentText(onAir)}, turn ${onAir.turn}`),
          pair(
            'position',
            `${positionText(onAir.positionMs)} of ${positionText(onAir.durationMs)}, ends ${timeText(onAir.endsUtcMs)} UTC`,
          ),
        ]),
    ...(preview === null
      ? []
      : [
          pair(
            'preview',
            `${printable(preview.assetPath)}, ${preview.loaded ? 'waits for switch' : 'is being loaded'}`,
          ),
        ]),
    ...(pendingPlan === null
      ? []
      : [
          pair(
            'plan to come',
            pendingPlan.startUtcMs === null
              ? `${printable(pendingPlan.planHandle)}, is being prepared`
              : `${printable(pendingPlan.planHandle)}, from ${utcText(pendingPlan.startUtcMs)} UTC on`,
          ),
        ]),
    pair('queue', `${bufferDepthFrames} of ${queueFrames} frames`),
  ];
}

/** How well it keeps time. */
function timingOf(channel: ChannelView): Pair[] {
  const { hostPid, frameGapSeconds, worstLatenessMs, clockOffsetSeconds, counters } = channel;
  if (hostPid === null) return [];
  const gapMs = Number((frameGapSeconds * 1000).toFixed(1));
  const offset = `${Number(clockOffsetSeconds.toFixed(3))} s since its plan went on air`;
  return [
    pair('frame gap', `the last frame was sent ${Math.abs(gapMs)} ms ${gapMs > 0 ? 'early' : 'late'}`),
    pair('latest tick', `${worstLatenessMs} ms late, in the last minute`),
    pair('clock offset', `the wall clock has moved by ${offset}`),
    pair('ticks missed', `${counters.ticksMissed} since the process began`),
    pair('underruns', `${counters.bufferUnderruns} since the process began`),
  ];
}

function segmentText(segment: {
  segmentIndex: number;
  segmentType: string;
  title: string;
  assetUri: string;
}) {
  const { segmentIndex, segmentType, title, assetUri } = segment;
  const asset = assetUri === title ? '' : ` (${printable(assetUri)})`;
  return `[${segmentIndex}] ${printable(segmentType)} ${titleText(title)}${asset}`;
}

function comingOf({ coming }: ChannelView): Pair[] {
  return coming.map((segment) => {
    const { startsUtcMs, durationMs, problem } = segment;
    const text = `${segmentText(segment)}, ${positionText(durationMs)}`;
    if (problem === null) return pair(timeText(startsUtcMs), text);
    return pair(timeText(startsUtcMs), `${text}: ${printable(problem)}`, 'red');
  });
}

function restartsOf({ budget, lastExit }: ChannelView): Pair[] {
  const style = budget.remaining === 0 ? 'red' : budget.used > 0 ? 'yellow' : undefined;
  const { attempt, backoffMs, stableMs } = budget;
  return [
    pair('budget', printable(budget.text), style),
    ...(attempt > 0 ? [pair('attempt', `${attempt} in a row`)] : []),
    ...(backoffMs !== null ? [pair('next', `in ${durationText(backoffMs)}`)] : []),
    ...(stableMs ? [pair('stable', `in ${durationText(stableMs)}`)] : []),
    ...(lastExit === null ? [pair('last exit', 'none')] : lastExitOf(lastExit)),
  ];
}

function lastExitOf(exit: NonNullable<ChannelView['lastExit']>): Pair[] {
  const { pid, incarnation, how, reason, code, signal, segmentIndex, asset, frames, uptimeMs } = exit;
  const ended = signal !== null ? `signal ${printable(signal)}` : code !== null ? `code ${code}` : '';
  const who = `decoder ${incarnation}${pid === null ? '' : `, pid ${pid}`}`;
  const what = how === 'asked' ? 'was ended by the engine' : 'went by itself';
  const said = exit.stderrTail.split('\n').filter((line) => line !== '');
  return [
    pair('last exit', `${utcText(exit.atUtcMs)} UTC: ${who} ${what}${ended === '' ? '' : `, ${ended}`}`),
    pair('', printable(reason)),
    pair('', `segments[${segmentIndex}] ${printable(asset)}, ${frames} frames in ${durationText(uptimeMs)}`),
    ...said.map((line, index) => pair(index === 0 ? 'its stderr' : '', `| ${printable(line)}`)),
  ];
}

function decodersOf({ decoders }: ChannelView): Pair[] {
  return decoders.flatMap((decoder) => {
    const { incarnation, role, pid, asset, framesDelivered, framesOrdered, uptimeMs, speed, usage } = decoder;
    const { lastFrameAgeMs, waitingForRoom } = decoder;
    const facts = [
      printable(role),
      pid === null ? 'is being started' : `pid ${pid}`,
      printable(asset),
      `${framesDelivered} of ${framesOrdered} frames`,
      `up ${durationText(uptimeMs)}`,
      waitingForRoom
        ? 'waits for room'
        : lastFrameAgeMs === null
          ? 'no frame yet'
          : `last frame ${durationText(lastFrameAgeMs)} ago`,
      ...(speed === null ? [] : [`speed ${speed}`]),
      ...(usage === null ? [] : [`${Math.round(usage.rssBytes / 1e6)} MB`, `${usage.cpuPercent} % CPU`]),
    ];
    const words = decoder.arguments.map((word) =>
      printable(/^[\w@%+=:,./-]+$/.test(word) ? word : shellQuoted(word)),
    );
    return [
      pair(`${incarnation}`, facts.join(', ')),
      ...(words.length === 0 ? [] : [pair('', words.join(' '), 'dim')]),
    ];
  });
}

/** As a shell would take it for one word. */
function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A later engine may offer others. */
const WORDS: Readonly<Partial<Record<string, { readonly command: string }>>> = OPERATION_WORDS;

function actionsOf({ channelId, actions }: ChannelView): Pair[] {
  return actions.map(({ action, allowed, reason }) => {
    const command = `${WORDS[action]?.command ?? printable(action)} ${channelId}`;
    return pair(command, allowed ? 'yes' : `no: ${printable(reason)}`, allowed ? 'green' : 'dim');
  });
}

function conditionsOf({ conditions }: ChannelView): Pair[] {
  return conditions.map(({ type, status, reason, message, sinceUtcMs }) => {
    const isGood = status === (type === 'Ready');
    const told = message === '' ? '' : `: ${printable(message)}`;
    const text = `${status ? 'yes' : 'no'} since ${timeText(sinceUtcMs)} UTC, ${printable(reason)}${told}`;
    return pair(printable(type), text, isGood ? undefined : type === 'AssetProblemAhead' ? 'yellow' : 'red');
  });
}

function consumersOf({ consumers, consumerList }: ChannelView): Pair[] {
  const more = consumers - consumerList.length;
  return [
    ...consumerList.map(({ address, connectedMs, framesWaiting, framesDropped }) =>
      pair(
        printable(address) || '-',
        `for ${durationText(connectedMs)}, ${framesWaiting} frames wait, ${framesDropped} lost`,
        framesDropped > 0 ? 'yellow' : undefined,
      ),
    ),
    ...(more > 0 ? [pair('', `and ${more} more`)] : []),
  ];
}

function transitionsOf({ transitions }: ChannelView): Pair[] {
  return transitions
    .slice(-TRANSITIONS_SHOWN)
    .map(({ atUtcMs, event, from, to }) =>
      pair(utcText(atUtcMs), `${printable(from)} → ${printable(to)} (${printable(event)})`),
    );
}
