/** What cards and a channel's page have in common. */

import { engineDoes, viewersSee, why, youCan } from './judge.js';
import { html, nothing, type TemplateResult } from './lit.js';
import type { ChannelView, ComingSegment } from './types.js';
import { clockOrDay, firstLine, playTime, until } from './words.js';

/** The four answers: what viewers see, why, what the engine does, what you can do. Rows with nothing to say are left out. */
export function answers(view: ChannelView, nowUtcMs: number): TemplateResult {
  const rows: readonly (readonly [string, string])[] = [
    ['Viewers see', viewersSee(view, nowUtcMs)],
    ['Why', why(view)],
    ['The engine', engineDoes(view, nowUtcMs)],
    ['You can', youCan(view)],
  ];
  return html`<dl class="answers">${rows.map(([term, text]) =>
    text === '' ? nothing : html`<div><dt>${term}</dt><dd><bdi>${text}</bdi></dd></div>`,
  )}</dl>`;
}

/** What is on air and how far it is. */
export function onAir(view: ChannelView, nowUtcMs: number): TemplateResult {
  const { onAir } = view;
  if (onAir === null)
    return html`<p class="title none">${view.state === 'stopped' ? 'Off the air' : 'Nothing of a plan on air'}</p>`;
  const position = Math.min(onAir.durationMs, Math.max(onAir.positionMs, nowUtcMs - onAir.startedUtcMs));
  const title = firstLine(onAir.title, 200) || 'untitled';
  return html`<p class="title" title=${title}><bdi>${title}</bdi></p>
    <div class="position"><progress max=${Math.max(1, onAir.durationMs)} .value=${position} aria-label="Position in the segment"></progress>
    <span class="times"><span>${playTime(position)}</span><span>${playTime(onAir.durationMs)}</span></span></div>`;
}

/** What comes next, and when. */
export function next(coming: ComingSegment | undefined, nowUtcMs: number): TemplateResult | typeof nothing {
  if (coming === undefined) return nothing;
  const problem =
    coming.problem === null ? nothing : html` <strong class="problem">cannot be aired as it is</strong>`;
  return html`<p class="next"><span class="label">Next</span> <bdi>${firstLine(coming.title, 120) || 'untitled'}</bdi>
    <span class="when">${clockOrDay(coming.startsUtcMs, nowUtcMs)} (${until(coming.startsUtcMs - nowUtcMs)})</span>${problem}</p>`;
}

/** How full the frame queue is. */
export function queue({ bufferDepthFrames, queueFrames }: ChannelView): TemplateResult {
  return html`<span class="queue"><span class="label">Queue</span>
    <meter min="0" max=${Math.max(1, queueFrames)} low=${queueFrames / 4} .value=${bufferDepthFrames} aria-label="Frames in the queue"></meter>
    <span>${bufferDepthFrames}/${queueFrames}</span></span>`;
}

/** The place of a channel's live picture; {@link file://./pictures.ts} fills it. */
export function pictureFrame(channelId: number): TemplateResult {
  return html`<div class="picture" data-channel=${channelId}><canvas role="img" aria-label="Picture of channel ${channelId}" width="16" height="9" hidden></canvas><p class="no-picture"></p></div>`;
}
