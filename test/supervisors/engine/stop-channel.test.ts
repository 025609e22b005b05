/** StopChannel: idempotent, in order, and first in line whatever else the channel is doing. */
import t from 'tap';
import { deferred } from '../../../supervisors/deferred.js';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, soFar } from './fake-world.js';

const MEANWHILE = 'channel 1 was stopped by a later call';

t.test('a live channel: its host stops it, its port is free, and everyone sees it stopped', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.stop();
  t.equal(await soFar(answer), 'pending');
  t.match(host.sent.at(-1), { type: 'stop' });
  host.stopped();
  t.same(await answer, DONE);
  t.notOk(host.alive);
  t.equal(w.ports.open.size, 0);
  t.match(w.channels.snapshot(1), {
    state: 'stopped',
    planHandle: 'morning',
    port: 0,
    hostPid: null,
    healthy: false,
    detail: '',
  });
  t.match(w.reports.at(-1), { channelId: 1, report: { event: 'channel_stopped' } });
  t.same(w.health.at(-1), [1, false]);
  t.equal(w.clock.pendingTimers, 1, 'all that is waited for is the end of the retention');
});

t.test('snapshots that come while it stops do not bring the heartbeat back', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.stop();
  await settle();
  host.shows();
  host.stopped();
  await answer;
  t.equal(w.channels.snapshot(1)?.state, 'stopped');
  t.equal(w.clock.pendingTimers, 1, 'all that is waited for is the end of the retention');
});

t.test('stopped twice, at once or again: success each time, and done once', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answers = [w.stop(), w.stop()];
  await settle();
  host.stopped();
  for (const answer of await Promise.all(answers)) t.same(answer, DONE);
  t.same(await w.stop(), DONE);
  t.equal(host.sent.filter(({ type }) => type === 'stop').length, 1);
  t.equal(w.reports.filter(({ report }) => report.event === 'channel_stopped').length, 1);
});

t.test('a channel never started: success, and nothing of it is made', async (t) => {
  const w = createWorld();
  t.same(await w.stop(99), DONE);
  t.same(w.channels.snapshots(), []);
  t.same(w.health, []);
  t.equal(w.clock.pendingTimers, 0);
});

t.test('a channel whose start was refused is shown as stopped afterwards', async (t) => {
  const w = createWorld();
  w.ports.taken.add(9001);
  await w.start('morning');
  t.same(await w.stop(), DONE);
  t.match(w.channels.snapshot(1), { state: 'stopped', detail: '' });
});

t.test('it pre-empts a start that waits for its frames, and those that share it', async (t) => {
  const w = createWorld();
  const starts = [w.start('morning'), w.start('morning'), w.start('noon')];
  await settle();
  const stopped = w.stop();
  await settle();
  for (const start of starts) {
    t.same(await soFar(start), { success: false, errorMessage: MEANWHILE, port: 0 });
  }
  t.equal(await soFar(stopped), 'pending', 'the host is still at it');
  w.hosts.last.stopped();
  t.same(await stopped, DONE);
  t.equal(w.hosts.all.length, 1);
  t.equal(w.ports.open.size, 0);
});

t.test('it pre-empts a start that is still binding its port', async (t) => {
  const w = createWorld();
  const { promise: bound, resolve: bind } = deferred<void>();
  w.ports.gate = bound;
  const start = w.start('morning');
  await settle();
  const stopped = w.stop();
  t.equal(await soFar(stopped), 'pending', 'the port is not ours to give up yet');
  bind();
  t.same(await start, { success: false, errorMessage: MEANWHILE, port: 0 });
  t.same(await stopped, DONE);
  t.equal(w.hosts.all.length, 0);
  t.equal(w.ports.open.size, 0);
  t.same(w.channels.snapshots(), [], 'it was never there');
});

t.test('it pre-empts a plan being prepared, and an update that waits for the start', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const update = w.update('noon');
  await settle();
  const stopped = w.stop();
  t.same(await soFar(update), { success: false, errorMessage: MEANWHILE });
  host.stopped();
  await stopped;

  const start = w.start('morning');
  const waiting = w.update('noon');
  await settle();
  const again = w.stop();
  t.match(await start, { success: false });
  t.same(await soFar(waiting), { success: false, errorMessage: MEANWHILE });
  w.hosts.last.stopped();
  t.same(await again, DONE);
});

t.test('it pre-empts one who joined a recovery', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.shows({ state: 'error', healthy: true, detail: 'a decoder died' });
  const joined = w.start('morning');
  t.equal(await soFar(joined), 'pending');
  const stopped = w.stop();
  await settle();
  host.stopped();
  t.same(await stopped, DONE);
  t.same(await joined, { success: false, errorMessage: MEANWHILE, port: 0 });
});

