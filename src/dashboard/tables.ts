/** The parts of a channel's page that are lists of facts. */
import { html, nothing, type TemplateResult } from './lit.js';
import type { ChannelView } from './types.js';
import { clockOrDay, clockTime, count, duration, firstLine, megabytes, plain } from './words.js';

type Part = TemplateResult | typeof nothing;

function section(id: string, title: string, content: Part): TemplateResult {
  return html`<section class="panel" aria-labelledby=${`h-${id}`}><h2 id=${`h-${id}`}>${title}</h2>${content}</section>`;
}

/** On a phone each row becomes a block, its cells named by `data-name`. */
function table(
  heads: readonly string[],
  rows: readonly (readonly (string | number | TemplateResult)[])[],
): TemplateResult {
  return html`<table class="rows" role="table"><thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map(
      (row) =>
        html`<tr role="row">${row.map((cell, index) => html`<td role="cell" data-name=${heads[index] ?? ''}><bdi>${cell}</bdi></td>`)}</tr>`,
    )}</tbody></table>`;
}

export function coming(
  { coming, planAssetProblems, ...view }: ChannelView,
  nowUtcMs: number,
): TemplateResult {
  const rows = coming.map(({ startsUtcMs, title, segmentType, durationMs, assetUri, problem }) => [
    clockOrDay(startsUtcMs, nowUtcMs),
    firstLine(title, 200),
    plain(segmentType, 40),
    duration(durationMs),
    problem === null
      ? html`<span class="fine">none known</span>`
      : html`<strong class="problem">${firstLine(problem, 400)}</strong> <span class="path">${plain(assetUri, 300)}</span>`,
  ]);
  const more = planAssetProblems.soonest.map(({ planHandle, segmentIndex, assetUri, reason, dueUtcMs }) => [
    clockOrDay(dueUtcMs, nowUtcMs),
    `segments[${segmentIndex}]${planHandle === view.planHandle ? '' : ` of ${plain(planHandle, 60)}`}`,
    plain(assetUri, 300),
    firstLine(reason, 400),
  ]);
  return section(
    'coming',
    'What comes next',
    html`${rows.length === 0 ? html`<p class="note">Nothing that the engine knows of.</p>` : table(['Starts', 'Title', 'Type', 'Length', 'Problem'], rows)}
      ${more.length === 0 ? nothing : html`<h3>${count(planAssetProblems.count, 'problem')} in the coming hour</h3>${table(['Due', 'Segment', 'Asset', 'Problem'], more)}`}`,
  );
}

export function decoders({ decoders }: ChannelView): TemplateResult {
  if (decoders.length === 0) return section('decoders', 'Decoders', html`<p class="note">None runs.</p>`);
  return section(
    'decoders',
    'Decoders',
    html`${table(
      ['Role', 'Pid', 'Asset', 'Frames', 'Speed', 'CPU', 'Memory', 'Last frame', 'Up'],
      decoders.map((each) => [
        each.role,
        each.pid ?? 'none yet',
        plain(each.asset, 200),
        each.framesDelivered,
        each.speed === null ? '–' : `${each.speed.toFixed(2)}×`,
        each.usage === null ? '–' : `${Math.round(each.usage.cpuPercent)} %`,
        each.usage === null ? '–' : megabytes(each.usage.rssBytes),
        each.lastFrameAgeMs === null
          ? 'none yet'
          : `${(each.lastFrameAgeMs / 1000).toFixed(1)} s ago${each.waitingForRoom ? ', queue full' : ''}`,
        duration(each.uptimeMs),
      ]),
    )}
    ${decoders.map((each) => html`<details><summary>Arguments of the ${each.role} decoder (${each.incarnation})</summary><pre tabindex="0"><bdi>${plain(each.arguments.join(' '), 8000)}</bdi></pre></details>`)}`,
  );
}

