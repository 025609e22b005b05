/** An operator's interventions in channels on air, as a Renderer sees them: every frame by its number, on every tick. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import t, { type Test, test } from 'tap';
import { engineIn, runCli } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { DONE } from '../support/outcomes.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m, type Y4mFrame, type Y4mReader } from '../support/y4m-reader.js';

const WIDTH = 320;
const HEIGHT = 180;

const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
for (const [name, firstNumber] of [
  ['a', 10_000],
  ['b', 20_000],
] as const)
  await paintMedia(ffmpeg, { path: path.join(folder, `${name}.mp4`), frames: 900, firstNumber });
const writePlan = (name: string, plan: object) =>
  writeFile(path.join(folder, `${name}.json`), JSON.stringify({ plan_id: name, ...plan }));
await writePlan('free', { loop: true, segments: [{ asset_uri: 'a.mp4' }, { asset_uri: 'b.mp4' }] });
const engine = await engineIn(t, folder, {
  // What is read is what is aired, also on a machine that keeps the reader waiting for a second.
  environment: {
    RETROVUE_PLAYOUT_OUTPUT__CONSUMER_MAX_PINNED_FRAMES: '30',
    RETROVUE_PLAYOUT_QUEUE__PREPARING_FRAMES: '45',
  },
});
const { client } = engine;

/** Undefined: slate. */
const numberOf = ({ planes }: Y4mFrame) => readFrameNumber(planes, WIDTH, HEIGHT);
type Seen = number | undefined;

/** Reads until `until` holds of all that was seen. */
async function read(
  renderer: Y4mReader,
  seen: Seen[],
  until: (seen: readonly Seen[]) => boolean,
): Promise<void> {
  while (!until(seen)) seen.push(...(await renderer.frames(1)).map(numberOf));
}

/** Asserts that every frame but slate is the one that its tick names, the first one being on tick 0. */
function onSchedule(t: Test, seen: readonly Seen[], slots: (tick: number) => number): void {
  const wrong = seen.flatMap((number, tick) =>
    number === undefined || number === slots(tick) ? [] : [[tick, number, slots(tick)]],
  );
  t.same(wrong, [], 'every frame on its tick');
}

/** `free`, over and over, from the frame that showed `first` on. */
function freeFrom(first: number): (tick: number) => number {
  const start = first >= 20_000 ? 900 + first - 20_000 : first - 10_000;
  return (tick) => {
    const frame = (start + tick) % 1800;
    return frame < 900 ? 10_000 + frame : 20_000 + frame - 900;
  };
}

/** What a viewer would have noticed of a channel so far. */
async function faultsOf(channelId: number): Promise<object> {
  const { bufferUnderruns, framesAired, consumerFramesDropped } = (await engine.snapshot(channelId)).counters;
  const skipped = engine.log.filter((line) => line.event === 'ticks_skipped' && line.channel === channelId);
  return { bufferUnderruns, held: framesAired.hold, consumerFramesDropped, skipped: skipped.length };
}

async function onAir(t: Test, channelId: number, planHandle: string) {
  const { port, success } = await client.startChannel({ channelId, planHandle, port: 0 });
  t.ok(success);
  const renderer = connectY4m(port);
  const seen: Seen[] = [];
  await read(renderer, seen, ({ length }) => length >= 30);
  const faults = await faultsOf(channelId);
  return { port, renderer, seen, faults };
}

