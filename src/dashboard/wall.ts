/** The wall of channels: worst first, each card drawn on its own, when its channel changes and each second: time passes. */
import { card } from './card.js';
import type { FrameWork } from './frame-work.js';
import { toneIcon } from './icons.js';
import { summary } from './judge.js';
import { html, render } from './lit.js';
import type { View } from './main.js';
import type { Pictures } from './pictures.js';
import type { Store } from './store.js';

export function wall(root: HTMLElement, store: Store, work: FrameWork, pictures: Pictures): View {
  const heading = document.createElement('h1');
  heading.id = 'summary';
  heading.tabIndex = -1;
  const heading2 = document.createElement('h2');
  heading2.className = 'visually-hidden';
  heading2.textContent = 'All channels, worst first';
  const list = document.createElement('ul');
  list.className = 'wall';
  root.replaceChildren(heading, heading2, list);
  const items = new Map<number, HTMLLIElement>();
  /** The order in which the cards stand. */
  let arranged = '';

  const drawSummary = () => {
    const { tone, text } = summary(store.worstFirst(), store.nowUtcMs());
    heading.className = `summary ${tone}`;
    render(html`${toneIcon(tone)}<span>${text}</span>`, heading);
  };

  const drawCard = (channelId: number) => {
    const judged = store.judged(channelId);
    let item = items.get(channelId);
    if (judged === undefined) {
      const picture = item?.querySelector('.picture');
      if (picture) pictures.remove(picture);
      item?.remove();
      items.delete(channelId);
      return;
    }
    const isNew = item === undefined;
    if (item === undefined) {
      item = document.createElement('li');
      items.set(channelId, item);
      // At once, so that a wall that is opened is laid out card by card; most often this is its place.
      list.append(item);
    }
    render(card(judged, store.nowUtcMs()), item);
    if (judged.judgement.tone !== item.dataset.tone) item.dataset.tone = judged.judgement.tone;
    if (!isNew) return;
    const picture = item.querySelector('.picture');
    if (picture !== null) pictures.add(picture);
    work.add('order', arrange);
  };

  /** Cards move only when the order is another one, and whoever had the focus keeps it. */
  const arrange = () => {
    const order = store.worstFirst().flatMap(({ view }) => items.get(view.channelId) ?? []);
    const key = order
      .map(({ firstElementChild }) => firstElementChild?.getAttribute('aria-labelledby'))
      .join();
    if (key === arranged && list.childElementCount === order.length) return;
    arranged = key;
    const focused = document.activeElement;
    for (const [index, item] of order.entries()) {
      const there = list.children[index];
      if (there === item) continue;
      // Where one card goes down the wall, that one is moved, and not all that it passes.
      const goesDown = there?.nextElementSibling === item;
      if (there && goesDown)
        list.insertBefore(there, order[order.indexOf(there as HTMLLIElement) + 1] ?? null);
      else list.insertBefore(item, there ?? null);
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    }
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
  };

  const update = (channelIds: readonly number[]) => {
    for (const channelId of channelIds) work.add(`card ${channelId}`, () => drawCard(channelId));
    work.add('order', arrange);
    work.add('summary', drawSummary);
  };

  update(store.worstFirst().map(({ view }) => view.channelId));
  return {
    heading,
    title: 'Channels',
    changed: update,
    tick() {
      update(store.worstFirst().map(({ view }) => view.channelId));
    },
    close() {
      for (const item of items.values()) {
        const picture = item.querySelector('.picture');
        if (picture) pictures.remove(picture);
      }
      items.clear();
    },
  };
}
