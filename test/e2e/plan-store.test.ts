/** Plans from an HTTP store: aired, changed, and a store that fails in every way while a channel is on air. */
import type { RequestListener } from 'node:http';
import path from 'node:path';
import tap, { test } from 'tap';
import { refusesPlan, stopsCleanly, tells } from '../support/engine-asserts.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { readFrameNumber } from '../support/frame-number.js';
import { paintMedia } from '../support/painted-media.js';
import { planServer } from '../support/plan-server.js';
import { BYSTANDER, openStation } from '../support/station.js';
import { connectY4m } from '../support/y4m-reader.js';

const TIMEOUT_MS = 1000;

/** What the store has, by name; a handler answers in its own way. */
const plans = new Map<string, object | RequestListener>([
  ['bystander', { plan_id: 'bystander', loop: true, segments: [{ asset_uri: 'bystander.mp4' }] }],
]);
const store = await planServer(tap);
store.answer((request, response) => {
  const name = decodeURIComponent(/^\/plans\/(.*)\.json$/.exec(request.url ?? '')?.[1] ?? '');
  const plan = plans.get(name);
  if (plan === undefined) response.writeHead(404).end();
  else if (typeof plan === 'function') (plan as RequestListener)(request, response);
  else response.end(JSON.stringify(plan));
});
const station = await openStation(tap, {
  RETROVUE_PLAYOUT_PLANS__URL_TEMPLATE: `http://me:secret@${store.host}/plans/{handle}.json`,
  RETROVUE_PLAYOUT_PLANS__TIMEOUT_MS: String(TIMEOUT_MS),
});
const { engine, folder, writePlan } = station;
const { client } = engine;

test('a plan of the store airs as it was, until UpdatePlan takes what it has become', async (t) => {
  const ffmpeg = await testFfmpeg();
  for (const [name, firstNumber] of [
    ['first.mp4', 1000],
    ['second.mp4', 2000],
  ] as const) {
    await paintMedia(ffmpeg, { path: path.join(folder, name), frames: 30, firstNumber });
  }
  const loopOf = (asset_uri: string) => ({ plan_id: 'x', loop: true, segments: [{ asset_uri }] });
  plans.set('kids/morning', loopOf('first.mp4'));
  const { port } = await client.startChannel({ channelId: 7, planHandle: 'kids/morning', port: 0 });
  plans.set('kids/morning', loopOf('second.mp4'));
  const renderer = connectY4m(port);
  const numberOf = ({ planes }: { planes: Buffer }) => readFrameNumber(planes, 320, 180) ?? -1;
  const aired = (await renderer.frames(60)).map(numberOf);
  t.ok(aired.every((number) => number >= 1000 && number < 1030));
  renderer.close();

  // Not even the loss of the channel's process is a reason to ask the store, which might be down by then.
  const { hostPid, onAir } = await engine.snapshot(7);
  const asked = store.requests.length;
  process.kill(hostPid ?? 0, 'SIGKILL');
  const next = await engine.snapshotWhere(7, (now) => now.state === 'ready' && now.hostPid !== hostPid);
  t.equal(next.onAir?.planHash, onAir?.planHash);
  t.equal(store.requests.length, asked);
  const again = connectY4m(port);
  t.ok(numberOf(await again.until((frame) => numberOf(frame) >= 1000)) < 1030);

  t.match(await client.updatePlan({ channelId: 7, planHandle: 'kids/morning' }), { success: true });
  t.ok(numberOf(await again.until((frame) => numberOf(frame) >= 2000)) < 2030);
  again.close();
  await stopsCleanly(t, engine, 7);
});

/** How a store fails: name of the plan, its answer, what is said of it. */
const FAULTS: readonly (readonly [string, RequestListener | undefined, readonly (string | RegExp)[]])[] = [
  ['unheard-of', undefined, ['answers 404: the store has no such plan; put it there or correct the handle']],
  [
    'broken',
    (_, response) => response.writeHead(500).end('<h1>Oops</h1>'),
    ['answers 500, a fault of the store; look after it, then try again'],
  ],
  ['silent', () => {}, [`did not hand over the plan within ${TIMEOUT_MS} ms (0 bytes came); look after`]],
  [
    'slow',
    (_, response) => response.write('{"plan_id":'),
    [`did not hand over the plan within ${TIMEOUT_MS} ms (11 bytes came); look after the store`],
  ],
  [
    'endless',
    (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20, ' ')));
      };
      response.on('drain', more);
      more();
    },
    [/has more than 16777216 bytes, and no more are read; split the plan|did not hand over the plan within/],
  ],
  [
    'login',
    (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('<!doctype html><p>Log in</p>'),
    ['is no plan but HTML; a page answers in place of the store'],
  ],
  [
    'moved',
    (_, response) => response.writeHead(301, { location: '/elsewhere?token=secret' }).end(),
    [`answers 301, a redirect to "http://${store.host}/elsewhere?…", and none is followed`],
  ],
];

for (const [index, [name, answer, words]] of FAULTS.entries()) {
  test(`a store that fails like this costs nobody a frame: ${name}`, async (t) => {
    if (answer !== undefined) plans.set(name, answer);
    // What lies in the directory is not asked for, not even then.
    await writePlan(name, { segments: [{ asset_uri: 'bystander.mp4' }] });
    const told = [`plan_handle "${name}": "http://${store.host}/plans/${name}.json" `, ...words];
    await refusesPlan(t, engine, { channelId: 100 + index, planHandle: name }, told);
    const before = await engine.snapshot(BYSTANDER);
    const update = await client.updatePlan({ channelId: BYSTANDER, planHandle: name });
    t.equal(update.success, false);
    tells(t, update.errorMessage, told);
    t.notMatch(update.errorMessage, 'secret');
    t.match(await engine.snapshot(BYSTANDER), {
      state: 'ready',
      onAir: { planHash: before.onAir?.planHash },
    });
  });
}

test('media files and the test pattern as handles need no store', async (t) => {
  const asked = store.requests.length;
  for (const planHandle of ['mock', path.join(folder, 'bystander.mp4')]) {
    t.match(await client.startChannel({ channelId: 8, planHandle, port: 0 }), { success: true });
    await stopsCleanly(t, engine, 8);
  }
  t.equal(store.requests.length, asked);
});

test('no log line holds the credentials', async (t) => {
  t.ok(engine.log.length > 0);
  t.notMatch(JSON.stringify(engine.log), 'secret');
});

test('through all of it the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