test('slate is taken and given back: no tick is missed, and content is where the clock says', async (t) => {
  const channelId = 1;
  const { renderer, seen, faults } = await onAir(t, channelId, 'free');
  t.same(await client.takeSlate({ channelId }), DONE);
  await read(renderer, seen, (all) => all.at(-1) === undefined);
  await read(renderer, seen, (all) => all.slice(-60).every((number) => number === undefined));
  t.match(await engine.snapshot(channelId), { state: 'ready', airing: 'operator_slate', healthy: true });
  t.match(await engine.metrics(), 'retrovue_playout_operator_slate_active{channel="1"} 1');
  t.match(await engine.metrics(), 'retrovue_playout_slate_active{channel="1"} 0');
  t.match(await client.switchToLive({ channelId }), { success: false, errorMessage: /ReturnToPlan first/ });
  t.same(await client.returnToPlan({ channelId }), DONE);
  await read(renderer, seen, (all) => all.at(-1) !== undefined);
  await read(renderer, seen, (all) => all.slice(-60).every((number) => number !== undefined));
  renderer.close();
  onSchedule(t, seen, freeFrom(seen[0] as number));
  const from = seen.indexOf(undefined);
  const to = seen.lastIndexOf(undefined);
  t.ok(
    seen.slice(from, to + 1).every((number) => number === undefined),
    'slate in one piece',
  );
  t.same(await faultsOf(channelId), faults);
  for (const event of ['operator_slate', 'operator_return'])
    t.ok(await engine.logged((line) => line.event === event && line.channel === channelId));
});

test('slate outlives the host that is killed beneath it', async (t) => {
  const channelId = 2;
  const { port, renderer } = await onAir(t, channelId, 'free');
  t.same(await client.takeSlate({ channelId }), DONE);
  const { hostPid } = await engine.snapshot(channelId);
  process.kill(hostPid as number, 'SIGKILL');
  renderer.close();
  await engine.snapshotWhere(
    channelId,
    (it) => it.hostPid !== null && it.hostPid !== hostPid && it.state === 'ready',
  );
  const again = connectY4m(port);
  t.same((await again.frames(20)).map(numberOf), Array(20).fill(undefined));
  t.same(await client.returnToPlan({ channelId }), DONE);
  const seen: Seen[] = [];
  await read(again, seen, (all) => all.at(-1) !== undefined);
  again.close();
  t.same(await client.stopChannel({ channelId }), DONE);
});

test('skip goes on with the next segment, without a seam', async (t) => {
  const channelId = 3;
  const { renderer, seen, faults } = await onAir(t, channelId, 'free');
  const asked = runCli(['skip', String(channelId), '--grpc', engine.grpc]);
  await read(renderer, seen, (all) => (all.at(-1) ?? 0) >= 20_030);
  renderer.close();
  const { code, stdout } = await asked;
  t.same([code, stdout], [0, 'the rest of what channel 3 aired is skipped\n']);
  const swap = seen.indexOf(20_000);
  onSchedule(t, seen.slice(0, swap), freeFrom(seen[0] as number));
  onSchedule(t, seen.slice(swap), freeFrom(20_000));
  t.notOk(seen.includes(undefined), 'no slate');
  t.same(await faultsOf(channelId), faults);
  t.ok(await engine.logged((line) => line.event === 'segment_skipped' && line.channel === channelId));
  t.same(await client.stopChannel({ channelId }), DONE);
});

test('skip in a plan bound to the clock: slate until the next segment, which is on time', async (t) => {
  const channelId = 4;
  await writePlan('bound', {
    start_utc_ms: Date.now() - 2_000,
    segments: [
      { asset_uri: 'a.mp4', segment_duration_ms: 12_000 },
      { asset_uri: 'b.mp4', segment_duration_ms: 20_000 },
    ],
  });
  const { renderer, seen, faults } = await onAir(t, channelId, 'bound');
  t.same(await client.skipSegment({ channelId }), DONE);
  await read(renderer, seen, (all) => (all.at(-1) ?? 0) >= 20_030);
  renderer.close();
  t.ok(seen.filter((number) => number === undefined).length > 60, 'slate in between');
  const first = seen[0] as number;
  onSchedule(t, seen, (tick) => {
    const frame = first - 10_000 + tick;
    return frame < 360 ? 10_000 + frame : 20_000 + frame - 360;
  });
  t.same(await faultsOf(channelId), faults);
  t.same(await client.stopChannel({ channelId }), DONE);
});

