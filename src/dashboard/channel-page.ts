/** Everything about one channel, the most urgent on top. */
import { createActions } from './actions.js';
import { machineState } from './channel-facts.js';
import { stateChart } from './chart.js';
import { askJson } from './feed.js';
import type { FrameWork } from './frame-work.js';
import { chip } from './icons.js';
import type { Judged } from './judge.js';
import { html, render, type TemplateResult } from './lit.js';
import type { View } from './main.js';
import { answers, next, onAir, pictureFrame, queue } from './parts.js';
import type { Pictures } from './pictures.js';
import type { Store } from './store.js';
import { coming, conditions, consumers, decoders, facts, lastExit, transitions } from './tables.js';
import { timelineView } from './timeline.js';
import type { ChannelTimeline } from './types.js';
import { duration, until } from './words.js';

const TIMELINE_EVERY_MS = 5000;

export function channelPage(
  root: HTMLElement,
  channelId: number,
  store: Store,
  work: FrameWork,
  pictures: Pictures,
): View {
  const heading = document.createElement('h1');
  heading.tabIndex = -1;
  heading.textContent = `Channel ${channelId}`;
  const body = document.createElement('div');
  body.className = 'channel-page';
  root.replaceChildren(heading, body);
  const redraw = () => work.add('page', draw);
  const actions = createActions(channelId, redraw);
  let timeline: ChannelTimeline | undefined;
  let timelineMs = Number.NEGATIVE_INFINITY;
  let newest = '';
  let picture: Element | null = null;
  let open = true;

  const draw = () => {
    if (!open) return;
    const judged = store.judged(channelId);
    render(judged === undefined ? unknown(channelId) : page(judged), body);
    const frame = body.querySelector('.picture');
    if (frame === picture) return;
    if (picture !== null) pictures.remove(picture);
    if (frame !== null) pictures.add(frame);
    picture = frame;
  };

  const page = (judged: Judged): TemplateResult => {
    const { view, judgement } = judged;
    const now = store.nowUtcMs();
    const { budget } = view;
    return html`
      <p class="state-line">${chip(judgement)} <span>since ${duration(now - view.sinceUtcMs)} · ${machineState(view)}</span></p>
      <div class="first-look">
        ${pictureFrame(channelId)}
        <section class="panel ${judgement.tone}" aria-labelledby="h-now"><h2 id="h-now">Now</h2>
          ${answers(view, now)} ${onAir(view, now)} ${next(view.coming[0], now)}
          <p class="gauges">${queue(view)}</p>
        </section>
      </div>
      ${actions.draw(view)}
      ${timelineView(timeline, now)}
      <div class="columns">
        ${stateChart(view)}
        <section class="panel" aria-labelledby="h-budget"><h2 id="h-budget">Restart budget</h2>
          <p class="budget-line ${budget.remaining === 0 ? 'spent' : ''}"><span class="pips" aria-hidden="true">${Array.from(
            { length: Math.min(budget.max, 20) },
            (_, index) => html`<i class=${index < budget.used ? 'used' : ''}></i>`,
          )}</span> ${budget.text}</p>
          <dl class="facts">
            <div><dt>Restarts in a row</dt><dd>${budget.attempt}</dd></div>
            <div><dt>Next restart</dt><dd>${budget.backoffMs === null ? 'none is pending' : until(budget.backoffMs - Math.max(0, now - view.atUtcMs))}</dd></div>
            <div><dt>Stable</dt><dd>${budget.stableMs === null ? 'not ready' : budget.stableMs === 0 ? 'yes' : until(budget.stableMs)}</dd></div>
          </dl>
          ${lastExit(view, now)}
        </section>
      </div>
      ${coming(view, now)} ${decoders(view)} ${conditions(view, now)} ${transitions(view, now)} ${consumers(view)} ${facts(view, now)}`;
  };

  const fetchTimeline = async () => {
    timelineMs = performance.now();
    const answer = await askJson<ChannelTimeline>(`/channels/${channelId}/timeline`);
    if (answer?.value === undefined || !open) return;
    timeline = answer.value;
    redraw();
  };

  /** Soon after something has happened, and now and then because time passes. */
  const keepTimeline = () => {
    const view = store.view(channelId);
    const last = `${view?.transitions.at(-1)?.atUtcMs} ${view?.airing} ${view?.lastExit?.atUtcMs}`;
    const oldMs = performance.now() - timelineMs;
    if (document.hidden || (last === newest && oldMs < TIMELINE_EVERY_MS) || oldMs < 500) return;
    newest = last;
    void fetchTimeline();
  };

  redraw();
  void fetchTimeline();
  return {
    heading,
    title: `Channel ${channelId}`,
    changed(channelIds) {
      if (!channelIds.includes(channelId)) return;
      redraw();
      keepTimeline();
    },
    tick() {
      redraw();
      keepTimeline();
    },
    close() {
      open = false;
      if (picture !== null) pictures.remove(picture);
    },
  };
}

function unknown(channelId: number): TemplateResult {
  return html`<p class="empty">Channel ${channelId} is not known to the engine: it was never started, or was stopped long ago.
    <a href="#/">All channels</a></p>`;
}
