/** What `plan check` prints: a timeline for people, or the same as one line of JSON. */
import { basename } from 'node:path';
import { type Format, formatLabel, tickMs } from '../../supervisors/channel/format.js';
import type { Airing, PlanCheck } from '../plan/check-plan.js';
import { quoted } from '../quoted.js';
import { printable } from './cli-io.js';

/** Of a plan that is wrong throughout, more would only scroll the timeline away. */
const PROBLEMS_SHOWN = 50;

/** The report for people; every line ends in a line end. */
export function reportText(file: string, { laidOut, problems, warnings }: PlanCheck, format: Format): string {
  const lines: string[] = [];
  const timeOf = (frames: number) => clockTime(frames * tickMs(format));
  if (laidOut !== undefined) {
    const { plan, timeline, airings } = laidOut;
    const { turnFrames, startUtcMs, loop } = timeline;
    const count = plan.segments.length;
    lines.push(
      `${quoted(basename(file))}: plan ${quoted(plan.plan_id)}, ${count} ${count === 1 ? 'segment' : 'segments'}, ` +
        `${timeOf(turnFrames)} at ${formatLabel(format)}, ${loop ? 'over and over' : 'once'}`,
    );
    const from = startUtcMs === undefined ? [] : ['AT (UTC)'.padEnd(24)];
    lines.push(['OFFSET'.padEnd(12), ...from, 'LASTS'.padEnd(12), 'SEGMENT'].join('  '));
    for (const airing of airings) {
      const { startFrame, endFrame } = airing;
      const at = startUtcMs === undefined ? [] : [utcTime(startUtcMs, startFrame, format)];
      const what = [`[${airing.index}]`, airing.segmentType, quoted(airing.assetUri)].join(' ');
      const columns = [timeOf(startFrame), ...at, timeOf(endFrame - startFrame)];
      lines.push([...columns, [what, ...remarks(airing, timeOf)].join(', ')].join('  '));
    }
  }
  for (const [kind, all] of [
    ['problem', problems],
    ['warning', warnings],
  ] as const) {
    for (const each of all.slice(0, PROBLEMS_SHOWN)) lines.push(`${kind}: ${each}`);
    const more = all.length - PROBLEMS_SHOWN;
    if (more > 0) lines.push(`${kind}: ${more} more, --json names them all`);
  }
  const sum = [counted(problems.length, 'problem'), counted(warnings.length, 'warning')].join(', ');
  lines.push(laidOut === undefined ? `${sum}; as it is, the plan cannot be laid out` : sum);
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function remarks(airing: Airing, timeOf: (frames: number) => string): string[] {
  const { offsetMs, startFrame, endFrame, slateFrames, cutFrames } = airing;
  return [
    ...(offsetMs > 0 ? [`from ${clockTime(offsetMs)} on`] : []),
    ...(slateFrames === endFrame - startFrame ? ['NOT AIRED: slate in its place'] : []),
    ...(slateFrames > 0 && slateFrames < endFrame - startFrame
      ? [`padded: ends with ${timeOf(slateFrames)} of slate`]
      : []),
    ...(cutFrames > 0 ? [`cut: ${timeOf(cutFrames)} of the asset are left`] : []),
  ];
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

function utcTime(startUtcMs: number, frames: number, format: Format): string {
  const date = new Date(Math.round(startUtcMs + frames * tickMs(format)));
  // A plan may begin at the end of the last year that can be written.
  return Number.isNaN(date.getTime()) ? '-'.padEnd(24) : date.toISOString();
}

/** `01:02:03.004`, hours as many as there are. */
function clockTime(durationMs: number): string {
  const ms = Math.round(durationMs);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const seconds = `${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${seconds}`;
}