t.test('a start right after a stop waits for it, then has the port and a host of its own', async (t) => {
  const w = createWorld();
  const old = await w.onAir();
  const stopped = w.stop();
  const start = w.start('noon');
  t.equal(await soFar(start), 'pending');
  t.equal(w.hosts.all.length, 1, 'the old host has the decoders and the processor yet');
  old.stopped();
  t.same(await stopped, DONE);
  await settle();
  const fresh = w.hosts.last;
  t.not(fresh, old);
  t.match(fresh.order, { port: 9001, order: { planHandle: 'noon', startTick: undefined } });
  fresh.ready();
  t.same(await start, { ...DONE, port: 9001 });
});

t.test('stop, start, stop: the last word counts, and the start learns why', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const first = w.stop();
  const start = w.start('noon');
  const second = w.stop();
  await settle();
  host.stopped();
  t.same(await first, DONE);
  t.same(await second, DONE);
  t.same(await start, { success: false, errorMessage: MEANWHILE, port: 0 });
  t.equal(w.hosts.all.length, 1);
  t.equal(w.channels.snapshot(1)?.state, 'stopped');
});

t.test('decoders that would not die are named, and the channel is stopped all the same', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.stop();
  await settle();
  host.stopped([4711, 4712]);
  const { success, errorMessage } = await answer;
  t.equal(success, false);
  t.match(errorMessage, 'channel 1 is off the air, but process 4711, 4712 did not die');
  t.match(errorMessage, 'check the storage');
  t.equal(w.channels.snapshot(1)?.state, 'stopped');
  t.same(await w.stop(), DONE);
});

t.test('a host that dies while it stops has stopped', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.stop();
  await settle();
  host.exits({ code: 1 });
  t.same(await answer, DONE);
  t.equal(w.hosts.all.length, 1, 'it is not replaced');
  t.notOk(
    w.reports.some(({ report }) => report.event === 'host_lost'),
    'nor is it called lost',
  );
});

t.test('a host that survives its SIGKILL is named, and the channel is stopped all the same', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.mortal = false;
  const stopped = w.stop();
  await w.clock.run(2_999);
  t.equal(await soFar(stopped), 'pending');
  await w.clock.run(1);
  const { success, errorMessage } = await stopped;
  t.equal(success, false);
  t.match(
    errorMessage,
    `channel 1 is off the air, but process ${host.pid} did not die within 1 s of SIGKILL`,
  );
  t.equal(w.channels.snapshot(1)?.state, 'stopped');
  t.equal(w.clock.pendingTimers, 1, 'nothing waits but its being forgotten');
});

t.test('a host that does not answer a stop is killed after 2 s', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.stop();
  await w.clock.run(1_999);
  t.ok(host.alive, 'a second is what it may need to give up on a decoder');
  await w.clock.run(1);
  t.notOk(host.alive);
  t.same(await answer, DONE);
});

t.test('a host that says it has stopped but does not exit is killed after 1 s', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.stop();
  await settle();
  host.say({ type: 'stopped', stuckPids: [4711] });
  await w.clock.run(999);
  t.ok(host.alive);
  await w.clock.run(1);
  t.match(await answer, { success: false, errorMessage: /4711/ });
  t.notOk(host.alive);
});

t.test('while no host runs at all, a stop is a stop', async (t) => {
  const w = createWorld();
  await w.onAir();
  for (let i = 0; i < 4; i++) {
    w.hosts.last.exits({ code: 1 });
    await settle();
  }
  t.same(await w.stop(), DONE);
  t.equal(w.channels.snapshot(1)?.state, 'stopped');
  const hosts = w.hosts.all.length;
  await w.clock.run(120_000);
  t.equal(w.hosts.all.length, hosts, 'nobody tries again');
});

t.test('stopAll takes every channel down, refuses new ones, and may be called twice', async (t) => {
  const w = createWorld();
  for (const id of [1, 2, 3]) {
    const start = w.start('morning', 9000 + id, id);
    await settle();
    if (id < 3) w.hosts.last.ready();
    if (id < 3) await start;
    else void start.then(({ success }) => t.notOk(success, 'one in the middle of its start, too'));
  }
  const all = [w.channels.stopAll(), w.channels.stopAll()];
  await settle();
  for (const host of w.hosts.all) host.stopped();
  await Promise.all(all);
  t.same(
    w.channels.snapshots().map(({ state }) => state),
    ['stopped', 'stopped', 'stopped'],
  );
  t.match(await w.start('morning', 9004, 4), {
    success: false,
    errorMessage: 'the engine is shutting down',
    port: 0,
  });
  t.equal(
    await soFar(w.channels.child.exited),
    'pending',
    'it ends when its parent says so, or would be restarted',
  );
  await w.channels.child.stop();
  t.match(await w.channels.child.exited, { kind: 'shutdown' });
  t.equal(w.clock.pendingTimers, 0, 'nothing keeps the process');
});
