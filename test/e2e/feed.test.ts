/** Watching a real engine, over HTTP and gRPC, as its users do. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type Client, type ClientReadableStream, credentials } from '@grpc/grpc-js';
import tap, { test } from 'tap';
import type { WatchChannelsResponse__Output } from '../../src/control/generated/retrovue/playout/WatchChannelsResponse.js';
import { loadPlayoutPackage } from '../../src/control/playout-package.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import { descendants } from '../support/engine-process.js';
import { BYSTANDER, openStation } from '../support/station.js';

const station = await openStation(tap);
const { engine } = station;
const { PlayoutOperations } = loadPlayoutPackage();
const operations = new PlayoutOperations(engine.grpc, credentials.createInsecure());
tap.teardown(() => (operations as unknown as Client).close());

interface SeenEvent {
  readonly id: number;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a stranger would see.
  readonly data: any;
}

/** The events of a stream, as they come; ends it when it is not read any further. */
async function* events(query = ''): AsyncGenerator<SeenEvent> {
  const asked = request(`http://${engine.http}/events${query}`).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  let text = '';
  try {
    for await (const part of response.setEncoding('utf8')) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
        if (!fields.has('event')) continue;
        const data = JSON.parse(fields.get('data') ?? '');
        yield { id: Number(fields.get('id')), event: fields.get('event') ?? '', data };
      }
    }
  } finally {
    asked.on('error', () => {}).destroy();
  }
}

function node(root: TreeNode, ...path: string[]): TreeNode {
  let at: TreeNode | undefined = root;
  for (const id of path) at = at?.children.find((child) => child.id === id);
  if (at === undefined) throw new Error(`no ${path.join('/')} in ${JSON.stringify(root)}`);
  return at;
}

async function tree(): Promise<TreeNode> {
  return (await fetch(`http://${engine.http}/tree`)).json() as Promise<TreeNode>;
}

test('a watcher sees a channel start, lose its decoder, recover, stop, over SSE', async (t) => {
  let started = false;
  let killed = false;
  let stopped = false;
  const states = new Set<string>();
  let sequence = 0;
  for await (const { id, event, data } of events()) {
    t.equal(id, ++sequence);
    t.equal(data.sequence, id);
    if (!started) {
      t.equal(event, 'snapshot');
      t.match(data.instance, /^[0-9a-f-]{36}$/);
      t.match(data.channels, [{ version: 1, channelId: BYSTANDER }]);
      started = true;
      void engine.client.startChannel({ channelId: 7, planHandle: 'bystander', port: 0 });
      continue;
    }
    if (data.channel?.channelId !== 7) continue;
    const { state, decoders } = data.channel;
    states.add(state);
    const pid = decoders[0]?.pid;
    if (state === 'ready' && pid && !killed) {
      process.kill(pid, 'SIGKILL');
      killed = true;
      states.clear();
    } else if (killed && states.has('error') && state === 'ready' && !stopped) {
      stopped = true;
      void engine.client.stopChannel({ channelId: 7 });
    } else if (state === 'stopped') break;
  }
  t.ok(stopped, 'and it was told of the loss and of the recovery');
});

test('of one channel, only that is told', async (t) => {
  let seen = 0;
  for await (const { event, data } of events(`?channel=${BYSTANDER}`)) {
    if (event === 'snapshot') t.match(data.channels, [{ channelId: BYSTANDER }]);
    else t.equal(data.channel.channelId, BYSTANDER);
    if (++seen === 3) break;
  }
  for (const id of ['abc', '0', '2147483648', '']) {
    const { status } = await fetch(`http://${engine.http}/events?channel=${id}`);
    t.equal(status, 400, id);
  }
});

test('gRPC shows what HTTP shows, to the letter', async (t) => {
  const call = operations.WatchChannels({ channel_ids: [BYSTANDER] });
  const seen: string[] = [];
  let sequence = 0;
  for await (const message of call as ClientReadableStream<WatchChannelsResponse__Output>) {
    t.equal(Number(message.sequence), ++sequence);
    seen.push(message.snapshot ? 'snapshot' : message.change ? 'change' : 'gone');
    if (seen.length === 3) break;
  }
  t.strictSame(seen, ['snapshot', 'change', 'change']);

  const { channels } = await answerOf('ListChannels', {});
  t.ok(channels.some((each: { channel_id: number }) => each.channel_id === BYSTANDER));
  // One that is not on air and has all its restarts: in its snapshot nothing depends on when it is asked for.
  await engine.client.startChannel({ channelId: 9, planHandle: 'bystander', port: -1 });
  const refused = await (await fetch(`http://${engine.http}/channels/9`)).text();
  const { channel } = await answerOf('GetChannel', { channel_id: 9 });
  t.match(channel, { channel_id: 9, state: 'CHANNEL_STATE_ERROR', healthy: false, port: 0 });
  t.equal(`${channel.snapshot_json}\n`, refused);
});

