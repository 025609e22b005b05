/** Requests that make no sense: each is refused in words, and nobody else on the engine notices. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import tap, { type Test, test } from 'tap';
import { playoutApiVersion } from '../../src/control/api-version.js';
import { callRaw } from '../src/control/serving.js';
import { isFree, isShownAsError, refusesPlan, stopsCleanly, tells } from '../support/engine-asserts.js';
import { cleanEnvironment } from '../support/engine-process.js';
import { BYSTANDER, openStation } from '../support/station.js';
import { connectY4m } from '../support/y4m-reader.js';

const station = await openStation(tap);
const { engine, folder, bystanderPort } = station;
const { client } = engine;

for (const channelId of [0, -1, -2_147_483_648]) {
  test(`channel_id ${channelId} is refused by every call and never becomes a series`, async (t) => {
    const answers = [
      await client.startChannel({ channelId, planHandle: 'bystander', port: 0 }),
      await client.updatePlan({ channelId, planHandle: 'bystander' }),
      await client.loadPreview({ channelId, assetPath: 'long.mp4' }),
      await client.switchToLive({ channelId }),
      await client.stopChannel({ channelId }),
    ];
    for (const { success, errorMessage } of answers) {
      t.equal(success, false);
      tells(t, errorMessage, [
        `channel_id: ${channelId} `,
        'must be a whole number from 1 to 2147483647; send',
      ]);
    }
    t.notMatch(await engine.metrics(), `channel="${channelId}"`);
    t.equal((await fetch(`http://${engine.http}/channels/${channelId}`)).status, 400);
  });
}

for (const [channelId, port] of [
  [11, -1],
  [12, 65_536],
] as const) {
  test(`port ${port} is refused, and the channel that is not on air is shown as error`, async (t) => {
    const answer = await client.startChannel({ channelId, planHandle: 'bystander', port });
    t.match(answer, { success: false, port: 0 });
    tells(t, answer.errorMessage, [
      `port: ${port} `,
      'must be from 1 to 65535, or 0 to let the system pick one',
    ]);
    const { hostPid, detail } = await isShownAsError(t, engine, channelId);
    t.equal(hostPid, null, 'it costs no process');
    t.equal(detail, answer.errorMessage);
    await stopsCleanly(t, engine, channelId);
  });
}

test('a port taken by another process is refused, and can be had once it is free', async (t) => {
  const program = `require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
  const other = spawn(process.execPath, ['-e', program], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(other, 'close');
  const [line] = (await once(createInterface({ input: other.stdout }), 'line')) as [string];
  const port = Number(line);
  await refusesTakenPort(t, 13, port);
  other.kill();
  await gone;
  t.same(await client.startChannel({ channelId: 13, planHandle: 'bystander', port }), {
    success: true,
    errorMessage: '',
    port,
  });
  await stopsCleanly(t, engine, 13);
  t.equal(await isFree(port), true);
});

test("another channel's port is refused, and that channel keeps it", async (t) => {
  await refusesTakenPort(t, 14, bystanderPort);
  await stopsCleanly(t, engine, 14);
  t.equal((await engine.snapshot(BYSTANDER)).port, bystanderPort);
});

async function refusesTakenPort(t: Test, channelId: number, port: number): Promise<void> {
  const answer = await client.startChannel({ channelId, planHandle: 'bystander', port });
  t.match(answer, { success: false, port: 0 });
  tells(t, answer.errorMessage, [
    `port ${port} on 127.0.0.1 is taken by another`,
    'choose another, or 0 to let',
  ]);
  t.equal((await isShownAsError(t, engine, channelId)).hostPid, null);
}

test('port 0 works, says which port it became, and matches when it is repeated', async (t) => {
  const request = { channelId: 15, planHandle: 'bystander', port: 0 };
  const first = await client.startChannel(request);
  t.match(first, { success: true, errorMessage: '' });
  t.ok(first.port > 0);
  t.equal((await engine.snapshot(15)).port, first.port);
  const renderer = connectY4m(first.port);
  await renderer.frames(1);
  t.same(await client.startChannel(request), first);
  t.same(await client.startChannel({ ...request, port: first.port }), first);
  renderer.close();
  await stopsCleanly(t, engine, 15);
});

const OTHER_TERMS = [
  { planHandle: 'mock', port: 0 },
  { planHandle: 'bystander', port: bystanderPort === 65_535 ? 65_534 : bystanderPort + 1 },
  { planHandle: 'nowhere', port: bystanderPort },
  { planHandle: 'evil"\nplan', port: 0 },
];
test('a StartChannel with another plan or port changes nothing about a channel that is live', async (t) => {
  const { hostPid } = await engine.snapshot(BYSTANDER);
  for (const terms of OTHER_TERMS) {
    const answer = await client.startChannel({ channelId: BYSTANDER, ...terms });
    t.match(answer, { success: false, port: bystanderPort });
    tells(t, answer.errorMessage, [
      `channel_id ${BYSTANDER} is already on air with plan "bystander" on port ${bystanderPort}`,
      'use UpdatePlan for another plan, or StopChannel first',
    ]);
  }
  const badPort = await client.startChannel({ channelId: BYSTANDER, planHandle: 'bystander', port: -7 });
  t.equal(badPort.success, false);
  t.match(await engine.snapshot(BYSTANDER), { state: 'ready', hostPid, planHandle: 'bystander', detail: '' });
});

const HANDLES: readonly (readonly [name: string, handle: string, words: readonly (string | RegExp)[]])[] = [
  ['empty', '', ['plan_handle "": is empty; use the name of a plan']],
  ['blank', ' \t', ['plan_handle " \\t": is empty; use']],
  [
    'unknown',
    'nowhere',
    ['plan_handle "nowhere": there is no "nowhere.json"', 'write it or correct the handle'],
  ],
  [
    '64 kB long',
    'x'.repeat(65_536),
    [/plan_handle "x{80}…": is 65536 characters long/, 'at most 1024 are allowed; use'],
  ],
  ['with a newline and a quote', 'a"b\nc', ['plan_handle "a\\"b\\nc": contains line breaks', 'use the name']],
  ['that climbs out', '../../etc/passwd', ['plan_handle "../../etc/passwd": must not contain ".."; use']],
  [
    'that names a file elsewhere',
    '/etc/passwd',
    ['plan_handle "/etc/passwd": lies outside the media roots', 'move the file'],
  ],
  [
    'that is a URL of a file elsewhere',
    'file:///etc/passwd',
    ['"file:///etc/passwd": lies outside', 'move the file'],
  ],
  [
    'of a directory',
    `${folder}/temp`,
    [/plan_handle ".*temp": is a directory or device/, 'name a media file'],
  ],
  ['of the root itself', folder, [/plan_handle ".*": is a directory or device/, 'name a media file']],
  ['of a device', '/dev/zero', ['plan_handle "/dev/zero": lies outside the media roots', 'move the file']],
  [
    'of a network stream',
    'http://localhost/a.mp4',
    ['plan_handle "http://localhost/a.mp4":', 'names a network source', 'use the name of a plan'],
  ],
];

for (const [index, [name, planHandle, words]] of HANDLES.entries()) {
  test(`a handle ${name} is refused, slate airs, and StopChannel cleans up`, (t) =>
    refusesPlan(t, engine, { channelId: 100 + index, planHandle }, words));
}

test('UpdatePlan to a bad handle leaves the plan on air untouched', async (t) => {
  const before = await engine.snapshot(BYSTANDER);
  for (const [, planHandle, words] of HANDLES) {
    const answer = await client.updatePlan({ channelId: BYSTANDER, planHandle });
    t.equal(answer.success, false);
    tells(t, answer.errorMessage, words);
  }
  t.match(await engine.snapshot(BYSTANDER), {
    state: 'ready',
    planHandle: 'bystander',
    hostPid: before.hostPid,
    counters: { planRejections: HANDLES.length },
  });
});

test('LoadPreview of what is no asset leaves the plan on air untouched, and there is nothing to switch to', async (t) => {
  const before = await engine.snapshot(BYSTANDER);
  for (const [assetPath, words] of [
    ['', ['asset_path "": is empty']],
    ['gone.mp4', ['asset_path "gone.mp4": does not exist in the media roots']],
    ['/etc/passwd', ['asset_path "/etc/passwd": lies outside the media roots']],
    ['../../etc/passwd', ['contains ".."']],
    ['https://example.com/a.mp4', ['is not a file']],
    ['pipe:0', ['does not exist in the media roots']],
    ['-i', ['does not exist in the media roots']],
    ['a\u0000b\n\u202e.mp4', ['contains control characters']],
    ['y'.repeat(1_000_000), [/"y{80}…": is 1000000 characters long/]],
  ] as const) {
    const answer = await client.loadPreview({ channelId: BYSTANDER, assetPath });
    t.equal(answer.success, false);
    tells(t, answer.errorMessage, words);
    const live = await client.switchToLive({ channelId: BYSTANDER });
    t.match(live, { success: false, startUs: 0 });
    tells(t, live.errorMessage, ['no preview is loaded: asset_path', ...words]);
  }
  t.match(await engine.snapshot(BYSTANDER), { state: 'ready', hostPid: before.hostPid, preview: null });
});

test('a handle of a megabyte costs no more than its refusal', async (t) => {
  const answer = await client.startChannel({ channelId: 16, planHandle: 'y'.repeat(1_000_000), port: 0 });
  t.equal(answer.success, false);
  tells(t, answer.errorMessage, [/"y{80}…": is 1000000 characters long/]);
  const page = await (await fetch(`http://${engine.http}/channels`)).text();
  t.ok(page.length < 100_000, `what everyone may ask for stays small (${page.length} bytes)`);
  const longest = Math.max(...engine.log.map((line) => JSON.stringify(line).length));
  t.ok(longest < 10_000, `and so does the log (${longest} bytes in a line)`);
  await stopsCleanly(t, engine, 16);
});

test('StopChannel of an unknown channel succeeds and makes no series', async (t) => {
  t.same(await client.stopChannel({ channelId: 77 }), { success: true, errorMessage: '' });
  t.notMatch(await engine.metrics(), 'channel="77"');
  t.equal((await fetch(`http://${engine.http}/channels/77`)).status, 404);
});

test('UpdatePlan of an unknown channel is refused and makes no series', async (t) => {
  const answer = await client.updatePlan({ channelId: 78, planHandle: 'bystander' });
  t.equal(answer.success, false);
  tells(t, answer.errorMessage, ['channel_id 78 is not on air; start it with StartChannel']);
  t.notMatch(await engine.metrics(), 'channel="78"');
});

test('LoadPreview and SwitchToLive of an unknown channel are refused and make no series', async (t) => {
  for (const { success, errorMessage } of [
    await client.loadPreview({ channelId: 79, assetPath: 'long.mp4' }),
    await client.switchToLive({ channelId: 79 }),
  ]) {
    t.equal(success, false);
    tells(t, errorMessage, ['channel_id 79 is not on air; start it with StartChannel']);
  }
  t.notMatch(await engine.metrics(), 'channel="79"');
});

test('bytes that are no message are refused by the transport, and the next call is served', async (t) => {
  const raw = new (makeGenericClientConstructor({}, 'raw'))(engine.grpc, credentials.createInsecure());
  t.teardown(() => raw.close());
  const call = (bytes: Uint8Array) => callRaw(raw, '/retrovue.playout.PlayoutControl/StartChannel', bytes);
  await t.rejects(call(Buffer.from([0xff, 0xff, 0xff, 0xff])), 'no protobuf');
  await t.rejects(call(Buffer.from([0x08, 0x80])), 'cut short within a number');
  await t.rejects(call(Buffer.alloc(5_000_000)), 'over the limit of 4 MB');
  t.equal(await client.getVersion(), playoutApiVersion());
});

test('a client that speaks no gRPC, or no HTTP, is hung up on', async (t) => {
  for (const address of [engine.grpc, engine.http]) {
    const [host, port] = address.split(':');
    const socket = net.connect(Number(port), host);
    socket.on('error', () => {});
    socket.write(`\x00\xff${'garbage\r\n'.repeat(1000)}\r\n\r\n`);
    await once(socket.resume(), 'close');
  }
  t.equal(await client.getVersion(), playoutApiVersion());
  t.equal((await fetch(`http://${engine.http}/healthz`)).status, 200);
});

test('through all of it the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
