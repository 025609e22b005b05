/** The dashboard on a real engine: what befalls the engine is seen in the browser. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { launchBrowser, NO_BROWSER } from '../support/browser.js';
import { startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';

/** Seconds of a browser and an engine on a machine that has better things to do. */
t.setTimeout(300_000);
const options = { skip: NO_BROWSER };

const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const movie = path.join(folder, 'movie.mp4');
let browser: Browser;
if (NO_BROWSER === false) {
  await paintMedia(ffmpeg, { path: movie, frames: 900 });
  browser = await launchBrowser();
  t.teardown(() => browser.close());
}

async function startEngine(t: Test, http?: string) {
  const engine = await startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    ...(http !== undefined && { http }),
  });
  t.teardown(() => engine.stop());
  const outcome = await engine.client.startChannel({ channelId: 7, planHandle: movie, port: 0 });
  t.match(outcome, { success: true });
  return engine;
}

async function openPage(t: Test, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => t.fail(`the page threw: ${error.message}`));
  await page.goto(url);
  await page.locator('#link[data-state="live"]').waitFor();
  return page;
}

t.test('a decoder is killed, and the page shows it', options, async (t) => {
  const engine = await startEngine(t);
  const page = await openPage(t, `http://${engine.http}/#/channels/7`);
  await page.locator('.state.lit.ready').waitFor();
  await page.getByText('No decoder was lost').waitFor();
  const drawn = page.locator('.picture canvas');
  await drawn.waitFor();
  t.ok(Number(await drawn.getAttribute('width')) > 16, 'there is a live picture');

  const { decoders } = await engine.snapshot(7);
  const live = decoders.find(({ role }) => role === 'live');
  process.kill(live?.pid as number, 'SIGKILL');
  const killedMs = performance.now();
  const exit = page.locator('.exit', { hasText: `Pid ${live?.pid},` });
  await exit.waitFor();
  t.comment(`the page showed it after ${Math.round(performance.now() - killedMs)} ms`);
  t.match(await exit.innerText(), /signal SIGKILL/);
  await page.locator('#h-transitions ~ .scroll', { hasText: 'decoder.lost' }).waitFor();
  await page.locator('.budget-line', { hasText: '1 of 5 in 60 s' }).waitFor();
  await page.locator('.state.lit.ready').waitFor();
  await page.locator('.mark.restart').first().waitFor();
  t.match(
    await page.locator('[aria-label="Transitions, the latest first"]').innerText(),
    /error\.recovering/,
  );
});

t.test('an engine that is silent or gone is said to be, and the next one is shown', options, async (t) => {
  const engine = await startEngine(t);
  const page = await openPage(t, `http://${engine.http}/`);
  await page.locator('#summary.ok').waitFor();
  const banner = page.locator('#banner');
  t.equal(await banner.isVisible(), false);

  engine.signal('SIGSTOP');
  t.teardown(() => engine.signal('SIGCONT'));
  await banner.waitFor();
  t.match(await banner.innerText(), /No news from the engine since \d\d:\d\d:\d\d.*pictures are old/);
  engine.signal('SIGCONT');
  await banner.waitFor({ state: 'hidden' });
  await page.locator('#link[data-state="live"]').waitFor();

  engine.signal('SIGKILL');
  await engine.exited;
  await banner.waitFor();
  t.equal(await page.locator('.card').count(), 1, 'what was known stays to be seen');

  const next = await startEngine(t, engine.http);
  t.match(await next.client.stopChannel({ channelId: 7 }), { success: true });
  await banner.waitFor({ state: 'hidden' });
  await page.locator('#link[data-state="live"]').waitFor();
  await page.locator('.card.off', { hasText: 'Stopped' }).waitFor();
});