test('a channel that is not known, or no channel, is refused in words', async (t) => {
  t.match(await answerOf('GetChannel', { channel_id: 12345 }), {
    success: false,
    error_message: /^channel_id 12345 is not known: /,
    channel: null,
  });
  for (const channelId of [0, -1]) {
    t.match(await answerOf('GetChannel', { channel_id: channelId }), {
      success: false,
      error_message: new RegExp(`^channel_id: ${channelId} is not a channel: `),
    });
    const call = operations.WatchChannels({ channel_ids: [1, channelId] }).on('data', () => {});
    const [error] = await once(call, 'error');
    t.match(error, { code: 3, details: new RegExp(`^channel_ids: ${channelId} is not a channel`) });
  }
});

test('the tree goes from the root to every process there is, and counts what is restarted', async (t) => {
  const before = await tree();
  t.match(before, { id: 'root', state: 'running', pid: engine.pid, detail: /^one_for_one, / });
  t.strictSame(
    before.children.map(({ id, type, state }) => [id, type, state]),
    [
      ['spare-host', 'process', 'running'],
      ['channels', 'supervisor', 'running'],
      ['telemetry', 'worker', 'running'],
      ['control', 'worker', 'running'],
    ],
  );
  const path = ['channels', `channel-${BYSTANDER}`, 'host'];
  const supervisor = node(before, ...path, 'channel-supervisor');
  t.strictSame(
    supervisor.children.map(({ id, type, state, restarts }) => [id, type, state, restarts]),
    [
      ['output', 'worker', 'running', 0],
      ['pacer', 'worker', 'running', 0],
      ['source', 'supervisor', 'running', 0],
    ],
  );
  const pids: number[] = [];
  const collect = (at: TreeNode) => {
    if (at.pid !== null) pids.push(at.pid);
    at.children.forEach(collect);
  };
  collect(before);
  const really = await descendants(engine.pid);
  t.ok(
    pids.slice(1).every((pid) => really.includes(pid)),
    'every pid in it is a process of the engine',
  );
  t.ok(pids.includes(node(before, 'spare-host').pid ?? 0));

  await engine.client.startChannel({ channelId: 8, planHandle: 'bystander', port: 0 });
  const host = node(await tree(), 'channels', 'channel-8', 'host');
  t.equal(host.restarts, 0);
  process.kill(host.pid ?? 0, 'SIGKILL');
  await engine.snapshotWhere(8, ({ state, hostPid }) => state === 'ready' && hostPid !== host.pid);
  const after = node(await tree(), 'channels', 'channel-8', 'host');
  t.match(after, { restarts: 1, state: 'running' });
  t.not(after.pid, host.pid);
  t.ok(after.sinceUtcMs > host.sinceUtcMs);
  t.equal(node(await tree(), 'channels', 'channel-8').restarts, 0);

  const { root } = await answerOf('GetTree', {});
  t.match(root, { id: 'root', type: 'supervisor', pid: engine.pid, state: 'running' });
  t.match(
    root.children.map(({ id }: { id: string }) => id),
    ['spare-host', 'channels', 'telemetry', 'control'],
  );
  await engine.client.stopChannel({ channelId: 8 });
  t.notOk(node(await tree(), 'channels').children.some(({ id }) => id === 'channel-8'));
});

test('an engine that stops ends its streams at once, and nobody lost a frame', async (t) => {
  const watched = events();
  await watched.next();
  const call = operations.WatchChannels({}).on('data', () => {});
  await once(call, 'data');
  const error = once(call, 'error');
  await station.close(t);
  t.match((await error)[0], { code: 14 });
  for await (const _ of watched);
});

// biome-ignore lint/suspicious/noExplicitAny: what a stranger would see.
function answerOf(method: 'ListChannels' | 'GetChannel' | 'GetTree', message: object): Promise<any> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer));
    if (method === 'ListChannels') operations.ListChannels(message, callback);
    else if (method === 'GetChannel') operations.GetChannel(message, callback);
    else operations.GetTree(message, callback);
  });
}
