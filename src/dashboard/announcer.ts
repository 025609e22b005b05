/**
 * Tells those who do not look at the page: the tab's title and icon count the channels that are wrong, and a screen
 * reader is told when that changes, with what has happened since it was last told something.
 */
import { summary } from './judge.js';
import type { Store } from './store.js';

/** Channels that go wrong together are told together. */
const GATHER_MS = 500;
const QUIET_MS = 3000;

export interface Announcer {
  /** The store may have changed. Cheap. */
  (): void;
  pageIs(title: string): void;
}

export function announcer(options: {
  readonly store: Store;
  readonly live: HTMLElement;
  readonly icon: HTMLLinkElement;
}): Announcer {
  const { store, live, icon } = options;
  const told = new Map<number, string>();
  let waits = false;
  let page = '';
  let toldMs = Number.NEGATIVE_INFINITY;
  let begun = false;

  const look = () => {
    waits = false;
    const all = store.worstFirst();
    const wrong = all.filter(({ judgement }) => judgement.wrong).length;
    const title = `${wrong > 0 ? `(${wrong} wrong) ` : ''}${page} · RetroVue Playout`;
    if (document.title !== title) document.title = title;
    const href = `/dashboard/icon.svg?wrong=${Math.min(wrong, 10)}`;
    if (icon.getAttribute('href') !== href) icon.setAttribute('href', href);
    const changed = all.filter(({ view, judgement }) => told.get(view.channelId) !== judgement.word);
    if (changed.length === 0) return;
    if (performance.now() - toldMs < QUIET_MS) return later(QUIET_MS);
    for (const { view, judgement } of changed) told.set(view.channelId, judgement.word);
    const news = changed
      .slice(0, 4)
      .map(({ view, judgement }) => `channel ${view.channelId}: ${judgement.word}`);
    const more = changed.length > 4 ? `, and ${changed.length - 4} more` : '';
    live.textContent = begun ? `${news.join(', ')}${more}` : summary(all, store.nowUtcMs()).text;
    begun = true;
    toldMs = performance.now();
  };
  const later = (delayMs: number) => {
    if (waits) return;
    waits = true;
    setTimeout(look, delayMs);
  };
  return Object.assign(() => later(GATHER_MS), {
    pageIs(title: string) {
      page = title;
      look();
    },
  });
}
