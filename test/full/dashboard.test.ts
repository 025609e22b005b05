/** The dashboard in a real browser, on channels in whatever state a test wants (test/support/dashboard-station.ts). */
import { EventEmitter, once } from 'node:events';
import { appendFile, cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { actionRoutes } from '../../src/observe/action-routes.js';
import type { Route } from '../../src/observe/routes.js';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import type { OperationSwitches } from '../../supervisors/engine/operations.js';
import { type InMemoryCommands, inMemoryCommands } from '../src/control/in-memory-commands.js';
import { sampleSnapshot, viewsOf } from '../src/observe/sample-snapshot.js';
import { ALL_OPERATIONS } from '../support/all-operations.js';
import { launchBrowser, NO_BROWSER } from '../support/browser.js';
import {
  airingView,
  type DashboardStation,
  openDashboardStation,
  slateView,
} from '../support/dashboard-station.js';

/** Seconds of a browser on a machine that has better things to do. */
t.setTimeout(300_000);
const options = { skip: NO_BROWSER };
/** Run from outside: the page's own policy lets no foreign script in. */
const { source: AXE } = createRequire(import.meta.url)('axe-core') as { readonly source: string };

/** The dashboard's files as they were built. */
const BUILT = join(import.meta.dirname, '../../dist/src/dashboard');

let browser: Browser;
if (NO_BROWSER === false) {
  browser = await launchBrowser();
  t.teardown(() => browser.close());
}

const node = {
  type: 'worker',
  state: 'running',
  sinceUtcMs: 0,
  restarts: 0,
  pid: null,
  detail: '',
  children: [],
} as const;
const TREE: TreeNode = {
  ...{ ...node, id: 'root', type: 'supervisor', pid: 1, detail: 'one_for_one' },
  children: [
    { ...node, id: 'control', detail: 'gRPC on port 1' },
    {
      ...node,
      id: 'channel-7',
      state: 'restarting',
      restarts: 2,
      children: [{ ...node, id: 'host', type: 'process', pid: 7 }],
    },
  ],
};

interface Opened {
  readonly page: Page;
  readonly station: DashboardStation;
}

/** Opens the page and sees to it that nothing on it goes wrong unnoticed. */
async function openPage(
  t: Test,
  views: readonly ChannelView[],
  more: {
    readonly routes?: readonly Route[];
    readonly hash?: string;
    readonly scheme?: 'dark' | 'light';
    readonly width?: number;
    /** Errors that the browser is expected to note. */
    readonly noise?: RegExp;
    readonly timeline?: Parameters<typeof openDashboardStation>[0]['timeline'];
  } = {},
): Promise<Opened> {
  const { hash = '', scheme = 'dark', width = 1280, routes = [], noise, timeline } = more;
  const station = await openDashboardStation({ views, routes, tree: TREE, ...(timeline && { timeline }) });
  t.teardown(() => station.stop());
  const context = await browser.newContext({
    colorScheme: scheme,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => t.fail(`the page threw: ${error.message}`));
  page.on('console', (message) => {
    // The browser notes each answer that is no success: where no picture route stands beside the station, and refusals.
    const text = message.text();
    if (message.type() === 'error' && !/status of (404|409|503)/.test(text) && !noise?.test(text))
      t.fail(`console: ${text}`);
  });
  page.on('dialog', () => t.fail('a script of foreign text ran'));
  await page.goto(`${station.url}${hash}`);
  await page.locator('#link[data-state="live"]').waitFor();
  return { page, station };
}

/** The engine's own pages for interventions, as one has them that listens there. */
function actionsOn(
  host: string,
  operations: InMemoryCommands,
  switches: Partial<OperationSwitches> = {},
): readonly Route[] {
  return actionRoutes({
    operations,
    views: viewsOf([sampleSnapshot()]),
    address: { host, port: 0 },
    settings: { ...ALL_OPERATIONS, ...switches, http: null, httpHosts: [] },
  });
}

/** The channels on the wall, in the order in which they stand. */
const order = (page: Page) =>
  page.locator('.wall h3 a').evaluateAll((links) => links.map(({ hash }) => hash.slice(11)));

/** What is wider than the window; a page that fits has nothing. */
const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

t.test('the wall stands worst first, says what is wrong, and follows', options, async (t) => {
  const { page, station } = await openPage(t, [airingView(1), airingView(2), airingView(3)]);
  await page.locator('#summary.ok', { hasText: '3 channels on air as scheduled' }).waitFor();
  await page.locator('.wall > li').nth(2).waitFor();
  t.same(await order(page), ['1', '2', '3']);

  // The first thing that a screen reader is told.
  await page.locator('#live', { hasText: '3 channels on air' }).waitFor({ state: 'attached' });
  await page.locator('.wall a').nth(1).focus();
  station.show(slateView(3));
  await page
    .locator('#summary.bad', { hasText: '1 of 3 channels is wrong: channel 3 on slate for 2 min' })
    .waitFor();
  await page.locator('.wall > li:first-child .card.bad').waitFor();
  t.same(await order(page), ['3', '1', '2']);
  t.equal(await page.evaluate('document.activeElement.hash'), '#/channels/2', 'the focus stays where it was');
  const bad = page.locator('.card.bad');
  t.match(
    await bad.innerText(),
    /On slate.*Viewers see\s+slate for 2 min.*Why\s+BudgetExhausted.*SIGSEGV.*The engine\s+tries again.*You can/s,
  );
  await page.locator('#live', { hasText: 'channel 3: On slate' }).waitFor({ state: 'attached' });
  t.match(await page.title(), /^\(1 wrong\)/);
  t.match(await page.locator('#icon').getAttribute('href'), /wrong=1$/);

  station.forget(3);
  await page.locator('#summary.ok', { hasText: '2 channels' }).waitFor();
  t.same(await order(page), ['1', '2']);
});

t.test('hostile text is text, and breaks nothing', options, async (t) => {
  const evil = `<img src=x onerror=alert(1)><script>alert(2)</script>\u202Eevil\u202C\u0007 ${'W'.repeat(10_000)} ${'ア'.repeat(500)}`;
  const base = slateView(7);
  const view = slateView(7, {
    detail: evil,
    planHandle: evil,
    onAir: {
      ...(base.onAir as NonNullable<typeof base.onAir>),
      title: evil,
      assetUri: evil,
      segmentType: evil,
    },
    coming: base.coming.map((each) => ({
      ...each,
      title: evil,
      assetUri: evil,
      problem: evil,
      segmentType: evil,
    })),
    lastExit: {
      ...(base.lastExit as NonNullable<typeof base.lastExit>),
      stderrTail: evil,
      asset: evil,
      reason: evil,
    },
    decoders: airingView(7).decoders.map((each) => ({ ...each, asset: evil, arguments: [evil, evil] })),
    consumerList: [{ address: evil, connectedMs: 1, framesWaiting: 0, framesDropped: 0 }],
    transitions: [{ atUtcMs: 1, event: evil, from: evil, to: evil }],
    conditions: base.conditions.map((each) => ({ ...each, message: evil, reason: evil })),
    planAssetProblems: {
      count: 1,
      soonest: [{ planHandle: evil, segmentIndex: 0, assetUri: evil, reason: evil, dueUtcMs: 1e15 }],
    },
  });
  const marks = [{ atUtcMs: Date.now() - 1000, event: evil, text: evil }];
  const timeline = { fromUtcMs: 0, toUtcMs: Date.now(), spans: [], marks };
  for (const hash of ['', '#/channels/7']) {
    const { page } = await openPage(t, [view, airingView(1)], { hash, width: 360, timeline });
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    t.equal(await page.locator('main img, main script').count(), 0);
    t.same((await page.locator('main').innerText()).match(/.{0,40}[\u202a-\u202e].{0,20}/g), null);
    t.ok(Number(await overflow(page)) <= 0, `${hash} is not wider than the phone`);
    const box = await page.locator('main').boundingBox();
    t.ok((box?.height ?? Number.POSITIVE_INFINITY) < 20_000, 'nor endless');
  }
});

t.test('everything fits on a phone', options, async (t) => {
  const actions = [{ action: 'take-slate' as const, allowed: true, reason: '' }];
  const views = [airingView(1), { ...slateView(7), actions }];
  for (const hash of ['', '#/channels/7', '#/channels/99', '#/tree']) {
    const { page } = await openPage(t, views, {
      ...{ hash, width: 360 },
      routes: actionsOn('127.0.0.1', inMemoryCommands()),
    });
    await page.locator('.card, .panel, .empty').first().waitFor();
    t.ok(Number(await overflow(page)) <= 0, `${hash || 'the wall'} is not wider than the phone`);
  }
});

t.test('nothing stands in the way of whoever cannot see or use a mouse', options, async (t) => {
  const actions = (['take-slate', 'return-to-plan'] as const).map((action, index) => ({
    action,
    allowed: index === 0,
    reason: 'no slate was taken',
  }));
  const views = [airingView(1), { ...slateView(7), actions }];
  for (const scheme of ['dark', 'light'] as const) {
    for (const hash of ['', '#/channels/7', '#/channels/1', '#/tree']) {
      const { page } = await openPage(t, views, {
        ...{ hash, scheme },
        routes: actionsOn('127.0.0.1', inMemoryCommands()),
      });
      if (hash === '#/channels/7') await page.locator('.actions button').first().waitFor();
      await page.locator('.card, .panel, .empty').first().waitFor();
      await page.evaluate(AXE);
      const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as Violations;
      t.same(
        found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
        [],
        `${hash || 'the wall'}, ${scheme}`,
      );
    }
  }
});

interface Violations {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

t.test('by keyboard alone: to a channel, through a question, and done', options, async (t) => {
  const commands = inMemoryCommands({
    resetBudget: async () => ({ success: false, errorMessage: 'the budget is <b>yours</b>' }),
  });
  const routes = actionsOn('127.0.0.1', commands, { restartChannel: false });
  const offered = (action: ChannelView['actions'][number]['action'], allowed: boolean, reason = '') => ({
    action,
    allowed,
    reason,
  });
  const actions = [
    offered('take-slate', true),
    offered('return-to-plan', false, 'the plan is on air: no slate was taken'),
    offered(
      'restart-channel',
      false,
      'RestartChannel is switched off on this engine: operations.restart_channel is false in its configuration',
    ),
    offered('reset-budget', true),
  ];
  const { page } = await openPage(t, [{ ...slateView(7), actions }, airingView(1)], {
    routes,
  });
  await page.locator('.wall > li').nth(1).waitFor();
  const focused = () => page.evaluate('document.activeElement.textContent.trim()');
  const press = async (key: string, times = 1) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await press('Tab');
  t.equal(await focused(), 'Skip to the content');
  await press('Enter');
  t.equal(await page.evaluate('document.activeElement.id'), 'main');
  await press('Tab');
  t.equal(await focused(), 'Channel 7');
  await press('Enter');
  const heading = page.locator('h1', { hasText: 'Channel 7' });
  await heading.waitFor();
  t.equal(await focused(), 'Channel 7', 'the page’s heading has the focus');
  const take = page.getByRole('button', { name: 'Take slate' });
  await take.waitFor();
  await press('Tab');
  t.equal(await focused(), 'Take slate');
  await press('Enter');
  await page.getByRole('dialog').getByText('Viewers see slate').waitFor();
  t.equal(await focused(), 'Cancel', 'the harmless answer comes first');
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  t.same(commands.calls, []);
  t.equal(await focused(), 'Take slate', 'back where it was');

  await press('Tab');
  t.equal(await focused(), 'Return to plan', 'what may not be used says why to whoever comes by');
  await press('Enter');
  t.match(await page.locator('#does-return-to-plan').innerText(), /no slate was taken/);
  t.equal(
    await page.getByRole('button', { name: 'Restart channel' }).count(),
    0,
    'what is switched off is not shown',
  );

  await press('Shift+Tab');
  await press('Enter');
  await press('Tab');
  t.equal(await focused(), 'Take slate', 'in the dialog');
  await press('Enter');
  await page.locator('.result.ok', { hasText: 'Take slate: done.' }).waitFor();
  t.same(commands.calls, [['takeSlate', { channelId: 7 }]], 'asked for once, and nothing else');
  await page.getByRole('button', { name: 'Reset budget' }).click();
  await page.locator('.result.bad', { hasText: 'not done. the budget is <b>yours</b>' }).waitFor();
});

t.test('where HTTP takes no interventions, no button is offered, and it says why', options, async (t) => {
  const actions = [{ action: 'take-slate' as const, allowed: true, reason: '' }];
  const commands = inMemoryCommands();
  const routes = actionsOn('0.0.0.0', commands);
  const { page } = await openPage(t, [airingView(7, { actions })], { hash: '#/channels/7', routes });
  await page.locator('.panel .note', { hasText: 'is not a loopback address' }).waitFor();
  t.equal(await page.locator('.actions button').count(), 0);
  t.same(commands.calls, []);
});

/** Answers every picture with the same. */
function countedPictures(): Counted {
  const asked = new Map<number, number>();
  const news = new EventEmitter();
  const route: Route = {
    method: 'GET',
    path: '/channels/{id}/picture.jpg',
    answer({ params }) {
      const id = Number(params.id);
      asked.set(id, (asked.get(id) ?? 0) + 1);
      news.emit('asked');
      return { status: 200, contentType: 'image/png', body: PNG };
    },
  };
  return { asked, news, routes: [route] };
}

interface Counted {
  /** How often, by channel. */
  readonly asked: ReadonlyMap<number, number>;
  /** Emits `asked`. */
  readonly news: EventEmitter;
  readonly routes: readonly Route[];
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==',
  'base64',
);

t.test('pictures are asked for where they are seen, and nowhere else', options, async (t) => {
  const { asked, news, routes } = countedPictures();
  const views = Array.from({ length: 40 }, (_, index) => airingView(index + 1));
  const { page, station } = await openPage(t, views, { routes, width: 700 });
  while ((asked.get(1) ?? 0) < 3 || (asked.get(2) ?? 0) < 3) await once(news, 'asked');
  t.equal(asked.get(40), undefined, 'not of a channel far below');
  await page.locator('.picture[data-channel="1"] canvas').waitFor();

  await page.locator('.picture[data-channel="40"]').scrollIntoViewIfNeeded();
  while ((asked.get(40) ?? 0) < 2) await once(news, 'asked');
  const before = asked.get(1);
  while ((asked.get(40) ?? 0) < 4) await once(news, 'asked');
  t.equal(asked.get(1), before, 'and no more of those that are out of sight');

  await page.goto(`${station.url}#/tree`);
  await page.locator('h1', { hasText: 'Supervision tree' }).waitFor();
  t.equal(await page.locator('.picture').count(), 0);
});

t.test('a hidden page asks for no pictures, and for all again when it is seen', options, async (t) => {
  const { asked, news, routes } = countedPictures();
  const { page } = await openPage(t, [airingView(1), airingView(2)], { routes });
  while ((asked.get(1) ?? 0) < 2 || (asked.get(2) ?? 0) < 2) await once(news, 'asked');

  const hide = (hidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
  await hide(true);
  const requests: string[] = [];
  const note = (request: { url(): string }) => requests.push(request.url());
  page.on('request', note);
  // Three of its own seconds; seen, it would ask once in each for either.
  for (let second = 0; second < 3; second++) await nextSecond(page);
  page.off('request', note);
  t.same(
    requests.filter((url) => url.endsWith('picture.jpg')),
    [],
  );

  const before = new Map(asked);
  await hide(false);
  for (const id of [1, 2]) while (asked.get(id) === before.get(id)) await once(news, 'asked');
});

/** The page's clock goes on. */
async function nextSecond(page: Page): Promise<void> {
  const text = await page.locator('#clock').innerText();
  await page.locator('#clock', { hasNotText: text }).waitFor();
}

/** What a browser notes of connections that an engine ends, and of those that nobody takes. */
const CUT_OFF = /net::ERR_/;

/** Another engine where the first one was. */
async function follow(
  t: Test,
  first: DashboardStation,
  next: Omit<Parameters<typeof openDashboardStation>[0], 'port'>,
): Promise<DashboardStation> {
  await first.stop();
  const station = await openDashboardStation({ ...next, port: Number(new URL(first.url).port) });
  t.teardown(() => station.stop());
  return station;
}

t.test('an engine that ends in the middle of an answer is tried again', options, async (t) => {
  const { page, station } = await openPage(t, [airingView(1)], { noise: CUT_OFF });
  await page.route('**/events', (route) => route.abort());
  await page.route('**/channels', (route) =>
    route.fulfill({ status: 200, contentType: 'application/json', body: '[{"channelId":1,' }),
  );
  await station.stop();
  await page.locator('#link[data-state="stale"]').waitFor();
  await follow(t, station, { views: [airingView(1), airingView(2)], instance: 'the second' });
  await page.unrouteAll();
  await page.locator('#link[data-state="live"]').waitFor();
  await page.locator('.wall > li').nth(1).waitFor();
});

t.test('an engine of another build is shown by its own page', options, async (t) => {
  const { page, station: first } = await openPage(t, [airingView(1)], { noise: CUT_OFF });
  const isAsItWas = () => page.evaluate('globalThis.asItWas === true');
  await page.evaluate('globalThis.asItWas = true');
  const second = await follow(t, first, { views: [airingView(2)], instance: 'the second' });
  await page.locator('.wall a', { hasText: 'Channel 2' }).waitFor();
  t.ok(await isAsItWas(), 'the same build needs no other page');

  const dashboard = t.testdir();
  await cp(BUILT, dashboard, { recursive: true });
  await appendFile(join(dashboard, 'words.js'), '\n// Another build.\n');
  const loaded = page.waitForEvent('load');
  await follow(t, second, { views: [airingView(3)], instance: 'the third', dashboard });
  await loaded;
  await page.locator('.wall a', { hasText: 'Channel 3' }).waitFor();
  t.notOk(await isAsItWas());
});

t.test('where no stream is to be had, it asks every 2 s', options, async (t) => {
  const { page, station } = await openPage(t, [airingView(1)]);
  let asked = 0;
  const news = new EventEmitter();
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/channels') news.emit('asked', ++asked);
  });
  const full = { status: 503, contentType: 'application/json', body: '{"error":"256 streams are open"}' };
  await page.route('**/events', (route) => route.fulfill(full));
  await page.reload();
  await page.locator('#link[data-state="asking"]', { hasText: 'Every 2 s' }).waitFor();
  await page.locator('.wall .card').waitFor();
  const before = asked;
  while (asked < before + 2) await once(news, 'asked');
  station.show(slateView(1));
  await page.locator('.wall .card.bad').waitFor();
  t.equal(await page.locator('#banner').isVisible(), false, 'which is no reason to call it silent');

  await page.unroute('**/events');
  await page.locator('#link[data-state="live"]').waitFor();
});

t.test('50 channels that change all the time are all shown, each as it is now', options, async (t) => {
  const views = Array.from({ length: 50 }, (_, index) => airingView(index + 1));
  const { page, station } = await openPage(t, views);
  await page.locator('.wall > li').nth(49).waitFor({ state: 'attached' });
  for (let round = 1; round <= 20; round++) {
    for (const view of views) station.show({ ...view, atUtcMs: Date.now(), consumers: round });
    await page.locator('.wall', { hasText: `${round} viewer` }).waitFor();
  }
  await page.locator('.wall', { hasText: '20 viewers' }).waitFor();
  const texts = page.locator('.wall > li', { hasText: '20 viewers' });
  await texts.nth(49).waitFor({ state: 'attached' });
  t.same(
    await order(page),
    views.map(({ channelId }) => String(channelId)),
  );
});
