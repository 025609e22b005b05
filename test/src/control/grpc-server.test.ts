/** The edge of the control API: what reaches the domain, what is refused before it, and what a client is told. */
import { type Client, status } from '@grpc/grpc-js';
import t from 'tap';
import { playoutApiVersion } from '../../../src/control/api-version.js';
import { ControlServerError } from '../../../src/control/control-server-error.js';
import { createControlServer } from '../../../src/control/grpc-server.js';
import { deferred } from '../../../supervisors/deferred.js';
import { ACTION_NAMES, ACTIONS } from '../../../supervisors/engine/operations.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { callRaw, decode, encode, serving } from './serving.js';
import { sightsOf } from './sights.js';

const INTERVENTIONS = ACTION_NAMES.map((action) => ACTIONS[action].call);
const METHOD = '/retrovue.playout.PlayoutControl/';
const RESET_BUDGET = '/retrovue.playout.PlayoutOperations/ResetBudget';

const startRaw = async (raw: Client, fields: object) =>
  decode(
    'StartChannelResponse',
    await callRaw(raw, `${METHOD}StartChannel`, encode('StartChannelRequest', fields)),
  );

t.test('each method hands its request to the domain and gives back its answer', async (t) => {
  const commands = inMemoryCommands({
    updatePlan: async () => ({ success: false, errorMessage: 'plan "noon": not found' }),
  });
  const { client } = await serving(t, commands);
  t.same(await client.startChannel({ channelId: 7, planHandle: 'morning', port: 0 }), {
    success: true,
    errorMessage: '',
    port: 40_000,
  });
  t.same(await client.updatePlan({ channelId: 7, planHandle: 'noon' }), {
    success: false,
    errorMessage: 'plan "noon": not found',
  });
  t.same(await client.loadPreview({ channelId: 7, assetPath: 'promo.mp4' }), {
    success: true,
    errorMessage: '',
  });
  t.same(await client.switchToLive({ channelId: 7 }), {
    success: true,
    errorMessage: '',
    startUs: 40_000_000,
  });
  t.same(await client.stopChannel({ channelId: 7 }), { success: true, errorMessage: '' });
  for (const intervention of INTERVENTIONS)
    t.same(await client[intervention]({ channelId: 7 }), { success: true, errorMessage: '' });
  t.equal(await client.getVersion(), playoutApiVersion());
  t.same(commands.calls, [
    ['startChannel', { channelId: 7, planHandle: 'morning', port: 0 }],
    ['updatePlan', { channelId: 7, planHandle: 'noon' }],
    ['loadPreview', { channelId: 7, assetPath: 'promo.mp4' }],
    ['switchToLive', { channelId: 7 }],
    ['stopChannel', { channelId: 7 }],
    ...INTERVENTIONS.map((intervention) => [intervention, { channelId: 7 }]),
  ]);
});

t.test('what is said of a preview beside success: a decoder has it ready, where it begins', async (t) => {
  let success = true;
  const { raw } = await serving(
    t,
    inMemoryCommands({
      loadPreview: async () => ({ success, errorMessage: '' }),
      // A day and a half at 29.97: more than 32 bits hold.
      switchToLive: async () => ({ success, errorMessage: '', startUs: success ? 129_600_033_367 : 0 }),
    }),
  );
  const ask = async (method: 'LoadPreview' | 'SwitchToLive') => {
    const request = encode(`${method}Request`, { channel_id: 1, asset_path: 'promo.mp4' });
    return decode(`${method}Response`, await callRaw(raw, `${METHOD}${method}`, request));
  };
  t.match(await ask('LoadPreview'), { success: true, shadow_decode_started: true });
  const live = (await ask('SwitchToLive')) as { pts_contiguous?: unknown; live_start_pts?: unknown };
  t.equal(live.pts_contiguous, true);
  t.equal(String(live.live_start_pts), '129600033367');
  success = false;
  t.notOk(((await ask('LoadPreview')) as { shadow_decode_started?: unknown }).shadow_decode_started);
  t.notOk(((await ask('SwitchToLive')) as { pts_contiguous?: unknown }).pts_contiguous);
});

t.test(
  'a channel id below 1 is refused by every method, in words, and the domain never hears of it',
  async (t) => {
    const commands = inMemoryCommands();
    const { client, refusedStarts } = await serving(t, commands);
    for (const channelId of [0, -1, -2_147_483_648]) {
      for (const answer of [
        await client.startChannel({ channelId, planHandle: 'mock', port: 0 }),
        await client.updatePlan({ channelId, planHandle: 'mock' }),
        await client.loadPreview({ channelId, assetPath: 'promo.mp4' }),
        await client.switchToLive({ channelId }),
        await client.stopChannel({ channelId }),
        ...(await Promise.all(INTERVENTIONS.map((intervention) => client[intervention]({ channelId })))),
      ]) {
        t.equal(answer.success, false);
        t.match(answer.errorMessage, `channel_id: ${channelId} is not a channel`);
        t.match(answer.errorMessage, 'from 1 to 2147483647');
      }
    }
    t.same(commands.calls, []);
    t.same(refusedStarts, [], 'there is no channel to be shown as error');
  },
);

