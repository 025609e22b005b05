/** The contract as RetroVue core speaks it: Python, grpcio, messages made from the committed descriptors. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import t, { type Test } from 'tap';
import { playoutApiVersion } from '../../src/control/api-version.js';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { QUICK_ATTEMPTS, spendBudget } from '../support/spend-budget.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';
import { type ChannelManager, noChannelManager, startChannelManager } from './channel-manager.js';

const WIDTH = 320;
const HEIGHT = 180;
const skip = { skip: noChannelManager };

/** An engine with plans "morning_block" (frames 100..159) and "noon_block" (500..559), and who commands it. */
async function station(
  t: Test,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ manager: ChannelManager; engine: EngineProcess; folder: string }> {
  const ffmpeg = await testFfmpeg();
  const folder = tempDir(t);
  for (const [handle, firstNumber] of [
    ['morning_block', 100],
    ['noon_block', 500],
  ] as const) {
    await paintMedia(ffmpeg, { path: path.join(folder, `${handle}.mp4`), frames: 60, firstNumber });
    const plan = { plan_id: handle, loop: true, segments: [{ asset_uri: `${handle}.mp4` }] };
    await writeFile(path.join(folder, `${handle}.json`), JSON.stringify(plan));
  }
  const engine = await startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    environment,
  });
  const manager = startChannelManager(engine.grpc);
  t.teardown(async () => {
    await manager.close();
    await engine.stop();
  });
  return { manager, engine, folder };
}

const succeeded = { response: { success: true, error_message: '' } };

/** Reads on until this number is seen on the channel's port. */
async function untilNumber(port: number, number: number): Promise<void> {
  const renderer = connectY4m(port);
  await renderer.until(({ planes }) => readFrameNumber(planes, WIDTH, HEIGHT) === number);
  renderer.close();
}

async function start(manager: ChannelManager, channelId: number): Promise<number> {
  const request = { channel_id: channelId, plan_handle: 'morning_block', port: 0 };
  const answer = await manager.call({ call: 'StartChannel', request });
  if (!('response' in answer) || answer.response.success !== true) throw new Error(JSON.stringify(answer));
  return answer.response.port as number;
}

t.test('ChannelManager starts, updates and stops a channel, each of it twice', skip, async (t) => {
  const { manager } = await station(t);
  const port = await start(manager, 1);
  t.equal(await start(manager, 1), port, 'a repeated StartChannel tells the port that is bound');
  await untilNumber(port, 159);

  const update = { call: 'UpdatePlan', request: { channel_id: 1, plan_handle: 'noon_block' } };
  if (!t.same(await manager.call(update), succeeded)) return;
  t.same(await manager.call(update), succeeded);
  await untilNumber(port, 559);

  const stop = { call: 'StopChannel', request: { channel_id: 1 } };
  t.same(await manager.call(stop), succeeded);
  t.same(await manager.call(stop), succeeded);
});

t.test('what the domain refuses is told in error_message, with status OK', skip, async (t) => {
  const { manager } = await station(t);
  await start(manager, 1);
  const update = { call: 'UpdatePlan', request: { channel_id: 1, plan_handle: 'evening_block' } };
  t.match(await manager.call(update), {
    response: { success: false, error_message: /there is no "evening_block\.json"/ },
  });
  t.match(await manager.call({ call: 'StopChannel', request: { channel_id: 0 } }), {
    response: { success: false, error_message: /^channel_id: 0 is not a channel/ },
  });
});

t.test('fields of a newer contract are ignored', skip, async (t) => {
  const { manager } = await station(t);
  const request = { channel_id: 1, plan_handle: 'morning_block' };
  // Field 99, a number, and field 100, a text.
  const extra = '980601a206036e6577';
  t.match(await manager.call({ call: 'StartChannel', request, extra }), succeeded);
  t.same(await manager.call({ call: 'UpdatePlan', request, extra }), succeeded);
  t.same(await manager.call({ call: 'StopChannel', request: { channel_id: 1 }, extra }), succeeded);
});

