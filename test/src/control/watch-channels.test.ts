/** WatchChannels and the other showing methods, without an engine behind them. */
import { once } from 'node:events';
import { type ClientReadableStream, credentials, type ServiceError } from '@grpc/grpc-js';
import { type Test, test } from 'tap';
import type { WatchChannelsResponse__Output } from '../../../src/control/generated/retrovue/playout/WatchChannelsResponse.js';
import { loadPlayoutPackage } from '../../../src/control/playout-package.js';
import type { ChannelFeed } from '../../../supervisors/engine/channel-feed.js';
import { sampleSnapshot } from '../observe/sample-snapshot.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { serving } from './serving.js';
import { sightsOf } from './sights.js';

type Watch = ClientReadableStream<WatchChannelsResponse__Output>;

async function watching(t: Test, sights = sightsOf([sampleSnapshot({ channelId: 7 })])) {
  const { address } = await serving(t, inMemoryCommands(), sights);
  const { PlayoutOperations } = loadPlayoutPackage();
  const client = new PlayoutOperations(address, credentials.createInsecure());
  t.teardown(() => client.close());
  return { sights, client, watch: (): Watch => client.WatchChannels({}) };
}

async function next(call: Watch): Promise<WatchChannelsResponse__Output> {
  const [message] = await once(call, 'data');
  return message;
}

test('what is told is the snapshot, the change, the end of a channel', async (t) => {
  const { sights, watch } = await watching(t);
  const call = watch().on('error', () => {});
  const first = await next(call);
  t.match(first, { sequence: '1', snapshot: { instance: 'this life' } });
  t.match(first.snapshot?.channels, [{ channel_id: 7, state: 'CHANNEL_STATE_READY', port: 9007 }]);
  sights.clock.advance(1000);
  const changed = next(call);
  sights.show(sampleSnapshot({ channelId: 7, state: 'error', detail: 'a lone \ud800 surrogate' }));
  const { sequence, change } = await changed;
  t.match(
    { sequence, ...change },
    { sequence: '2', state: 'CHANNEL_STATE_ERROR', detail: 'a lone \ufffd surrogate' },
  );
  t.equal(JSON.parse(change?.snapshot_json ?? '').detail, 'a lone \ud800 surrogate');
  const gone = next(call);
  sights.forget(7);
  t.match(await gone, { sequence: '3', gone_channel_id: 7 });
  call.cancel();
});

test('so many may watch and no more, until one of them is gone', async (t) => {
  const { watch } = await watching(t);
  const calls = Array.from({ length: 64 }, () => watch().on('error', () => {}));
  await Promise.all(calls.map(next));
  const [refused] = (await once(
    watch().on('data', () => {}),
    'error',
  )) as [ServiceError];
  t.match(refused, { code: 8, details: /^64 clients watch the channels already; / });
  calls[0]?.cancel();
  for (;;) {
    const call = watch();
    const message = await next(call.on('data', () => {})).catch(() => undefined);
    call.on('error', () => {}).cancel();
    if (message !== undefined) break;
  }
  for (const call of calls) call.cancel();
});

test('one that could not be told takes no place', async (t) => {
  const sights = sightsOf([sampleSnapshot({ channelId: 7 })]);
  let fails = true;
  const feed: ChannelFeed = {
    ...sights.feed,
    watch(sink, channelIds) {
      if (fails) throw new Error('secret detail');
      return sights.feed.watch(sink, channelIds);
    },
  };
  const { watch } = await watching(t, { ...sights, feed });
  for (let call = 0; call < 65; call++) {
    const [error] = (await once(
      watch().on('data', () => {}),
      'error',
    )) as [ServiceError];
    t.match(error, { code: 13, details: "the feed failed; the engine's log has more" });
  }
  fails = false;
  const call = watch().on('error', () => {});
  t.match(await next(call), { sequence: '1' });
  call.cancel();
});

test('one that is dropped is told why', async (t) => {
  const { sights, watch } = await watching(t);
  const call = watch();
  const error = once(call, 'error');
  // Nothing more is read until the engine has given up: its patience is the fake clock's.
  await next(call);
  call.pause();
  for (let round = 0; round < 2000; round++) {
    sights.clock.advance(100);
    sights.show(sampleSnapshot({ channelId: 7, consumers: round, detail: 'x'.repeat(5000) }));
    await new Promise(setImmediate);
  }
  sights.clock.advance(30_000);
  call.resume();
  t.match((await error)[0], { code: 8, details: 'nothing was read for 30 s' });
});

test('one that begins to read before that is told everything afresh, as it is then', async (t) => {
  const sights = sightsOf([sampleSnapshot({ channelId: 7 }), sampleSnapshot({ channelId: 8 })]);
  let full = false;
  const feed: ChannelFeed = {
    ...sights.feed,
    watch: (sink, channelIds) =>
      sights.feed.watch(
        {
          send(sequence, message) {
            full = !sink.send(sequence, message);
            return !full;
          },
          drop: (reason) => sink.drop(reason),
        },
        channelIds,
      ),
  };
  const { watch } = await watching(t, { ...sights, feed });
  const call = watch();
  const told = [await next(call)];
  call.pause();
  let round = 0;
  const news = () =>
    sights.show(sampleSnapshot({ channelId: 7, consumers: ++round, detail: 'x'.repeat(5000) }));
  while (!full) {
    sights.clock.advance(100);
    news();
    await new Promise(setImmediate);
  }
  const missedFrom = round;
  sights.clock.advance(29_000);
  sights.forget(8);
  for (let missed = 0; missed < 5; missed++) {
    news();
    sights.clock.advance(100);
  }
  for await (const message of call) {
    told.push(message);
    if (message.snapshot) break;
  }
  const consumersIn = (message: WatchChannelsResponse__Output | undefined) =>
    [message?.change ?? message?.snapshot?.channels ?? []]
      .flat()
      .map(({ snapshot_json }) => JSON.parse(snapshot_json).consumers);
  t.strictSame(consumersIn(told.at(-2)), [missedFrom], 'what waited comes first');
  t.strictSame(
    consumersIn(told.at(-1)),
    [missedFrom + 5],
    'then what changed meanwhile, and only who is left',
  );
  t.strictSame(
    told.map(({ sequence }) => Number(sequence)),
    told.map((_, index) => index + 1),
    'and no number is left out',
  );
});
