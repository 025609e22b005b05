/** A channel on the wall. A channel that is wrong gets more room, and the four answers. */
import { chip } from './icons.js';
import type { Judged } from './judge.js';
import { html, nothing, type TemplateResult } from './lit.js';
import { answers, next, onAir, pictureFrame, queue } from './parts.js';
import { count, duration, firstLine } from './words.js';

export function card({ view, judgement }: Judged, nowUtcMs: number): TemplateResult {
  const { channelId, budget, consumers } = view;
  const explained = judgement.tone !== 'ok' && judgement.tone !== 'off';
  const live = view.state !== 'stopped';
  return html`<article class="card ${judgement.tone}" aria-labelledby="channel-${channelId}">
    <header>
      <h3 id="channel-${channelId}"><a href="#/channels/${channelId}"><span class="visually-hidden">Channel </span>${channelId}</a></h3>
      ${chip(judgement)}
      <span class="since">for ${duration(nowUtcMs - view.sinceUtcMs)}</span>
    </header>
    ${pictureFrame(channelId)}
    ${explained ? html`<div class="explained">${answers(view, nowUtcMs)}</div>` : nothing}
    <div class="body">
      ${live || view.onAir !== null ? onAir(view, nowUtcMs) : html`<p class="title none"><bdi>${firstLine(view.planHandle, 120)}</bdi></p>`}
      ${next(view.coming[0], nowUtcMs)}
    </div>
    ${
      live
        ? html`<footer>${queue(view)}
            <span class="budget ${budget.remaining === 0 ? 'spent' : ''}"><span class="label">Restarts</span> ${budget.used} of ${budget.max} in ${Math.round(budget.windowMs / 1000)} s</span>
            <span><span class="label visually-hidden">Consumers</span>${count(consumers, 'viewer')}</span></footer>`
        : nothing
    }
  </article>`;
}