test('the decoder is restarted, and not a frame is lost or held', async (t) => {
  const channelId = 5;
  const { renderer, seen, faults } = await onAir(t, channelId, 'free');
  const { decoders } = await engine.snapshotWhere(channelId, (it) => it.bufferDepthFrames >= 55);
  const pid = decoders.find(({ role }) => role === 'live')?.pid;
  t.same(await client.restartDecoder({ channelId }), DONE);
  const until = seen.length + 150;
  await read(renderer, seen, ({ length }) => length >= until);
  renderer.close();
  onSchedule(t, seen, freeFrom(seen[0] as number));
  t.notOk(seen.includes(undefined), 'no slate');
  const after = await engine.snapshot(channelId);
  t.not(after.decoders.find(({ role }) => role === 'live')?.pid, pid);
  t.match(after, { state: 'ready', counters: { decoderRestarts: { operator: 1 } } });
  t.same(await faultsOf(channelId), faults);
  t.same(await client.stopChannel({ channelId }), DONE);
});

test('the channel has another host, on the same port and schedule', async (t) => {
  const channelId = 6;
  const { port, renderer, seen } = await onAir(t, channelId, 'free');
  const before = await engine.snapshot(channelId);
  t.same(await client.restartChannel({ channelId }), DONE);
  renderer.close();
  const after = await engine.snapshot(channelId);
  t.match(after, { state: 'ready', port, planHandle: 'free' });
  t.not(after.hostPid, before.hostPid);
  const again = connectY4m(port);
  await read(again, seen, (all) => all.length > 60 && all.at(-1) !== undefined);
  again.close();
  t.ok(await engine.logged((line) => line.event === 'host_restart_asked' && line.channel === channelId));
  t.notOk(engine.log.some(({ event, channel }) => event === 'host_lost' && channel === channelId));
  t.same(await client.stopChannel({ channelId }), DONE);
});

const INTERVENTIONS = [
  'takeSlate',
  'returnToPlan',
  'skipSegment',
  'restartDecoder',
  'restartChannel',
] as const;

test('each is refused on a channel that is unknown, and on one that is stopped', async (t) => {
  for (const channelId of [99, 6]) {
    for (const call of INTERVENTIONS)
      t.match(await client[call]({ channelId }), {
        success: false,
        errorMessage: /is not on air; start it with/,
      });
  }
  t.notMatch(await engine.metrics(), 'channel="99"');
});

async function post(http: string, channelId: number, action: string, headers: object = {}) {
  const asked = request(`http://${http}/channels/${channelId}/actions/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  }).end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const part of response.setEncoding('utf8')) body += part;
  return { status: response.statusCode, body: JSON.parse(body) };
}

test('over HTTP', async (t) => {
  const channelId = 7;
  const { renderer } = await onAir(t, channelId, 'free');
  renderer.close();
  t.match(await post(engine.http, channelId, 'take-slate', { origin: 'http://evil.example' }), {
    status: 403,
  });
  t.equal((await engine.snapshot(channelId)).operatorSlate, null);
  t.same(await post(engine.http, channelId, 'take-slate'), {
    status: 200,
    body: { success: true, error_message: '' },
  });
  t.match((await engine.snapshot(channelId)).operatorSlate, { sinceUtcMs: Number });
  t.match(await post(engine.http, channelId, 'return-to-plan'), { status: 200 });
  t.same(await client.stopChannel({ channelId }), DONE);
  t.match(await post(engine.http, channelId, 'skip-segment'), { status: 409, body: { success: false } });
  t.match(await post(engine.http, 99, 'skip-segment'), { status: 404 });
});

test('each can be switched off', async (t) => {
  const keys = ['TAKE_SLATE', 'SKIP_SEGMENT', 'RESTART_DECODER', 'RESET_BUDGET', 'RESTART_CHANNEL'];
  const off = await engineIn(t, folder, {
    environment: Object.fromEntries(keys.map((key) => [`RETROVUE_PLAYOUT_OPERATIONS__${key}`, 'false'])),
  });
  for (const call of [...INTERVENTIONS, 'resetBudget'] as const) {
    t.match(await off.client[call]({ channelId: 1 }), {
      success: false,
      errorMessage: /is switched off on this engine: operations\.\w+ is false in its configuration$/,
    });
  }
  t.match(await post(off.http, 1, 'take-slate'), { status: 403 });
});