t.test('a port outside 0..65535 is refused in words, and whose start it was is reported', async (t) => {
  const commands = inMemoryCommands();
  const { client, refusedStarts } = await serving(t, commands);
  for (const port of [-1, 65_536, 2_147_483_647]) {
    const answer = await client.startChannel({ channelId: 3, planHandle: 'mock', port });
    t.match(answer, { success: false, port: 0 });
    t.match(answer.errorMessage, `port: ${port} is not a TCP port`);
    t.same(refusedStarts.pop(), [3, answer.errorMessage]);
  }
  t.same(commands.calls, []);
  for (const port of [0, 1, 65_535]) {
    t.match(await client.startChannel({ channelId: 3, planHandle: 'mock', port }), { success: true });
  }
  t.equal(commands.calls.length, 3);
});

t.test('two wrong fields are both named', async (t) => {
  const { client } = await serving(t, inMemoryCommands());
  const { errorMessage } = await client.startChannel({ channelId: 0, planHandle: '', port: 70_000 });
  t.match(errorMessage, /channel_id: 0 .*port: 70000 /s);
});

t.test(
  'a plan handle reaches the domain as it is: empty, 64 kB long, with quotes and newlines',
  async (t) => {
    const commands = inMemoryCommands();
    const { client } = await serving(t, commands);
    const handles = ['', 'x'.repeat(64 * 1024), 'a"b\nc\u0000d', '../../etc/passwd', 'Nachrichten 📺'];
    for (const planHandle of handles) await client.updatePlan({ channelId: 1, planHandle });
    t.same(
      commands.calls,
      handles.map((planHandle) => ['updatePlan', { channelId: 1, planHandle }]),
    );
  },
);

t.test('unknown fields are ignored', async (t) => {
  const commands = inMemoryCommands();
  const { raw } = await serving(t, commands);
  // Field 99, length-delimited: "new".
  const unknown = Buffer.from([0x9a, 0x06, 0x03, ...Buffer.from('new')]);
  const known = encode('StartChannelRequest', { channel_id: 5, plan_handle: 'mock', port: 9005 });
  const answer = await callRaw(raw, `${METHOD}StartChannel`, Buffer.concat([known, unknown]));
  t.match(decode('StartChannelResponse', answer), { success: true, port: 9005 });
  t.same(commands.calls, [['startChannel', { channelId: 5, planHandle: 'mock', port: 9005 }]]);
});

t.test('a client that states another major version is refused and told both', async (t) => {
  const commands = inMemoryCommands();
  const { raw } = await serving(t, commands);
  const own = playoutApiVersion();
  const stop = encode('StopChannelRequest', { channel_id: 1 });
  const other = `${Number.parseInt(own, 10) + 1}.0.0`;
  for (const stated of [other, '0.9.0', 'banana', '']) {
    await t.rejects(callRaw(raw, `${METHOD}StopChannel`, stop, { 'playout-api-version': stated }), {
      code: status.FAILED_PRECONDITION,
      details: new RegExp(`"${stated}".*"${own}"`),
    });
    const reset = callRaw(raw, RESET_BUDGET, stop, { 'playout-api-version': stated });
    await t.rejects(reset, { code: status.FAILED_PRECONDITION }, 'operations have the same version');
  }
  t.same(commands.calls, []);
  const [major] = own.split('.');
  for (const stated of [own, `${major}.99.3`, `${major}`]) {
    await callRaw(raw, `${METHOD}StopChannel`, stop, { 'playout-api-version': stated });
  }
  t.equal(commands.calls.length, 3);
});

t.test('a message over 4 MB is refused by the transport, and the server goes on', async (t) => {
  const { client } = await serving(t, inMemoryCommands());
  await t.rejects(client.updatePlan({ channelId: 1, planHandle: 'x'.repeat(4 * 1024 * 1024) }), {
    code: 'refused',
    message: /RESOURCE_EXHAUSTED/,
  });
  t.match(await client.stopChannel({ channelId: 1 }), { success: true });
});

