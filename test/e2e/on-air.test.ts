/** The engine's main job, on real media, as a Renderer sees it: the right frame at every tick. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import t, { test } from 'tap';
import { descendants, isAlive, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m, type Y4mFrame } from '../support/y4m-reader.js';

const WIDTH = 320;
const HEIGHT = 180;

const ffmpeg = await testFfmpeg();

/**
 * Three painted files whose numbers tell them apart (a 1000..1059, b 2000..2089, c 3000..3074), a long one, and an
 * engine; the tests share them, each with channels of its own.
 */
const folder = tempDir(t);
await paintMedia(ffmpeg, { path: path.join(folder, 'a.mp4'), frames: 60, firstNumber: 1000 });
await paintMedia(ffmpeg, { path: path.join(folder, 'b.mkv'), frames: 90, firstNumber: 2000 });
await paintMedia(ffmpeg, { path: path.join(folder, 'c.ts'), frames: 75, firstNumber: 3000 });
await paintMedia(ffmpeg, { path: path.join(folder, 'long.mp4'), frames: 600, firstNumber: 10_000 });
const openEngine = () =>
  startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    // What these tests read is what is aired, also on a machine that keeps the reader waiting for a second.
    environment: {
      RETROVUE_PLAYOUT_OUTPUT__CONSUMER_MAX_PINNED_FRAMES: '30',
      RETROVUE_PLAYOUT_QUEUE__PREPARING_FRAMES: '45',
    },
  });
const engine = await openEngine();
t.teardown(() => engine.stop());

const plan = (name: string, content: object) =>
  writeFile(path.join(folder, `${name}.json`), JSON.stringify({ plan_id: name, ...content }));

const numberOf = ({ planes }: Y4mFrame) => readFrameNumber(planes, WIDTH, HEIGHT);

/** `count` whole numbers from `first` on. */
const run = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

/** The painted numbers of `count` frames, beginning with the first that shows `first`. */
async function numbersFrom(port: number, first: number, count: number): Promise<(number | undefined)[]> {
  const renderer = connectY4m(port);
  try {
    const start = await renderer.until((frame) => numberOf(frame) === first);
    return [start, ...(await renderer.frames(count - 1))].map(numberOf);
  } finally {
    renderer.close();
  }
}

test('three segments air frame-exact, in order, none twice, over and over', async (t) => {
  await plan('block', {
    loop: true,
    segments: [
      { asset_uri: 'a.mp4' },
      { asset_uri: 'b.mkv', asset_start_offset_ms: 1000, segment_duration_ms: 1500 },
      { asset_uri: 'c.ts', segment_duration_ms: 2000 },
    ],
  });
  const outcome = await engine.client.startChannel({ channelId: 11, planHandle: 'block', port: 0 });
  t.match(outcome, { success: true, errorMessage: '' });

  const renderer = connectY4m(outcome.port);
  t.match(await renderer.header, { width: WIDTH, height: HEIGHT });
  renderer.close();
  const turn = [...run(1000, 60), ...run(2030, 45), ...run(3000, 60)];
  t.same(await numbersFrom(outcome.port, 2030, 45 + 60 + 60 + 10), [...turn.slice(60), ...turn.slice(0, 70)]);

  const { state, counters } = await engine.snapshot(11);
  t.equal(state, 'ready');
  t.match(counters, { bufferUnderruns: 0, decodeFailures: 0 });
  t.same(await engine.client.stopChannel({ channelId: 11 }), { success: true, errorMessage: '' });
  t.equal((await engine.snapshot(11)).state, 'stopped');
});

test('the first frame of a plan without a start time is its first one', async (t) => {
  const port = await freshPort();
  // The waiting Renderer connects as soon as the port is there; what precedes the plan is slate.
  const numbers = firstNumbers(port, 40);
  const outcome = await engine.client.startChannel({
    channelId: 3,
    planHandle: path.join(folder, 'b.mkv'),
    port,
  });
  t.match(outcome, { success: true, port });
  t.same(await numbers, run(2000, 40));
});

test('every consumer gets every frame, and the stream ends cleanly when the channel stops', async (t) => {
  const { port } = await engine.client.startChannel({
    channelId: 31,
    planHandle: path.join(folder, 'c.ts'),
    port: 0,
  });
  const renderers = run(0, 3).map(() => connectY4m(port));
  const seen = await Promise.all(renderers.map(async (each) => (await each.frames(80)).map(numberOf)));
  for (const numbers of seen) {
    const first = numbers[0] as number;
    t.same(
      numbers,
      run(0, 80).map((i) => 3000 + ((first - 3000 + i) % 75)),
    );
  }
  const ends = renderers.map((each) => each.drain());
  await engine.client.stopChannel({ channelId: 31 });
  t.same(await Promise.all(ends), ['end', 'end', 'end']);
});

