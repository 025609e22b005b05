/**
 * What the engine remembers of a channel's past for operators: its last transitions, and what left it in the last hour
 * with what happened meanwhile. It follows the channel's reports, so it outlives every host. Times are the engine's, at
 * which it hears of things: a few milliseconds after they happen. Bounded, however much a channel flaps.
 */
import type { ChannelReport } from '../channel/channel-event.js';
import type { ChannelTimeline, TimelineMark, TimelineSpan, Transition } from './channel-view.js';
import type { EngineReport } from './engine-report.js';

const TRANSITIONS = 50;
const HOUR_MS = 3_600_000;
const MAX_SPANS = 1_000;
const MAX_MARKS = 500;
const MAX_TEXT = 300;

type Report = ChannelReport | EngineReport;

const NOTHING_AIRS: ReadonlySet<Report['event']> = new Set([
  'host_lost',
  'host_restart_asked',
  'channel_stopped',
]);

export class ChannelHistory {
  /** Replaced, never changed: what was handed out stays as it is. */
  transitions: readonly Transition[] = [];
  readonly #spans: { source: TimelineSpan['source']; fromUtcMs: number }[] = [];
  readonly #marks: TimelineMark[] = [];

  follow(report: Report, nowUtcMs: number): void {
    this.#followStates(report, nowUtcMs);
    if (report.event === 'airing') this.#airs(report.source, nowUtcMs);
    if (NOTHING_AIRS.has(report.event)) this.#airs('none', nowUtcMs);
    const text = markOf(report);
    if (text === undefined) return;
    this.#marks.push({ atUtcMs: nowUtcMs, event: report.event, text: text.slice(0, MAX_TEXT) });
    if (this.#marks.length > MAX_MARKS) this.#marks.shift();
  }

  timeline(channelId: number, nowUtcMs: number): ChannelTimeline {
    const fromUtcMs = nowUtcMs - HOUR_MS;
    const spans = this.#spans.map((span, index) => ({
      ...span,
      toUtcMs: this.#spans[index + 1]?.fromUtcMs ?? null,
    }));
    return {
      channelId,
      fromUtcMs,
      toUtcMs: nowUtcMs,
      spans: spans.filter(({ toUtcMs }) => toUtcMs === null || toUtcMs > fromUtcMs),
      marks: this.#marks.filter(({ atUtcMs }) => atUtcMs > fromUtcMs),
    };
  }

  #followStates(report: Report, atUtcMs: number): void {
    const last = this.transitions.at(-1)?.to ?? 'stopped';
    const note = (event: string, from: string, to: string) => {
      this.transitions = [...this.transitions, { atUtcMs, event, from, to }].slice(-TRANSITIONS);
    };
    if (report.event === 'transition') note(report.cause, report.from, report.to);
    if (report.event === 'host_lost') note('host.lost', last, 'error');
    if (report.event === 'host_restart_asked' && last !== 'error') note('host.replaced', last, 'error');
    if (report.event === 'start_refused' && last !== 'error') note('start.refused', last, 'error');
    // Where no host was left to say so itself.
    if (report.event === 'channel_stopped' && last !== 'stopped') note('channel.stop', last, 'stopped');
  }

  #airs(source: TimelineSpan['source'], nowUtcMs: number): void {
    const last = this.#spans.at(-1);
    if (last?.source === source) return;
    this.#spans.push({ source, fromUtcMs: nowUtcMs });
    const [, second] = this.#spans;
    const old = second !== undefined && second.fromUtcMs < nowUtcMs - HOUR_MS;
    if (old || this.#spans.length > MAX_SPANS) this.#spans.shift();
  }
}

/** What a report is on the timeline; undefined: nothing. */
function markOf(report: Report): string | undefined {
  switch (report.event) {
    case 'decoder_lost':
      return `decoder of segment ${report.segment} lost: ${report.reason}`;
    case 'restart':
      return `restart ${report.attempt}: ${report.reason}`;
    case 'segment_unusable':
      return `segment ${report.segment} cannot be aired: ${report.reason}`;
    case 'plan_on_air':
      return `plan ${report.planHandle} takes over`;
    case 'plan_rejected':
      return `plan ${report.planHandle} was not taken: ${report.reason}`;
    case 'preview_on_air':
      return `preview ${report.asset} on air`;
    case 'preview_over':
      return `preview ${report.asset} over`;
    case 'ticks_skipped':
      return `${report.ticks} ticks skipped`;
    case 'host_lost':
      return report.reason;
    case 'host_restart_asked':
      return "host replaced at an operator's word";
    case 'operator_slate':
      return 'an operator took slate';
    case 'operator_return':
      return 'an operator returned to the plan';
    case 'segment_skipped':
      return `an operator skipped ${report.asset}`;
    case 'decoder_restart_asked':
      return `an operator had the decoder of segment ${report.segment} restarted`;
    case 'budget_reset':
      return 'restart budget reset';
    case 'channel_started':
      return 'started';
    case 'channel_stopped':
      return 'stopped';
    default:
      return undefined;
  }
}
