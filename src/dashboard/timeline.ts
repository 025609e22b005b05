/** The last hour of a channel: what left it, as a band, and what happened, as marks on it. */
import { html, nothing, svg, type TemplateResult } from './lit.js';
import type { ChannelTimeline } from './types.js';
import { clockTime, duration, plain } from './words.js';

const WIDTH = 1000;
/** So many marks can be told apart; of more the latest count. */
const MAX_MARKS = 120;
const LISTED = 100;
const HOUR_MS = 3_600_000;
const LEAST_MS = 120_000;

const SOURCES: Readonly<Record<string, string>> = {
  content: 'content',
  hold: 'last picture held',
  slate: 'slate',
  pad: 'scheduled slate',
  operator_slate: "operator's slate",
  none: 'nothing',
};

const SWAPS = /plan_on_air|preview|operator_return/;
const LOSSES = /host|ticks_skipped|unusable|rejected/;

function kindOf(event: string): 'loss' | 'swap' | 'restart' | 'other' {
  if (LOSSES.test(event)) return 'loss';
  if (SWAPS.test(event)) return 'swap';
  return /decoder_lost|restart/.test(event) ? 'restart' : 'other';
}

export function timelineView(timeline: ChannelTimeline | undefined, nowUtcMs: number): TemplateResult {
  if (timeline === undefined) {
    return html`<section class="panel" aria-labelledby="h-hour"><h2 id="h-hour">The last hour</h2><p class="note">Not known yet.</p></section>`;
  }
  const to = Math.max(timeline.toUtcMs, nowUtcMs);
  const [first] = timeline.spans;
  // Of a channel that was started a while ago only as much as is known.
  const from = Math.max(to - HOUR_MS, Math.min(first?.fromUtcMs ?? 0, to - LEAST_MS));
  const x = (utcMs: number) =>
    Math.round((WIDTH * (Math.max(from, Math.min(to, utcMs)) - from)) / (to - from));
  const sums = new Map<string, number>();
  for (const span of timeline.spans) {
    const ms = Math.max(0, (span.toUtcMs ?? to) - Math.max(from, span.fromUtcMs));
    sums.set(span.source, (sums.get(span.source) ?? 0) + ms);
  }
  const quarters = [0.25, 0.5, 0.75];
  return html`<section class="panel" aria-labelledby="h-hour"><h2 id="h-hour">The last hour</h2>
    <div class="hour">
      <svg class="band" viewBox="0 0 ${WIDTH} 40" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V8" class="hatch"/></pattern></defs>
        ${timeline.spans.map((span) => {
          const left = x(span.fromUtcMs);
          // What lasted for a moment is to be seen still.
          const width = Math.max(2, x(span.toUtcMs ?? to) - left);
          return svg`<rect class="span ${span.source}" x=${left} y=${span.source === 'content' ? 8 : 0} width=${width} height=${span.source === 'content' ? 32 : 40}/>`;
        })}
      </svg>
      <div class="marks">${timeline.marks.slice(-MAX_MARKS).map(({ atUtcMs, event, text }) => {
        const label = `${clockTime(atUtcMs)} ${plain(text)}`;
        return html`<span class="mark ${kindOf(event)}" title=${label} .style=${`left:${x(atUtcMs) / 10}%`}></span>`;
      })}</div>
      <div class="scale" aria-hidden="true"><span>${clockTime(from)}</span>${quarters.map((part) => html`<span>${clockTime(from + part * (to - from))}</span>`)}<span>now</span></div>
    </div>
    <ul class="legend">${[...sums].map(([source, ms]) => html`<li><i class="swatch ${source}"></i>${SOURCES[source] ?? source} ${duration(ms)}</li>`)}
      <li><i class="mark restart"></i>restart</li><li><i class="mark swap"></i>swap</li><li><i class="mark loss"></i>host loss, refusal</li></ul>
    ${
      timeline.marks.length === 0
        ? nothing
        : html`<details><summary>What happened (${timeline.marks.length})</summary><div class="scroll" tabindex="0" role="region" aria-label="What happened in the last hour"><table>
      <thead><tr><th scope="col">When</th><th scope="col">What</th></tr></thead>
      <tbody>${timeline.marks
        .slice(-LISTED)
        .reverse()
        .map(
          ({ atUtcMs, text }) =>
            html`<tr><td>${clockTime(atUtcMs)}</td><td><bdi>${plain(text)}</bdi></td></tr>`,
        )}</tbody></table></div></details>`
    }
  </section>`;
}