test('a call that is repeated changes nothing', async (t) => {
  const planHandle = path.join(folder, 'a.mp4');
  const [first, twin] = await Promise.all([
    engine.client.startChannel({ channelId: 7, planHandle, port: 0 }),
    engine.client.startChannel({ channelId: 7, planHandle, port: 0 }),
  ]);
  t.equal(first.success, true);
  t.same(twin, first, 'identical calls in flight share one outcome');
  const { hostPid } = await engine.snapshotWhere(7, ({ state }) => state === 'ready');
  t.same(await engine.client.startChannel({ channelId: 7, planHandle, port: 0 }), first);
  t.same(await engine.client.startChannel({ channelId: 7, planHandle, port: first.port }), first);
  const other = await engine.client.startChannel({ channelId: 7, planHandle: 'mock', port: 0 });
  t.match(other, { success: false, errorMessage: /already on air with plan .*a\.mp4.* use UpdatePlan/ });
  const elsewhere = await engine.client.startChannel({ channelId: 7, planHandle, port: first.port + 1 });
  t.match(elsewhere, { success: false, errorMessage: new RegExp(`on port ${first.port}`) });
  t.equal((await engine.snapshot(7)).hostPid, hostPid);

  t.same(await engine.client.stopChannel({ channelId: 7 }), { success: true, errorMessage: '' });
  t.same(await engine.client.stopChannel({ channelId: 7 }), { success: true, errorMessage: '' });
  t.same(await engine.client.stopChannel({ channelId: 99 }), { success: true, errorMessage: '' });
  t.notMatch(await engine.metrics(), /channel="99"/);
  t.match(await engine.client.startChannel({ channelId: 7, planHandle, port: 0 }), { success: true });
});

test('UpdatePlan swaps without a missing or foreign frame, and an unusable plan changes nothing', async (t) => {
  await plan('morning', { loop: true, segments: [{ asset_uri: 'b.mkv' }] });
  await plan('noon', { loop: true, segments: [{ asset_uri: 'c.ts' }] });
  await plan('broken', { segments: [{ asset_uri: 'gone.mp4' }] });
  const { port } = await engine.client.startChannel({ channelId: 51, planHandle: 'morning', port: 0 });
  const renderer = connectY4m(port);
  const numbers: (number | undefined)[] = (await renderer.frames(20)).map(numberOf);
  t.match(await engine.client.updatePlan({ channelId: 51, planHandle: 'broken' }), {
    success: false,
    errorMessage: /segments\[0\].*gone\.mp4/,
  });
  const [outcome, more] = await Promise.all([
    engine.client.updatePlan({ channelId: 51, planHandle: 'noon' }),
    untilFirst(renderer, (frame) => numberOf(frame) === 3010),
  ]);
  numbers.push(...more.map(numberOf));
  renderer.close();
  t.match(outcome, { success: true });
  const swap = numbers.indexOf(3000);
  t.ok(swap > 20, 'the new plan begins with its first frame');
  const first = numbers[0] as number;
  t.same(
    numbers.slice(0, swap),
    run(0, swap).map((i) => 2000 + ((first - 2000 + i) % 90)),
    'old plan to the last tick',
  );
  t.same(numbers.slice(swap), run(3000, numbers.length - swap));
  t.match(await engine.snapshot(51), {
    planHandle: 'noon',
    state: 'ready',
    counters: { planRejections: 1 },
  });
  t.match(await engine.client.updatePlan({ channelId: 8, planHandle: 'noon' }), {
    success: false,
    errorMessage: /channel_id 8 is not on air/,
  });
});

test('a decoder that is killed is replaced unseen, at the position the schedule asks for', async (t) => {
  const { port } = await engine.client.startChannel({
    channelId: 61,
    planHandle: path.join(folder, 'long.mp4'),
    port: 0,
  });
  const renderer = connectY4m(port);
  await engine.snapshotWhere(
    61,
    ({ bufferDepthFrames, queueFrames }) => bufferDepthFrames >= queueFrames - 1,
  );
  const live = (await engine.snapshot(61)).decoders.find(({ role }) => role === 'live');
  process.kill(live?.pid as number, 'SIGKILL');
  const numbers = (await renderer.frames(150)).map(numberOf);
  renderer.close();
  t.same(numbers, run(numbers[0] as number, 150), 'no frame missing, none twice');
  const { lastExit, counters } = await engine.snapshotWhere(61, ({ state }) => state === 'ready');
  t.match(lastExit, { signal: 'SIGKILL', reason: /was killed by SIGKILL/ });
  // How late a busy machine's ticks were is no matter here; that every one of them aired content is.
  t.match(counters, {
    bufferUnderruns: 0,
    framesAired: { hold: 0 },
    decoderRestarts: { crashed: 1 },
  });
  t.ok(await engine.logged(({ event }) => event === 'decoder_lost'));
});

