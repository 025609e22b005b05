/** LoadPreview and SwitchToLive on real media, as a Renderer sees them: every frame the right one, on every tick. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import t, { test } from 'tap';
import { engineIn } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m, type Y4mFrame } from '../support/y4m-reader.js';

const WIDTH = 320;
const HEIGHT = 180;
const PROMO_FRAMES = 90;
const FILM_FRAMES = 900;

const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
await paintMedia(ffmpeg, { path: path.join(folder, 'film.mp4'), frames: FILM_FRAMES, firstNumber: 10_000 });
await paintMedia(ffmpeg, { path: path.join(folder, 'promo.mp4'), frames: PROMO_FRAMES, firstNumber: 2_000 });
await writeFile(path.join(folder, 'broken.mp4'), 'no film at all');
const plan = { plan_id: 'evening', loop: true, segments: [{ asset_uri: 'film.mp4' }] };
await writeFile(path.join(folder, 'evening.json'), JSON.stringify(plan));
const engine = await engineIn(t, folder, {
  // What is read is what is aired, also on a machine that keeps the reader waiting for a second.
  environment: {
    RETROVUE_PLAYOUT_OUTPUT__CONSUMER_MAX_PINNED_FRAMES: '30',
    RETROVUE_PLAYOUT_QUEUE__PREPARING_FRAMES: '45',
  },
});
const { client } = engine;

const numberOf = ({ planes }: Y4mFrame) => readFrameNumber(planes, WIDTH, HEIGHT);

/** The numbers of `count` ticks of the film, which airs over and over, from the one that shows `first` on. */
const film = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => 10_000 + ((first - 10_000 + i) % FILM_FRAMES));

test('a preview is switched to without a seam, and the plan is joined at the frame the clock says', async (t) => {
  const { port } = await client.startChannel({ channelId: 1, planHandle: 'evening', port: 0 });
  const renderer = connectY4m(port);
  const numbers: (number | undefined)[] = (await renderer.frames(10)).map(numberOf);
  const first = numbers[0] as number;

  t.match(await client.loadPreview({ channelId: 1, assetPath: 'broken.mp4' }), {
    success: false,
    errorMessage: /^asset_path "broken.mp4": /,
  });
  t.match(await client.switchToLive({ channelId: 1 }), {
    success: false,
    errorMessage: /^no preview is loaded: asset_path "broken.mp4"/,
  });
  t.same(await client.loadPreview({ channelId: 1, assetPath: 'promo.mp4' }), {
    success: true,
    errorMessage: '',
  });
  t.match(await engine.snapshot(1), {
    planHandle: 'evening',
    preview: { assetPath: 'promo.mp4', loaded: true },
  });
  const asked = await engine.snapshot(1);
  const live = await client.switchToLive({ channelId: 1 });
  t.match(live, { success: true, errorMessage: '' });
  t.ok(live.startUs > (asked.tick * 1e6) / 30, 'it begins behind what had aired when it was asked for');

  while (numbers.at(-1) === undefined || !numbers.includes(2_000) || (numbers.at(-1) ?? 0) < 10_000) {
    numbers.push(...(await renderer.frames(1)).map(numberOf));
  }
  numbers.push(...(await renderer.frames(60)).map(numberOf));
  renderer.close();
  const swap = numbers.indexOf(2_000);
  t.same(numbers, [
    ...film(first, swap),
    ...Array.from({ length: PROMO_FRAMES }, (_, i) => 2_000 + i),
    ...film(first + swap + PROMO_FRAMES, numbers.length - swap - PROMO_FRAMES),
  ]);
  t.match(await engine.snapshot(1), {
    state: 'ready',
    planHandle: 'evening',
    preview: null,
    onAir: { planHandle: 'evening', assetUri: 'film.mp4' },
    counters: { bufferUnderruns: 0, framesAired: { hold: 0 }, decodeFailures: 0 },
  });
  for (const event of ['preview_failed', 'preview_loaded', 'preview_on_air', 'preview_over']) {
    t.ok(await engine.logged((line) => line.event === event));
  }
});

test('a channel is stopped with a preview on air and another one loaded, and nothing is left', async (t) => {
  await client.startChannel({ channelId: 2, planHandle: 'evening', port: 0 });
  for (let previews = 0; previews < 2; previews++) {
    t.match(await client.loadPreview({ channelId: 2, assetPath: 'promo.mp4' }), { success: true });
    if (previews === 0) t.match(await client.switchToLive({ channelId: 2 }), { success: true });
  }
  t.match(await engine.snapshotWhere(2, ({ onAir }) => onAir?.segmentType === 'preview'), {
    planHandle: 'evening',
    onAir: { planHandle: 'evening', assetUri: 'promo.mp4' },
    preview: { assetPath: 'promo.mp4', loaded: true },
  });
  t.same(await client.stopChannel({ channelId: 2 }), { success: true, errorMessage: '' });
  t.match(await engine.snapshot(2), { state: 'stopped', preview: null, decoders: [] });
  t.match(await client.switchToLive({ channelId: 2 }), { success: false, errorMessage: /is not on air/ });
});
