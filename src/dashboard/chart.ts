/** The channel machine (docs/channel-machine.md) as a picture, lit where the channel is, with the way it came. */
import { machineState } from './channel-facts.js';
import { html, svg, type TemplateResult } from './lit.js';
import type { ChannelView } from './types.js';
import { plain } from './words.js';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly name: string;
}

const HEIGHT = 42;
const BOXES: Readonly<Record<string, Box>> = {
  stopped: { x: 10, y: 40, width: 110, name: 'stopped' },
  stopping: { x: 10, y: 210, width: 110, name: 'stopping' },
  buffering: { x: 205, y: 40, width: 130, name: 'buffering' },
  ready: { x: 455, y: 40, width: 130, name: 'ready' },
  'error.recovering': { x: 235, y: 210, width: 150, name: 'recovering' },
  'error.slate': { x: 505, y: 210, width: 120, name: 'slate' },
};

/** From, to, path, label and where it stands. */
const WAYS: readonly (readonly [
  string,
  string,
  string,
  string,
  number,
  number,
  ('start' | 'middle' | 'end')?,
])[] = [
  ['stopped', 'buffering', 'M120 61H200', 'start', 160, 53],
  ['buffering', 'ready', 'M335 52H450', 'enough staged', 394, 44],
  ['ready', 'buffering', 'M455 72H340', 'queue dry', 396, 88],
  ['buffering', 'error.recovering', 'M255 82V205', 'lost', 249, 140, 'end'],
  ['error.recovering', 'buffering', 'M290 210V87', 'frames', 296, 112, 'start'],
  ['ready', 'error.recovering', 'M475 82 365 206', 'decoder lost', 410, 140, 'end'],
  ['error.recovering', 'ready', 'M385 216 505 87', 'in time', 462, 152, 'start'],
  ['ready', 'error.slate', 'M560 82V205', 'given up', 566, 140, 'start'],
  ['error.recovering', 'error.slate', 'M385 225H500', 'spent', 444, 219],
  ['error.slate', 'error.recovering', 'M505 243H390', 'reset', 447, 258],
  ['error.slate', 'buffering', 'M565 252V296H190V70H200', 'frames, or the next segment', 380, 312],
  ['stopping', 'stopped', 'M65 210V87', 'decoders gone', 71, 150, 'start'],
];

const MEANINGS: Readonly<Record<string, string>> = {
  stopped: 'Off the air.',
  stopping: 'It is being stopped; its decoders are on their way out.',
  buffering: 'Content is owed and not enough of it is staged, or nothing is scheduled.',
  ready: 'What the schedule asks for is on air.',
  'error.recovering': 'A decoder is lost and is being restarted; staged frames air, then filler.',
  'error.slate':
    'The budget is spent, or the plan or segment unusable. Slate airs, and it is tried again slowly.',
};

export function stateChart(view: ChannelView): TemplateResult {
  const here = machineState(view);
  const last = view.transitions.at(-1);
  const came = last === undefined ? '' : ` It came from ${plain(last.from, 40)} by ${plain(last.event, 60)}.`;
  const meaning = MEANINGS[here] ?? 'No host process runs for it.';
  return html`<section class="panel" aria-labelledby="h-chart"><h2 id="h-chart">State</h2>
    <svg class="chart" viewBox="0 0 650 322" role="img" aria-label="State chart. The channel is in ${here}.${came}">
      <defs>
        ${['tip', 'tip-lit'].map((id) => svg`<marker id=${id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class=${id} d="M0 0 8 4 0 8z"/></marker>`)}
      </defs>
      <rect class="group ${here.startsWith('error') ? 'lit' : ''}" x="218" y="174" width="424" height="100" rx="10"></rect>
      <text class="group-name" x="632" y="193" text-anchor="end">error</text>
      ${WAYS.map(([from, to, path, label, x, y, anchor = 'middle']) => {
        const lit = last?.from === from && last.to === to && to === here;
        return svg`<g class="way ${lit ? 'lit' : ''}"><path d=${path} marker-end="url(#${lit ? 'tip-lit' : 'tip'})"/><text x=${x} y=${y} text-anchor=${anchor}>${label}</text></g>`;
      })}
      ${Object.entries(BOXES).map(
        ([
          state,
          { x, y, width, name },
        ]) => svg`<g class="state ${state === here ? `lit ${state.replace('.', '-')}` : ''}">
          <rect x=${x} y=${y} width=${width} height=${HEIGHT} rx="8"/>
          <text x=${x + width / 2} y=${y + HEIGHT / 2 + 6} text-anchor="middle">${name}</text></g>`,
      )}
    </svg>
    <p class="note"><strong>${here}</strong>: ${meaning}${came}</p></section>`;
}
