/** What is kept of channels that are off the air, and for how long. */
import t from 'tap';
import { deferred } from '../../../supervisors/deferred.js';
import { settle } from '../../support/fake-clock.js';
import { createWorld, type World } from './fake-world.js';

const RESTARTS = [999_000, 999_500];

/** Puts channel 1 on air, has it restart decoders, and stops it. */
async function onceOnAir(w: World): Promise<void> {
  const host = await w.onAir();
  host.say({
    type: 'report',
    report: { event: 'restart', restarts: RESTARTS, attempt: 2, reason: 'crashed' },
  });
  await takeOff(w);
}

async function takeOff(w: World): Promise<void> {
  const stopped = w.stop();
  await settle();
  w.hosts.last.stopped();
  await stopped;
}

async function restartsOnStart(w: World): Promise<readonly number[]> {
  void w.start('morning');
  await settle();
  return w.hosts.last.order.restarts;
}

t.test('a stopped channel is shown for the configured time, then no more', async (t) => {
  const w = createWorld({ retentionMs: 120_000 });
  await onceOnAir(w);
  await w.clock.run(119_999);
  t.match(w.channels.snapshots(), [{ channelId: 1, state: 'stopped' }]);
  t.same(w.health.at(-1), [1, false]);
  await w.clock.run(1);
  t.same(w.channels.snapshots(), []);
  t.equal(w.channels.snapshot(1), undefined);
  t.same(w.health.at(-1), [1, undefined]);
  await w.clock.run(1);
  t.equal(w.clock.pendingTimers, 0);
  t.same(await restartsOnStart(w), [], 'and its restarts are long out of the window');
});

t.test('a refused channel goes the same way', async (t) => {
  const w = createWorld({ retentionMs: 120_000 });
  w.channels.refuseStart(7, 'no');
  await w.clock.run(119_999);
  t.match(w.channels.snapshots(), [{ channelId: 7, state: 'error' }]);
  await w.clock.run(1);
  t.same(w.channels.snapshots(), []);
});

for (const retentionMs of [0, 1_000]) {
  t.test(`shown for ${retentionMs} ms only, its restarts count for a minute all the same`, async (t) => {
    const w = createWorld({ retentionMs });
    await onceOnAir(w);
    t.equal(w.channels.snapshots().length, 1);
    await w.clock.run(retentionMs);
    t.same(w.channels.snapshots(), []);
    t.same(w.health.at(-1), [1, undefined]);
    await w.clock.run(59_999 - retentionMs);
    t.same(await restartsOnStart(w), RESTARTS);
    await takeOff(w);
    await w.clock.run(60_000);
    t.equal(w.clock.pendingTimers, 0);
    t.same(await restartsOnStart(w), [], 'in the end it is forgotten');
  });
}

t.test('a channel that is on air again is not forgotten, nor is one that stops just then', async (t) => {
  const w = createWorld({ retentionMs: 60_000 });
  await onceOnAir(w);
  await w.clock.run(59_000);
  const host = await w.onAir();
  await w.clock.run(1_500);
  host.shows();
  t.match(w.channels.snapshot(1), { state: 'ready' });
  await w.clock.run(1_500);
  host.shows();
  await takeOff(w);

  await w.clock.run(59_000);
  await w.onAir();
  const stopped = w.stop();
  // It is on its way down when the time of the earlier stop is over.
  await w.clock.run(1_500);
  w.hosts.last.stopped();
  await stopped;
  t.match(w.channels.snapshot(1), { state: 'stopped' });
  t.same(await restartsOnStart(w), RESTARTS);
});

t.test('a channel whose port is being bound when its time is over stays known', async (t) => {
  const w = createWorld({ retentionMs: 60_000 });
  await onceOnAir(w);
  await w.clock.run(59_000);
  const { promise: bound, resolve: bind } = deferred<void>();
  w.ports.gate = bound;
  const start = w.start('morning');
  await w.clock.run(1_000);
  bind();
  await settle();
  w.hosts.last.ready();
  t.match(await start, { success: true });
  t.match(w.channels.snapshots(), [{ channelId: 1, state: 'ready' }]);
  await takeOff(w);
  t.equal(w.ports.open.size, 0, 'a stop still reaches it');
});

t.test('a start that was stopped before anything was shown of it is forgotten too', async (t) => {
  const w = createWorld({ retentionMs: 1_000 });
  const { promise: bound, resolve: bind } = deferred<void>();
  w.ports.gate = bound;
  const start = w.start('morning');
  await settle();
  const stopped = w.stop();
  bind();
  await Promise.all([start, stopped]);
  await settle();
  t.equal(w.clock.pendingTimers, 1, 'its time is running');
  await w.clock.run(60_000);
  t.equal(w.clock.pendingTimers, 0);
  t.same(w.channels.snapshots(), []);
});

t.test('snapshots are listed by ascending channel id', async (t) => {
  const w = createWorld();
  for (const id of [12, 3, 101]) w.channels.refuseStart(id, 'no');
  t.same(
    w.channels.snapshots().map(({ channelId }) => channelId),
    [3, 12, 101],
  );
});

t.test('whoever asks for one channel id after the other fills neither memory nor metrics', async (t) => {
  const w = createWorld();
  for (let id = 1; id <= 1_000; id++) w.channels.refuseStart(id, 'port: 70000 is no port');
  t.equal(w.channels.snapshots().length, 256);
  t.match(await w.start('morning', 9001, 2_000), {
    success: false,
    errorMessage: /^256 channel ids were on air, stopped or refused lately/,
    port: 0,
  });
  await w.clock.run(300_000);
  t.same(w.channels.snapshots(), []);
  void w.start('morning', 9001, 2_000);
  await settle();
  w.hosts.last.ready();
  t.equal(w.channels.snapshot(2_000)?.state, 'ready');
});