export function lastExit({ lastExit }: ChannelView, nowUtcMs: number): Part {
  if (lastExit === null) return html`<h3>Last exit</h3><p class="note">No decoder was lost.</p>`;
  const { how, reason, code, signal, pid, asset, segmentIndex, frames, uptimeMs, atUtcMs, stderrTail } =
    lastExit;
  const end = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${plain(signal, 20)}`;
  return html`<h3>Last exit</h3>
    <p class="exit"><strong><bdi>${firstLine(reason, 300)}</bdi></strong>
      (${how === 'crashed' ? 'it went by itself' : 'the engine ended it'}, ${end}),
      ${clockOrDay(atUtcMs, nowUtcMs)}, ${duration(nowUtcMs - atUtcMs)} ago.
      Pid ${pid ?? 'unknown'}, segment ${segmentIndex}, <bdi class="path">${plain(asset, 200)}</bdi>, after ${count(frames, 'frame')} and ${duration(uptimeMs)}.</p>
    ${stderrTail === '' ? html`<p class="note">It said nothing on stderr.</p>` : html`<pre tabindex="0" role="region" aria-label="Last lines of its stderr"><bdi>${plain(stderrTail, 16_000)}</bdi></pre>`}`;
}

export function conditions({ conditions }: ChannelView, nowUtcMs: number): TemplateResult {
  const good = (type: string, status: boolean) => (type === 'Ready') === status;
  return section(
    'conditions',
    'Conditions',
    table(
      ['Condition', 'Is', 'Reason', 'Since', 'Message'],
      conditions.map(({ type, status, reason, message, sinceUtcMs }) => [
        type,
        html`<span class=${good(type, status) ? 'fine' : 'problem'}>${status ? 'yes' : 'no'}</span>`,
        plain(reason, 60),
        `${clockOrDay(sinceUtcMs, nowUtcMs)}, ${duration(nowUtcMs - sinceUtcMs)}`,
        firstLine(message, 400),
      ]),
    ),
  );
}

export function transitions({ transitions }: ChannelView, nowUtcMs: number): TemplateResult {
  return section(
    'transitions',
    'Transitions',
    transitions.length === 0
      ? html`<p class="note">None yet.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="Transitions, the latest first">${table(
          ['When', 'Event', 'From', 'To'],
          transitions
            .toReversed()
            .map(({ atUtcMs, event, from, to }) => [
              clockOrDay(atUtcMs, nowUtcMs),
              plain(event, 60),
              plain(from, 40),
              plain(to, 40),
            ]),
        )}</div>`,
  );
}

export function consumers({ consumers, consumerList, port }: ChannelView): TemplateResult {
  const none = port === 0 ? 'None: it has no port.' : `None. Port ${port} waits for a Renderer.`;
  return section(
    'consumers',
    `Consumers (${consumers})`,
    consumerList.length === 0
      ? html`<p class="note">${none}</p>`
      : table(
          ['Address', 'Connected', 'Frames waiting', 'Frames lost'],
          consumerList.map(({ address, connectedMs, framesWaiting, framesDropped }) => [
            plain(address, 80),
            duration(connectedMs),
            framesWaiting,
            framesDropped,
          ]),
        ),
  );
}

export function facts(view: ChannelView, nowUtcMs: number): TemplateResult {
  const { counters, onAir } = view;
  const restarts = Object.values(counters.decoderRestarts).reduce((sum, each) => sum + each, 0);
  const rows: readonly (readonly [string, string])[] = [
    ['Plan', plain(view.planHandle, 300) || '–'],
    ['Pending plan', view.pendingPlan === null ? '–' : plain(view.pendingPlan.planHandle, 300)],
    ['Asset on air', onAir === null ? '–' : plain(onAir.assetUri, 500)],
    ['Port', String(view.port || '–')],
    ['Format', plain(view.format, 60)],
    ['Host pid', String(view.hostPid ?? 'none')],
    ['Host up', duration(view.uptimeSeconds * 1000)],
    ['Tick', String(view.tick)],
    [
      'Last frame',
      view.frameGapSeconds < 0 ? `${(-1000 * view.frameGapSeconds).toFixed(1)} ms late` : 'in time',
    ],
    ['Latest in a minute', `${view.worstLatenessMs.toFixed(1)} ms`],
    ['Ticks missed', String(counters.ticksMissed)],
    ['Underruns', String(counters.bufferUnderruns)],
    ['Restarts since the host started', String(restarts)],
    ['Clock offset', `${Number(view.clockOffsetSeconds.toFixed(3))} s`],
    ['Snapshot', `${clockTime(view.atUtcMs)}, ${duration(nowUtcMs - view.atUtcMs)} old`],
  ];
  return section(
    'facts',
    'Facts',
    html`<dl class="facts wide">${rows.map(([term, text]) => html`<div><dt>${term}</dt><dd><bdi>${text}</bdi></dd></div>`)}</dl>`,
  );
}