t.test('bytes that are no message, and methods that do not exist, harm nobody', async (t) => {
  const commands = inMemoryCommands();
  const { raw } = await serving(t, commands);
  await t.rejects(callRaw(raw, `${METHOD}StartChannel`, Buffer.from([0x12, 0xff, 0xff, 0xff])), {
    code: status.INTERNAL,
  });
  await t.rejects(callRaw(raw, `${METHOD}Explode`, Buffer.alloc(0)), { code: status.UNIMPLEMENTED });
  t.same(commands.calls, []);
  t.match(await startRaw(raw, { channel_id: 1, plan_handle: 'mock', port: 9001 }), { success: true });
});

t.test(
  'an exception of the domain becomes a short answer and a report, whichever way it is thrown',
  async (t) => {
    const boom = new Error(`boom\n${'x'.repeat(5000)}`);
    const { client, errors } = await serving(
      t,
      inMemoryCommands({
        startChannel: () => Promise.reject(boom),
        updatePlan: () => {
          throw boom;
        },
        stopChannel: () => Promise.reject(undefined),
        resetBudget: () => Promise.reject(boom),
      }),
    );
    for (const answer of [
      await client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 }),
      await client.updatePlan({ channelId: 1, planHandle: 'mock' }),
    ]) {
      t.equal(answer.success, false);
      t.match(answer.errorMessage, /failed inside the engine: "boom\\nx+…"/);
      t.ok(answer.errorMessage.length < 300);
    }
    t.match(await client.stopChannel({ channelId: 1 }), {
      success: false,
      errorMessage: /StopChannel failed/,
    });
    t.match(await client.resetBudget({ channelId: 1 }), {
      success: false,
      errorMessage: /ResetBudget failed inside the engine: "boom/,
    });
    t.same(errors, [
      [boom, 'StartChannel'],
      [boom, 'UpdatePlan'],
      [undefined, 'StopChannel'],
      [boom, 'ResetBudget'],
    ]);
  },
);

t.test('an answer is valid UTF-8 even where the domain quotes half a character', async (t) => {
  const { raw } = await serving(
    t,
    inMemoryCommands({ stopChannel: async () => ({ success: false, errorMessage: 'half \ud83d' }) }),
  );
  const bytes = await callRaw(raw, `${METHOD}StopChannel`, encode('StopChannelRequest', { channel_id: 1 }));
  t.doesNotThrow(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  t.same(decode('StopChannelResponse', bytes), { success: false, error_message: 'half \ufffd' });
});

t.test('a client that hangs up does not cancel its command, and the next one is served', async (t) => {
  const { promise: started, resolve: finish } = deferred<void>();
  const { promise: arrival, resolve: arrived } = deferred<void>();
  const done: number[] = [];
  const { client, raw, errors } = await serving(
    t,
    inMemoryCommands({
      async startChannel({ channelId }) {
        arrived();
        await started;
        done.push(channelId);
        return { success: true, errorMessage: '', port: 9001 };
      },
    }),
  );
  const call = raw.makeUnaryRequest(
    `${METHOD}StartChannel`,
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => bytes,
    encode('StartChannelRequest', { channel_id: 1 }),
    () => {},
  );
  await arrival;
  call.cancel();
  t.match(await client.stopChannel({ channelId: 2 }), { success: true });
  finish();
  t.match(await client.startChannel({ channelId: 3, planHandle: 'mock', port: 0 }), { success: true });
  t.same(done, [1, 3]);
  t.same(errors, []);
});

t.test('an address in use is a clear error, and the server can be started once it is free', async (t) => {
  const { server, address } = await serving(t, inMemoryCommands());
  const second = createControlServer({
    commands: inMemoryCommands(),
    sights: sightsOf(),
    address,
    onError: () => {},
  });
  await t.rejects(second.start(), {
    code: 'address_in_use',
    message: new RegExp(`^gRPC address ${address} is in use: .*second engine.*--grpc HOST:PORT$`),
  });
  await server.stop();
  t.match(await second.start(), { port: Number(address.split(':')[1]) });
  await second.stop();
});

t.test('an address that is none, or not this machine’s, says so', async (t) => {
  const create = (address: string) =>
    createControlServer({ commands: inMemoryCommands(), sights: sightsOf(), address, onError: () => {} });
  for (const address of [
    '',
    'localhost',
    ':50051',
    '127.0.0.1:',
    '127.0.0.1:65536',
    'unix:/tmp/x',
    '::1:5\n',
  ]) {
    t.throws(() => create(address), { code: 'bad_address', message: /is not HOST:PORT/ }, address);
  }
  const elsewhere = create('192.0.2.1:50051');
  await t.rejects(elsewhere.start(), {
    code: 'address_refused',
    message: /192\.0\.2\.1:50051 cannot be listened on/,
  });
  t.ok(new ControlServerError('bad_address', '') instanceof Error);
});
