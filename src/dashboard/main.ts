/** The dashboard: one page with three views, all fed from one stream. */
import { announcer } from './announcer.js';
import { channelPage } from './channel-page.js';
import { ask, Feed, type FeedState } from './feed.js';
import { FrameWork } from './frame-work.js';
import { Pictures } from './pictures.js';
import { Store } from './store.js';
import { treePage } from './tree-page.js';
import { wall } from './wall.js';
import { clockTime, duration } from './words.js';

/** What fills the page, until it is closed. */
export interface View {
  /** Takes the focus when the view is opened. */
  readonly heading: HTMLElement;
  readonly title: string;
  changed(channelIds: readonly number[]): void;
  /** A second has passed. */
  tick(): void;
  close(): void;
}

const byId = (id: string) => document.getElementById(id) as HTMLElement;
const main = byId('main');
const work = new FrameWork();
let view: View | undefined;

const store = new Store({
  changed(channelIds) {
    view?.changed(channelIds);
    announce();
  },
});
const pictures = new Pictures((channelId) => {
  const known = store.view(channelId);
  if (known === undefined) return 'Not known to the engine';
  if (known.state === 'stopped') return 'Off the air';
  if (known.hostPid === null) return 'No frames are sent: viewers see nothing';
  return undefined;
});
const announce = announcer({ store, live: byId('live'), icon: byId('icon') as HTMLLinkElement });

let instance: string | undefined;
let build: string | null | undefined;
let linkState: FeedState = 'connecting';
let newsMs: number | null = null;

const feed = new Feed({
  snapshot(channels, named) {
    store.replaceAll(channels);
    if (named === undefined) return;
    if (instance !== undefined && named !== instance) void isSameBuild();
    instance = named;
  },
  change: (channel) => store.change(channel),
  gone: (channelId) => store.gone(channelId),
  state(state, at) {
    newsMs = at;
    if (state === linkState) return;
    linkState = state;
    drawLink();
  },
  get anyOnAir() {
    return store.anyOnAir;
  },
});

/** An engine that was upgraded meanwhile has another page, too. */
async function isSameBuild(): Promise<void> {
  const etag = (await ask('/', { method: 'HEAD' }))?.headers.get('etag');
  if (etag == null) return;
  if (build !== undefined && build !== null && etag !== build) location.reload();
  build = etag;
}

function drawLink(): void {
  const link = byId('link');
  const banner = byId('banner');
  const words = { connecting: 'Connecting', live: 'Live', asking: 'Every 2 s', stale: 'No news' }[linkState];
  link.dataset.state = linkState;
  if (link.textContent !== words) link.textContent = words;
  document.body.classList.toggle('stale', linkState === 'stale');
  banner.hidden = linkState !== 'stale';
  if (linkState !== 'stale') return;
  const silentMs = newsMs === null ? null : performance.now() - newsMs;
  // Said once: a screen reader need not hear it count.
  const text =
    silentMs === null
      ? 'The engine does not answer. Is it running? It is tried again and again.'
      : `No news from the engine since ${clockTime(store.nowUtcMs() - silentMs)}. What you see below is how it was then; the pictures are old. It is tried again and again.`;
  if (banner.textContent !== text) banner.textContent = text;
  link.textContent = silentMs === null ? words : `No news for ${duration(silentMs)}`;
}

function drawClock(): void {
  const now = store.nowUtcMs();
  byId('clock').textContent = `${clockTime(now)} · ${new Date(now).toISOString().slice(11, 19)} UTC`;
}

function open(): void {
  const first = view === undefined;
  const [, page = '', id = ''] = /^#\/([a-z]*)\/?(\d{0,10})$/.exec(location.hash) ?? [];
  view?.close();
  scrollTo(0, 0);
  if (page === 'channels' && id !== '') view = channelPage(main, Number(id), store, work, pictures);
  else if (page === 'tree') view = treePage(main, work);
  else view = wall(main, store, work, pictures);
  const here = page === 'tree' ? 'to-tree' : page === '' ? 'to-wall' : '';
  for (const name of ['to-wall', 'to-tree']) {
    if (name === here) byId(name).setAttribute('aria-current', 'page');
    else byId(name).removeAttribute('aria-current');
  }
  announce.pageIs(view.title);
  if (!first) view.heading.focus();
}

byId('skip').addEventListener('click', (event) => {
  // The address's own `#` names the view.
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', open);
setInterval(() => {
  drawClock();
  drawLink();
  view?.tick();
}, 1000);
drawClock();
open();
void isSameBuild();
feed.start();
