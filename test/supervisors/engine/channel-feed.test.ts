import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'tap';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import type { ChannelViews } from '../../../supervisors/engine/channel-commands.js';
import {
  type ChannelFeed,
  createChannelFeed,
  type FeedMessage,
} from '../../../supervisors/engine/channel-feed.js';
import type { ChannelView, Condition } from '../../../supervisors/engine/channel-view.js';
import type { FeedSink, FeedWatch } from '../../../supervisors/engine/feed-watcher.js';
import { sampleSnapshot, viewsOf } from '../../src/observe/sample-snapshot.js';
import { FakeClock } from '../../support/fake-clock.js';
import { createWorld } from './fake-world.js';

const ON_AIR = {
  planHandle: 'morning',
  planHash: 'h',
  segmentIndex: 0,
  segmentType: 'content',
  assetUri: 'a.mp4',
  segmentFrame: 1,
  segmentFrames: 1000,
  title: 'a.mp4',
  positionMs: 33,
  durationMs: 33_333,
  startedUtcMs: 1_795_334_400_000,
  endsUtcMs: 1_795_334_433_333,
  turn: 0,
};

const DECODER = {
  incarnation: 1,
  role: 'live',
  pid: null,
  asset: 'a.mp4',
  segmentIndex: 0,
  framesDelivered: 1,
  framesOrdered: 2,
  waitingForRoom: false,
  uptimeMs: 1,
  lastFrameAgeMs: 5,
  speed: 1,
  usage: null,
  arguments: ['ffmpeg'],
} as const;

/** Channels as an engine shows them, and a feed over them. */
function stage(...channelIds: number[]) {
  const clock = new FakeClock(1_000_000);
  const shown = new Map<number, ChannelSnapshot & Partial<ChannelView>>();
  const current = () => viewsOf([...shown.values()].sort((a, b) => a.channelId - b.channelId));
  const views: ChannelViews = {
    snapshots: () => current().snapshots(),
    snapshot: (channelId) => current().snapshot(channelId),
    timeline: () => undefined,
  };
  const feed = createChannelFeed({ views, clock, instance: 'this life' });
  const show = (channelId: number, changes: Partial<ChannelView>) => {
    const before = shown.get(channelId) ?? sampleSnapshot({ channelId });
    shown.set(channelId, { ...before, ...changes });
    feed.changed(channelId);
  };
  const forget = (channelId: number) => {
    shown.delete(channelId);
    feed.changed(channelId);
  };
  for (const channelId of channelIds) show(channelId, {});
  return { clock, views, feed, show, forget };
}

/** Applies what it is told, as any client would, and fails where the protocol is broken. */
class Client implements FeedSink {
  readonly known = new Map<number, ChannelSnapshot>();
  readonly heard: string[] = [];
  sequence = 0;
  /** How many more messages it takes before it is full. */
  room = Number.POSITIVE_INFINITY;
  dropped: string | undefined;
  watch: FeedWatch | undefined;

  send(sequence: number, message: FeedMessage): boolean {
    if (this.room <= 0) throw new Error('written to while it is full');
    if (sequence !== this.sequence + 1) throw new Error(`${sequence} follows ${this.sequence}`);
    if (this.sequence === 0 && message.event !== 'snapshot') throw new Error('no snapshot first');
    this.sequence = sequence;
    const { event } = message;
    if (event === 'snapshot') this.known.clear();
    const channels = event === 'snapshot' ? message.channels : event === 'change' ? [message.channel] : [];
    for (const { snapshot, json } of channels) this.known.set(snapshot.channelId, JSON.parse(json));
    if (event === 'gone') this.known.delete(message.channelId);
    this.heard.push(event === 'gone' ? `gone ${message.channelId}` : `${event} ${channels.map(idOf)}`);
    this.room--;
    return this.room > 0;
  }

  drop(reason: string): void {
    this.dropped = reason;
  }

  reads(messages = Number.POSITIVE_INFINITY): void {
    this.room = messages;
    this.watch?.hasRoom();
  }
}

const idOf = ({ snapshot }: { readonly snapshot: ChannelSnapshot }) => snapshot.channelId;