test('a plan that is over airs slate, spends no restart and says so', async (t) => {
  await plan('once', { segments: [{ asset_uri: 'a.mp4' }] });
  const { port } = await engine.client.startChannel({ channelId: 71, planHandle: 'once', port: 0 });
  const renderer = connectY4m(port);
  await renderer.until((frame) => numberOf(frame) === 1059);
  const after = (await renderer.frames(5)).map(numberOf);
  renderer.close();
  t.same(after, Array(5).fill(undefined), 'slate from the very next tick');
  const over = await engine.snapshotWhere(71, ({ airing }) => airing === 'pad');
  t.match(over, {
    state: 'buffering',
    detail: 'NoScheduledContent',
    healthy: true,
    budget: { remaining: 5 },
  });
});

test('SIGTERM stops channels in order and leaves nothing behind', async (t) => {
  const engine = await openEngine();
  const { port } = await engine.client.startChannel({
    channelId: 81,
    planHandle: path.join(folder, 'a.mp4'),
    port: 0,
  });
  const renderer = connectY4m(port);
  await renderer.frames(10);
  const end = renderer.drain();
  const { hostPid, decoders } = await engine.snapshot(81);
  t.equal(await engine.stop(), 0);
  t.equal(await end, 'end', 'consumers see a clean end');
  for (const pid of [hostPid, ...decoders.map(({ pid }) => pid)]) t.equal(isAlive(pid as number), false);
});

test('an engine that is killed takes every host and decoder with it', async (t) => {
  const engine = await openEngine();
  const planHandle = path.join(folder, 'a.mp4');
  await Promise.all(
    run(1, 3).map((channelId) => engine.client.startChannel({ channelId, planHandle, port: 0 })),
  );
  const below = await descendants(engine.pid);
  t.ok(below.length >= 6, 'three hosts and their decoders at least');
  engine.signal('SIGKILL');
  await engine.exited;
  for (const pid of below) await goneOf(pid);
  t.same(below.filter(isAlive), []);
});

test('health and metrics tell what a channel is doing', async (t) => {
  await engine.client.startChannel({ channelId: 4, planHandle: path.join(folder, 'a.mp4'), port: 0 });
  await engine.client.startChannel({ channelId: 5, planHandle: 'nowhere', port: 0 });
  await engine.snapshotWhere(4, ({ state }) => state === 'ready');
  await engine.snapshotWhere(5, ({ airing }) => airing === 'slate');
  const metrics = await engine.metrics();
  for (const line of [
    'retrovue_playout_channel_state{channel="4"} 2',
    'retrovue_playout_channel_state{channel="5"} 3',
    'retrovue_playout_channel_health{channel="4"} 1',
    'retrovue_playout_channel_health{channel="5"} 0',
    'retrovue_playout_slate_active{channel="5"} 1',
  ]) {
    t.ok(metrics.split('\n').includes(line), line);
  }
  t.match(metrics, /^retrovue_playout_frame_gap_seconds\{channel="4"\} -?\d/m);
  t.match(metrics, /^retrovue_playout_buffer_depth_frames\{channel="4"\} \d+$/m);
  t.match(metrics, /^retrovue_playout_build_info\{.*ffmpeg_version="[^"]+".*\} 1$/m);
  for (const page of ['healthz', 'readyz'])
    t.equal((await fetch(`http://${engine.http}/${page}`)).status, 200);
});

/** Resolves once no process has this pid. */
async function goneOf(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A port that is free now. */
async function freshPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Connects as soon as someone listens, and reads the first `count` painted numbers. */
async function firstNumbers(port: number, count: number): Promise<(number | undefined)[]> {
  for (;;) {
    const renderer = connectY4m(port);
    try {
      await renderer.header;
      const first = await renderer.until((frame) => numberOf(frame) !== undefined);
      return [first, ...(await renderer.frames(count - 1))].map(numberOf);
    } catch {
      // Nobody listens yet.
    } finally {
      renderer.close();
    }
  }
}

/** All frames up to and including the first that satisfies. */
async function untilFirst(
  renderer: ReturnType<typeof connectY4m>,
  holds: (frame: Y4mFrame) => boolean,
): Promise<Y4mFrame[]> {
  const frames: Y4mFrame[] = [];
  for (;;) {
    const [frame] = await renderer.frames(1);
    if (frame === undefined) throw new Error('the stream ended');
    frames.push(frame);
    if (holds(frame)) return frames;
  }
}
