/** What `plan check` prints: a timeline for people, or the same as one line of JSON. */
import { basename } from 'node:path';
import { type Format, formatLabel, tickMs } from '../../supervisors/channel/format.js';
import type { Airing, PlanCheck } from '../plan/check-plan.js';
import { quoted } from '../quoted.js';
import { printable } from './cli-io.js';

/** Of a plan that is wrong throughout, more would only scroll the timeline away. */
const PROBLEMS_SHOWN = 50;

/** A hundred thousand lines in pieces would keep the garbage collector busy: so many are made into one text at a time. */
const BATCH = 500;

type LaidOut = NonNullable<PlanCheck['laidOut']>;

/** The report for people; every line ends in a line end. */
export function reportText(file: string, { laidOut, problems, warnings }: PlanCheck, format: Format): string {
  let text = laidOut === undefined ? '' : timelineText(file, laidOut, format);
  for (const [kind, all] of [
    ['problem', problems],
    ['warning', warnings],
  ] as const) {
    for (const each of all.slice(0, PROBLEMS_SHOWN)) text += `${kind}: ${printable(each)}\n`;
    const more = all.length - PROBLEMS_SHOWN;
    if (more > 0) text += `${kind}: ${more} more, --json names them all\n`;
  }
  const sum = [counted(problems.length, 'problem'), counted(warnings.length, 'warning')].join(', ');
  return `${text}${sum}${laidOut === undefined ? '; as it is, the plan cannot be laid out' : ''}\n`;
}

function timelineText(file: string, laidOut: LaidOut, format: Format): string {
  const { plan, timeline, airings } = laidOut;
  const { turnFrames, startUtcMs, loop } = timeline;
  const timeOf = (frames: number) => clockTime(frames * tickMs(format));
  const count = plan.segments.length;
  const from = startUtcMs === undefined ? '' : `${'AT (UTC)'.padEnd(24)}  `;
  const parts = [
    `${quoted(basename(file))}: plan ${quoted(plan.plan_id)}, ${count} ${count === 1 ? 'segment' : 'segments'}, `,
    `${timeOf(turnFrames)} at ${formatLabel(format)}, ${loop ? 'over and over' : 'once'}\n`,
    `${'OFFSET'.padEnd(12)}  ${from}${'LASTS'.padEnd(12)}  SEGMENT\n`,
  ];
  const shownType = remembered(printable);
  const shownAsset = remembered(quoted);
  const line = (airing: Airing) => {
    const { index, segmentType, assetUri, startFrame, endFrame } = airing;
    const at = startUtcMs === undefined ? '' : `${utcTime(startUtcMs, startFrame, format)}  `;
    const what = `[${index}] ${shownType(segmentType)} ${shownAsset(assetUri)}${remarks(airing, timeOf)}`;
    return `${timeOf(startFrame)}  ${at}${timeOf(endFrame - startFrame)}  ${what}\n`;
  };
  for (let first = 0; first < airings.length; first += BATCH) {
    const lines = airings.slice(first, first + BATCH).map(line);
    parts.push(lines.join(''));
  }
  return parts.join('');
}

/** What there is to say of a segment, each remark behind a comma. */
function remarks(airing: Airing, timeOf: (frames: number) => string): string {
  const { offsetMs, startFrame, endFrame, slateFrames, cutFrames } = airing;
  let text = '';
  if (offsetMs > 0) text += `, from ${clockTime(offsetMs)} on`;
  if (slateFrames === endFrame - startFrame) text += ', NOT AIRED: slate in its place';
  else if (slateFrames > 0) text += `, padded: ends with ${timeOf(slateFrames)} of slate`;
  if (cutFrames > 0) text += `, cut: ${timeOf(cutFrames)} of the asset are left`;
  return text;
}

/** The same function, which does not do the same twice. */
function remembered(show: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const shown = known.get(text) ?? show(text);
    known.set(text, shown);
    return shown;
  };
}

/** The report for scripts, one line. */
export function reportJson(file: string, { laidOut, problems, warnings }: PlanCheck, format: Format): string {
  const inMs = (frames: number) => Math.round(frames * tickMs(format));
  const start = laidOut?.timeline.startUtcMs;
  const segments = laidOut?.airings.map((airing) => ({
    index: airing.index,
    asset_uri: airing.assetUri,
    segment_type: airing.segmentType,
    asset_start_offset_ms: airing.offsetMs,
    start_frame: airing.startFrame,
    end_frame: airing.endFrame,
    start_ms: inMs(airing.startFrame),
    start_utc_ms: start === undefined ? null : start + inMs(airing.startFrame),
    slate_frames: airing.slateFrames,
    cut_frames: airing.cutFrames,
  }));
  const report = {
    file,
    format: formatLabel(format),
    plan_id: laidOut?.plan.plan_id ?? null,
    start_utc_ms: start ?? null,
    loop: laidOut?.plan.loop ?? null,
    frames: laidOut?.timeline.turnFrames ?? null,
    segments: segments ?? null,
    problems,
    warnings,
  };
  return `${JSON.stringify(report)}\n`;
}

function counted(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}

/** The whole numbers below 60 in two digits. */
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

function utcTime(startUtcMs: number, frames: number, format: Format): string {
  const date = new Date(Math.round(startUtcMs + frames * tickMs(format)));
  // A plan may begin at the end of the last year that can be written.
  return Number.isNaN(date.getTime()) ? '-'.padEnd(24) : date.toISOString();
}

/** `01:02:03.004`, hours as many as there are. */
function clockTime(durationMs: number): string {
  const ms = Math.round(durationMs);
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1000) % 60;
  const rest = String(ms % 1000).padStart(3, '0');
  return `${TWO_DIGITS[hours] ?? hours}:${TWO_DIGITS[minutes]}:${TWO_DIGITS[seconds]}.${rest}`;
}