test('a watcher is told everything, then the changes, then who is gone', (t) => {
  const { feed, show, forget, clock } = stage(2, 1);
  const client = new Client();
  client.watch = feed.watch(client);
  clock.advance(500);
  show(2, { state: 'error', healthy: false });
  show(3, {});
  forget(1);
  t.strictSame(client.heard, ['snapshot 1,2', 'change 2', 'change 3', 'gone 1']);
  t.equal(client.known.get(2)?.state, 'error');
  client.watch.stop();
  client.watch.stop();
  show(2, { state: 'ready' });
  t.equal(client.heard.length, 4, 'and nothing once it has stopped');
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('news goes out at once, but every 100 ms at most; progress once a second', (t) => {
  const { feed, show, clock } = stage(1);
  const client = new Client();
  client.watch = feed.watch(client);
  const heardAfter = (ms: number) => {
    clock.advance(ms);
    return client.heard.length - 1;
  };
  show(1, { tick: 1 });
  t.equal(heardAfter(999), 0, 'progress waits');
  t.equal(heardAfter(1), 1);
  show(1, { tick: 2 });
  show(1, { state: 'buffering' });
  t.equal(heardAfter(99), 1, 'news waits for the 100 ms to be over');
  t.equal(heardAfter(1), 2, 'and takes the progress along');
  t.match(client.known.get(1), { tick: 2, state: 'buffering' });
  t.equal(heardAfter(2000), 2, 'no timer is left that tells the same again');
  show(1, { state: 'ready' });
  t.equal(heardAfter(0), 3, 'after a pause it is told at once');
  for (let quarter = 0; quarter < 40; quarter++) {
    show(1, { tick: 100 + quarter });
    clock.advance(250);
  }
  t.equal(heardAfter(1000), 13, 'ten messages in ten seconds');
  t.end();
});

test('a host that falls silent is told of, though nobody tells', (t) => {
  const clock = new FakeClock(1_000_000);
  const base = viewsOf([sampleSnapshot({ channelId: 1 })]).snapshots()[0] as ChannelView;
  let { budget } = base;
  let heardMs = clock.nowMs();
  let hostPid: number | null = 7;
  const one = () => ({ ...base, hostPid, budget, ageMs: clock.nowMs() - heardMs });
  const views = { snapshots: () => [one()], snapshot: one, timeline: () => undefined };
  const feed = createChannelFeed({ views, clock, instance: 'this life' });
  const client = new Client();
  client.watch = feed.watch(client);
  const ageMs = () => (client.known.get(1) as { ageMs?: number } | undefined)?.ageMs;
  clock.advance(700);
  heardMs = clock.nowMs();
  feed.changed(1);
  clock.advance(1000);
  t.equal(client.heard.length, 2, 'what the host told, a second after the first message');
  t.equal(ageMs(), 300);
  clock.advance(1);
  t.equal(ageMs(), 1001, 'as soon as it is silent');
  clock.advance(2000);
  t.equal(ageMs(), 3001, 'and once a second then');
  t.equal(client.heard.length, 5);
  heardMs = clock.nowMs();
  hostPid = null;
  budget = { ...base.budget, used: 0, nextSlotMs: null };
  feed.changed(1);
  clock.advance(5000);
  t.equal(client.heard.length, 6, 'a channel without a host and without restarts has nothing to tell');
  client.watch.stop();
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('every kind of news is news, and no mere number is', (t) => {
  const { feed, show, clock } = stage(1);
  const client = new Client();
  client.watch = feed.watch(client);
  const decoder = { ...DECODER, pid: 77 };
  const news: Partial<ChannelSnapshot>[] = [
    { state: 'buffering' },
    { machine: { value: { error: 'slate' }, status: 'active', context: {}, tags: [] } },
    { airing: 'slate' },
    { onAir: ON_AIR },
    { onAir: { ...ON_AIR, segmentIndex: 1 } },
    { pendingPlan: { planHandle: 'noon', startUtcMs: null } },
    { preview: { assetPath: 'a.mp4', loaded: false } },
    { preview: { assetPath: 'a.mp4', loaded: true } },
    { healthy: false },
    { hostPid: 9 },
    { decoders: [decoder] },
    { decoders: [{ ...decoder, incarnation: 2 }] },
    { consumers: 3 },
    { planAssetProblems: { count: 0, soonest: [] } },
  ];
  for (const [index, changes] of news.entries()) {
    clock.advance(100);
    show(1, changes);
    t.equal(client.heard.length, index + 2, JSON.stringify(changes));
  }
  clock.advance(100);
  show(1, {
    decoders: [{ ...decoder, incarnation: 2, framesDelivered: 1000, uptimeMs: 5 }],
    onAir: { ...ON_AIR, segmentIndex: 1, segmentFrame: 900 },
    tick: 7,
    bufferDepthFrames: 1,
    uptimeSeconds: 8,
    atUtcMs: 9,
  });
  t.equal(client.heard.length, news.length + 1);
  t.end();
});

test('a condition that turns is news, as is another reason; seconds that its message counts down are not', (t) => {
  const { feed, show, clock } = stage(1);
  const exhausted: Condition = {
    type: 'BudgetExhausted',
    status: true,
    reason: 'TooManyRestarts',
    message: '5 of 5 in 60 s, next slot in 21 s',
    sinceUtcMs: 1_795_334_400_000,
  };
  show(1, { conditions: [exhausted] });
  const client = new Client();
  client.watch = feed.watch(client);
  const heardAfterChange = (changes: Partial<Condition>) => {
    clock.advance(100);
    show(1, { conditions: [{ ...exhausted, ...changes }] });
    return client.heard.length - 1;
  };
  t.equal(heardAfterChange({ message: '5 of 5 in 60 s, next slot in 20 s' }), 0);
  t.equal(heardAfterChange({ status: false }), 1);
  t.equal(heardAfterChange({ status: false, message: 'another' }), 1);
  t.equal(heardAfterChange({ status: false, reason: 'RestartsLeft' }), 2);
  t.equal(heardAfterChange({ status: true, reason: 'RestartsLeft' }), 3);
  t.equal(heardAfterChange({ type: 'NoHost', status: true, reason: 'RestartsLeft' }), 4);
  t.end();
});

test('a watcher of some channels hears of no other, known or not', (t) => {
  const { feed, show, forget, clock } = stage(1, 2);
  const client = new Client();
  client.watch = feed.watch(client, new Set([2, 9]));
  clock.advance(100);
  show(1, { state: 'error' });
  show(9, {});
  forget(1);
  forget(9);
  t.strictSame(client.heard, ['snapshot 2', 'change 9', 'gone 9']);
  t.end();
});

test('a message is made once, however many watch, and none with nobody watching', (t) => {
  const { feed, show, clock } = stage(1);
  let made = 0;
  const counted = { toJSON: () => ++made };
  show(1, { machine: { value: 'a', status: 'active', context: counted, tags: [] } });
  clock.advance(5000);
  t.equal(made, 0);
  t.equal(clock.pendingTimers, 0);
  const clients = Array.from({ length: 50 }, () => {
    const client = new Client();
    client.watch = feed.watch(client);
    return client;
  });
  t.equal(made, 1);
  clock.advance(100);
  show(1, { state: 'error' });
  t.equal(made, 2);
  for (const { watch } of clients) watch?.stop();
  show(1, { state: 'ready' });
  t.equal(made, 2);
  t.end();
});

test('a watcher without room is not written to, and is told everything once it has some', (t) => {
  const { feed, show, clock } = stage(1, 2);
  const client = new Client();
  client.room = 2;
  client.watch = feed.watch(client);
  for (let turn = 0; turn < 50; turn++) {
    clock.advance(100);
    show(1, { consumers: turn });
  }
  t.strictSame(client.heard, ['snapshot 1,2', 'change 1']);
  client.reads();
  t.strictSame(client.heard.slice(2), ['snapshot 1,2']);
  t.equal(client.known.get(1)?.consumers, 49);

  client.reads(1);
  clock.advance(100);
  show(1, { consumers: 50 });
  clock.advance(29_000);
  client.reads();
  t.equal(client.heard.length, 4, 'one that has missed nothing is told nothing again');
  t.equal(client.dropped, undefined);
  t.end();
});

test('a watcher that takes nothing for 30 s is dropped, and nobody else notices', (t) => {
  const { feed, show, clock } = stage(1);
  const [deaf, awake] = [new Client(), new Client()];
  deaf.room = 1;
  deaf.watch = feed.watch(deaf);
  awake.watch = feed.watch(awake);
  clock.advance(29_999);
  t.equal(deaf.dropped, undefined);
  clock.advance(1);
  t.equal(deaf.dropped, 'nothing was read for 30 s');
  show(1, { state: 'error' });
  deaf.watch.hasRoom();
  t.equal(deaf.heard.length, 1);
  t.equal(awake.heard.length, 2);
  awake.watch.stop();
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('whatever changes and whoever lags, a client ends with what the engine shows', (t) => {
  const step = fc.oneof(
    fc.record({
      does: fc.constant('shows'),
      channelId: fc.integer({ min: 1, max: 4 }),
      tick: fc.nat(),
      state: fc.constantFrom('ready', 'error'),
    }),
    fc.record({ does: fc.constant('forgets'), channelId: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ does: fc.constant('waits'), ms: fc.integer({ min: 0, max: 1500 }) }),
    fc.record({
      does: fc.constant('reads'),
      client: fc.nat({ max: 2 }),
      messages: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({
      does: fc.constant('joins'),
      client: fc.nat({ max: 2 }),
      messages: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ does: fc.constant('leaves'), client: fc.nat({ max: 2 }) }),
  ) as fc.Arbitrary<Step>;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { feed, show, forget, clock, views } = stage(1, 2);
      const clients: (Client | undefined)[] = [undefined, undefined, undefined];
      for (const each of steps) {
        const client = clients[each.client ?? -1];
        if (each.does === 'shows') show(each.channelId, { tick: each.tick, state: each.state });
        if (each.does === 'forgets') forget(each.channelId);
        if (each.does === 'waits') clock.advance(each.ms);
        if (each.does === 'reads') client?.reads(each.messages);
        if (each.does === 'leaves') {
          client?.watch?.stop();
          clients[each.client] = undefined;
        }
        if (each.does === 'joins' && client === undefined) {
          const mine = new Client();
          mine.room = each.messages;
          mine.watch = feed.watch(mine, each.client === 2 ? new Set([1, 3]) : undefined);
          clients[each.client] = mine;
        }
        // For a channel its next message, for a watcher the end of patience: nothing else is ever kept.
        if (clock.pendingTimers > 4 + 3) throw new Error(`${clock.pendingTimers} timers`);
      }
      for (const client of clients) client?.reads();
      clock.advance(1000);
      for (const [index, client] of clients.entries()) {
        if (client === undefined || client.dropped !== undefined) continue;
        const wanted = views.snapshots().filter(({ channelId }) => index < 2 || [1, 3].includes(channelId));
        const known = [...client.known.values()].sort((a, b) => a.channelId - b.channelId);
        assert.deepStrictEqual(known, wanted);
        client.watch?.stop();
      }
      if (clock.pendingTimers > 0) throw new Error('a timer is left');
    }),
    { numRuns: 500 },
  );
  t.end();
});

test('it is fed with what hosts tell, with stops, and with channels that are forgotten', async (t) => {
  const shown: number[] = [];
  const world = createWorld({ onShown: (channelId) => shown.push(channelId) });
  const host = await world.onAir();
  t.ok(shown.length > 0);
  shown.length = 0;
  host.shows({ tick: 9 });
  t.strictSame(shown, [1]);
  const stopped = world.stop();
  host.stopped();
  await stopped;
  t.strictSame(shown, [1, 1]);
  await world.clock.run(300_000);
  t.equal(world.channels.snapshot(1), undefined);
  t.strictSame(shown, [1, 1, 1]);
});

test('a watcher that could not be told everything is none, and leaves nothing', (t) => {
  const { clock, feed, show } = stage(1);
  const client = new Client();
  client.room = 0;
  t.throws(() => feed.watch(client), /written to while it is full/);
  t.equal(clock.pendingTimers, 0);
  t.doesNotThrow(() => show(1, { state: 'error' }));
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('the restarts of a channel without a host are told as they age out, and when they are reset', async (t) => {
  let feed: ChannelFeed | undefined;
  const world = createWorld({ onShown: (channelId) => feed?.changed(channelId) });
  const { channels, clock } = world;
  feed = createChannelFeed({ views: channels, clock, instance: 'this life' });
  const host = await world.onAir();
  const nowMs = clock.nowMs();
  const restarts = [nowMs - 50_500, nowMs - 20_000, nowMs];
  host.say({ type: 'report', report: { event: 'restart', restarts, attempt: 1, reason: 'crashed' } });
  const stopped = world.stop();
  host.stopped();
  await stopped;
  const client = new Client();
  client.watch = feed.watch(client);
  const knownBudget = () => client.known.get(1)?.budget;
  t.match(knownBudget(), { used: 3, nextSlotMs: 9_500 });
  clock.advance(9_499);
  t.match(knownBudget(), { used: 3, nextSlotMs: 500 }, 'a second behind at most');
  clock.advance(1);
  t.match(knownBudget(), { used: 2 });
  t.strictSame(knownBudget(), channels.snapshot(1)?.budget);
  await world.resetBudget();
  clock.advance(100);
  t.match(knownBudget(), { used: 0, remaining: 5, nextSlotMs: null });
  const heard = client.heard.length;
  clock.advance(10_000);
  t.equal(client.heard.length, heard, 'then there is nothing to tell');
  client.watch.stop();
});

type Step = {
  readonly does: 'shows' | 'forgets' | 'waits' | 'reads' | 'joins' | 'leaves';
  readonly channelId: number;
  readonly tick: number;
  readonly state: 'ready' | 'error';
  readonly ms: number;
  readonly client: number;
  readonly messages: number;
};