t.test('the versions are compared when the client states its own', skip, async (t) => {
  const { manager } = await station(t);
  const version = playoutApiVersion();
  const ask = (stated: string) =>
    manager.call({ call: 'GetVersion', request: {}, metadata: { 'playout-api-version': stated } });
  t.same(await manager.call({ call: 'GetVersion', request: {} }), { response: { version } });
  t.same(await ask(version), { response: { version } });
  t.match(await ask('99.0.0'), { code: 'FAILED_PRECONDITION', details: /"99\.0\.0".*major versions/ });
});

t.test('health tells of a channel from before its start until after its stop', skip, async (t) => {
  const { manager } = await station(t);
  const watched = manager.watch('channel/1');
  t.same(await watched.next(), { response: { status: 'SERVICE_UNKNOWN' } });
  t.match(await manager.check('channel/1'), { code: 'NOT_FOUND' });
  await start(manager, 1);
  t.same(await watched.next(), { response: { status: 'SERVING' } });
  t.same(await manager.check('channel/1'), { response: { status: 'SERVING' } });
  await manager.call({ call: 'StopChannel', request: { channel_id: 1 } });
  t.same(await watched.next(), { response: { status: 'NOT_SERVING' } });
  t.same(await manager.check('channel/1'), { response: { status: 'NOT_SERVING' } });
  t.same(await manager.check('retrovue.playout.PlayoutControl'), { response: { status: 'SERVING' } });
});

t.test(
  'a channel that falls back to slate is NOT_SERVING, and SERVING once content is back',
  skip,
  async (t) => {
    const { manager, folder } = await station(t);
    await writeFile(path.join(folder, 'broken.txt'), 'no media');
    const watched = manager.watch('channel/2');
    await watched.next();
    const request = { channel_id: 2, plan_handle: path.join(folder, 'broken.txt'), port: 0 };
    t.match(await manager.call({ call: 'StartChannel', request }), {
      response: { success: false, error_message: /broken\.txt.* slate airs on port \d+/ },
    });
    const seen = [await watched.next()];
    while (JSON.stringify(seen.at(-1)).includes('"SERVING"')) seen.push(await watched.next());
    t.same(seen.at(-1), { response: { status: 'NOT_SERVING' } });
    const update = { call: 'UpdatePlan', request: { channel_id: 2, plan_handle: 'noon_block' } };
    if (!t.same(await manager.call(update), succeeded)) return;
    t.same(await watched.next(), { response: { status: 'SERVING' } });
  },
);

t.test(
  'a channel whose restarts are spent is NOT_SERVING, healed SERVING, and unknown again after its retention',
  skip,
  async (t) => {
    const { manager, engine } = await station(t, {
      ...QUICK_ATTEMPTS,
      RETROVUE_PLAYOUT_CHANNELS__STOPPED_RETENTION_MS: '1000',
    });
    const whole = manager.watch('');
    t.same(await whole.next(), { response: { status: 'SERVING' } });
    const watched = manager.watch('channel/1');
    t.same(await watched.next(), { response: { status: 'SERVICE_UNKNOWN' } });
    await start(manager, 1);
    t.same(await watched.next(), { response: { status: 'SERVING' } });
    await spendBudget(engine, 1);
    t.same(await watched.next(), { response: { status: 'NOT_SERVING' } });
    t.match(await engine.metrics(), 'retrovue_playout_channel_health{channel="1"} 0');
    await engine.client.resetBudget({ channelId: 1 });
    t.same(await watched.next(), { response: { status: 'SERVING' } });
    t.match(await engine.metrics(), 'retrovue_playout_channel_health{channel="1"} 1');

    const { hostPid } = await engine.snapshot(1);
    process.kill(hostPid ?? 0, 'SIGKILL');
    t.same(await watched.next(), { response: { status: 'NOT_SERVING' } }, 'no process runs the channel');
    t.same(await watched.next(), { response: { status: 'SERVING' } }, 'another one does');

    await manager.call({ call: 'StopChannel', request: { channel_id: 1 } });
    t.same(await watched.next(), { response: { status: 'NOT_SERVING' } });
    t.same(await watched.next(), { response: { status: 'SERVICE_UNKNOWN' } });
    t.match(await manager.check('channel/1'), { code: 'NOT_FOUND' });

    engine.signal('SIGTERM');
    t.same(await whole.next(), { response: { status: 'NOT_SERVING' } }, 'the engine is on its way out');
    t.match(await whole.next(), { code: 'UNAVAILABLE' });
  },
);
