/** The picture of a channel over HTTP is what its consumers get, whatever that is, and troubles nobody else. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tap, { type Test, test } from 'tap';
import { systemClock } from '../../src/clock/system-clock.js';
import { createSlate } from '../../src/frames/slate.js';
import { shrink } from '../../src/frames/small-picture.js';
import { createPictureEncoder } from '../../src/pictures/picture-encoder.js';
import { endsClean, isFree, serverPorts } from '../support/engine-asserts.js';
import { engineIn } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { readFrameNumber } from '../support/frame-number.js';
import { decodeJpeg } from '../support/jpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { QUICK_ATTEMPTS, spendBudget } from '../support/spend-budget.js';
import { tempDir } from '../support/temp-dir.js';
import { view } from '../support/viewer.js';

/** Four times the picture. */
const FORMAT = { width: 640, height: 360, fpsNum: 30, fpsDen: 1 };
const FRAMES = 300;
const OTHER = 2;
const CHANNEL = 1;

const folder = tempDir(tap);
const ffmpeg = await testFfmpeg();
await paintMedia(ffmpeg, { path: path.join(folder, 'numbers.mp4'), frames: FRAMES, width: 640, height: 360 });
const plan = JSON.stringify({ plan_id: 'turn', loop: true, segments: [{ asset_uri: 'numbers.mp4' }] });
await writeFile(path.join(folder, 'turn.json'), plan);
const engine = await engineIn(tap, folder, {
  format: '640x360@30',
  environment: QUICK_ATTEMPTS,
});

const start = async (channelId: number) => {
  const { success, errorMessage, port } = await engine.client.startChannel({
    channelId,
    planHandle: 'turn',
    port: 0,
  });
  if (!success) throw new Error(errorMessage);
  return port;
};
const port = await start(CHANNEL);
const otherPort = await start(OTHER);

const get = (channelId: number | string, method = 'GET') =>
  fetch(`http://${engine.http}/channels/${channelId}/picture.jpg`, { method });

interface Shown {
  readonly tick: number;
  readonly jpeg: Buffer;
}

async function shown(channelId: number): Promise<Shown> {
  const response = await get(channelId);
  if (response.status !== 200) throw new Error(await response.text());
  return {
    tick: Number(response.headers.get('x-retrovue-tick')),
    jpeg: Buffer.from(await response.arrayBuffer()),
  };
}

/** Asks until there is another picture than this one, or one at all. */
async function shownAfter(channelId: number, tick = -1): Promise<Shown> {
  for (;;) {
    const now = await shown(channelId);
    if (now.tick > tick) return now;
    // Pictures are a second apart, and asking is the only way to see one from outside.
    await sleep(20);
  }
}

async function numberIn({ jpeg }: Shown): Promise<number> {
  const { luma, width, height } = await decodeJpeg(jpeg);
  return readFrameNumber(luma, width, height) ?? Number.NaN;
}

async function refused(t: Test, channelId: number | string, status: number, words: RegExp): Promise<void> {
  const response = await get(channelId);
  t.equal(response.status, status);
  t.match(await response.json(), { error: words });
}

test('it is a small JPEG that nobody is to keep', async (t) => {
  const response = await get(CHANNEL);
  t.equal(response.status, 200);
  t.equal(response.headers.get('content-type'), 'image/jpeg');
  t.equal(response.headers.get('cache-control'), 'no-store');
  const { width, height } = await decodeJpeg(new Uint8Array(await response.arrayBuffer()));
  t.same([width, height], [320, 180]);
  const head = await get(CHANNEL, 'HEAD');
  t.equal(head.status, 200);
  t.ok(Number(head.headers.get('content-length')) > 500);
  t.equal((await head.arrayBuffer()).byteLength, 0);
});

test('it shows the frame that consumers get at its tick', async (t) => {
  const viewer = view(CHANNEL, port, FORMAT);
  await viewer.ticks(1);
  const one = await shownAfter(CHANNEL, (await shown(CHANNEL)).tick);
  const from = viewer.seen.length;
  const other = await shownAfter(CHANNEL, one.tick);
  const [first, second] = [await numberIn(one), await numberIn(other)];
  t.equal((second - first + FRAMES) % FRAMES, (other.tick - one.tick) % FRAMES, 'one frame a tick');
  await viewer.until((seen) => seen.slice(from).includes(second));
  t.equal(await viewer.close(), 'closed');
});

test('fifty who ask at once get one and the same', async (t) => {
  const { tick } = await shown(CHANNEL);
  await shownAfter(CHANNEL, tick);
  const all = await Promise.all(Array.from({ length: 50 }, () => shown(CHANNEL)));
  // The second of one picture may end among them.
  const ticks = [...new Set(all.map((each) => each.tick))];
  t.ok(ticks.length <= 2, `ticks ${ticks.join(', ')}`);
  for (const each of ticks) {
    const jpegs = new Set(all.filter((one) => one.tick === each).map(({ jpeg }) => jpeg.toString('latin1')));
    t.equal(jpegs.size, 1);
  }
});

test('once the budget is spent, it is the slate', async (t) => {
  await spendBudget(engine, CHANNEL);
  await engine.snapshotWhere(CHANNEL, ({ airing }) => airing === 'slate');
  const { tick } = await shown(CHANNEL);
  const { jpeg } = await shownAfter(CHANNEL, tick);
  const encoder = createPictureEncoder({ clock: systemClock, onFailure: (error) => t.fail(error.message) });
  const { planes, ...size } = await shrink(createSlate(FORMAT, CHANNEL).planes, FORMAT);
  const slate = { tick: 0, ...size, matrix: 'bt601' as const, planes: planes.toString('base64') };
  // Whether these bytes are that picture is the encoder's test.
  const wanted = await encoder.encode(slate);
  await encoder.stop();
  t.ok(jpeg.equals(wanted));
});

test('a host that hangs is no picture and no trouble, and its successor has one', async (t) => {
  const { hostPid } = await engine.snapshot(CHANNEL);
  process.kill(hostPid as number, 'SIGSTOP');
  let response = await get(CHANNEL);
  // What it gave a moment ago is given again until it is a second old.
  while (response.status === 200) {
    await sleep(20);
    response = await get(CHANNEL);
  }
  t.equal(response.status, 503);
  t.equal(response.headers.get('retry-after'), '1');
  t.match(await response.json(), { error: /^channel 1 has no picture now: / });
  const { tick } = await shown(OTHER);
  t.ok((await shownAfter(OTHER, tick)).tick > tick, 'the other channel goes on');
  t.match(await engine.metrics(), /retrovue_playout_channel_state/);
  await engine.snapshotWhere(CHANNEL, (it) => it.hostPid !== null && it.hostPid !== hostPid);
  t.ok((await shown(CHANNEL)).jpeg.length > 500);
});

test('a channel that is off the air, or is none, has no picture', async (t) => {
  await engine.client.stopChannel({ channelId: CHANNEL });
  await refused(t, CHANNEL, 409, /channel 1 is not on air/);
  await refused(t, 77, 404, /channel 77 is not known/);
  await refused(t, 'abc', 400, /channel id "abc" is not valid/);
  t.equal(await isFree(port), true);
});

test('nothing is left behind, and nothing went wrong', async (t) => {
  await shown(OTHER);
  t.same(
    engine.log.filter(({ event }) => event === 'picture_failed' || event === 'page_failed'),
    [],
  );
  t.match((await engine.snapshot(OTHER)).counters, { bufferUnderruns: 0, decodeFailures: 0 });
  await endsClean(t, engine, [...serverPorts(engine), otherPort], folder);
});
