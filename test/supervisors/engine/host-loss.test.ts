/** Hosts die, hang and come back: what the channel's next host is told, and what callers are told meanwhile. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, HEARTBEAT_MS, START_TIMEOUT_MS, soFar } from './fake-world.js';

t.test('a host that dies is replaced at once, and the loss is told with its last words', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.exits({ code: 1, lastWords: 'out of memory' });
  await settle();
  t.equal(w.hosts.all.length, 2);
  t.match(w.hosts.last.order, { channelId: 1, port: 9001 });
  t.same(w.reports.at(-1)?.report, {
    event: 'host_lost',
    reason: 'host process 5001 exited with code 1: out of memory',
    retryMs: 0,
  });
  t.match(w.channels.snapshot(1), {
    state: 'error',
    healthy: false,
    hostPid: null,
    port: 9001,
    planHandle: 'morning',
    detail: 'host process 5001 exited with code 1: out of memory; a new one takes over',
  });
  t.same(w.health.at(-1), [1, false]);
  t.ok(w.ports.open.has(9001), 'the port is kept');
  w.hosts.last.ready();
  t.match(w.channels.snapshot(1), { state: 'ready', hostPid: w.hosts.last.pid });
  t.same(w.health.at(-1), [1, true]);
});

t.test('a host killed by a signal, and one that never came to be, are told apart', async (t) => {
  const w = createWorld();
  await w.onAir();
  w.hosts.last.exits({ signal: 'SIGSEGV' });
  await settle();
  t.match(w.channels.snapshot(1)?.detail, 'host process 5001 was killed by SIGSEGV;');
  w.hosts.last.exits({ lastWords: 'spawn EAGAIN' });
  await settle();
  t.match(w.channels.snapshot(1)?.detail, 'host process 5002 did not start: spawn EAGAIN;');
});

t.test('the new host is told the same epoch, and where in the plan the old one was', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const { epochMs } = host.order;
  const onAir = { event: 'plan_on_air', planHash: 'abc', skippedTo: 0 } as const;
  const copy = { syntax: 'json', packed: 'morning as it was', durations: [['a.mp4', 1000]] } as const;
  host.say({ type: 'report', report: { ...onAir, planHandle: 'morning', startTick: 12 } });
  host.say({ type: 'report', report: { event: 'plan_copied', planHash: 'abc', copy } });
  await w.clock.run(1_500);
  host.exits();
  await settle();
  t.match(w.hosts.last.order, { epochMs, order: { planHandle: 'morning', startTick: 12, copy } });

  w.hosts.last.ready();
  const update = w.update('noon');
  await settle();
  w.hosts.last.updated();
  await update;
  w.hosts.last.say({
    type: 'report',
    report: { ...onAir, planHandle: 'noon', planHash: 'def', startTick: 77 },
  });
  w.hosts.last.say({ type: 'report', report: { event: 'plan_copied', planHash: 'abc', copy } });
  w.hosts.last.exits();
  await settle();
  const noon = { planHandle: 'noon', planHash: 'def', startTick: 77, copy: undefined, skippedTo: 0 };
  t.same(w.hosts.last.order.order, noon, 'a copy of another plan is none');
});

t.test('the copy of a plan stays while the plan does, at whatever time', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const onAir = { event: 'plan_on_air', planHandle: 'morning', planHash: 'abc', skippedTo: 0 } as const;
  const copy = { syntax: 'json', packed: 'morning as it was', durations: [] } as const;
  host.say({ type: 'report', report: { event: 'plan_copied', planHash: 'of an earlier plan', copy } });
  host.say({ type: 'report', report: { ...onAir, startTick: 12 } });
  host.say({ type: 'report', report: { event: 'plan_copied', planHash: 'abc', copy } });
  host.say({ type: 'report', report: { ...onAir, startTick: 5 } });
  host.say({
    type: 'report',
    report: { event: 'plan_copied', planHash: 'of another plan', copy: { ...copy, packed: '' } },
  });
  host.exits();
  await settle();
  t.match(w.hosts.last.order, { order: { startTick: 5, copy } });
});

t.test('a plan that is promised for later is asked of the new host too, until it is on air', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const copy = { syntax: 'yaml', packed: 'tonight as it was', durations: [] } as const;
  const asked = () => w.hosts.last.sent.filter((message) => message.type === 'update');
  host.say({ type: 'report', report: { event: 'plan_armed', planHandle: 'tonight', planHash: 'h' } });
  host.say({ type: 'report', report: { event: 'plan_copied', planHash: 'h', copy } });
  host.exits();
  await settle();
  t.same(asked(), []);
  w.hosts.last.ready();
  t.match(asked(), [{ planHandle: 'tonight', promised: copy }], 'once it airs what was on air');
  w.hosts.last.say({
    type: 'report',
    report: { event: 'plan_armed', planHandle: 'tonight', planHash: 'h' },
  });
  w.hosts.last.exits();
  await settle();
  w.hosts.last.ready();
  t.match(
    asked(),
    [{ planHandle: 'tonight', promised: copy }],
    'the same, although the second host did not tell it',
  );

  const onAir = {
    event: 'plan_on_air',
    planHandle: 'tonight',
    planHash: 'h',
    startTick: 9,
    skippedTo: 0,
  } as const;
  w.hosts.last.say({ type: 'report', report: onAir });
  w.hosts.last.exits();
  await settle();
  w.hosts.last.ready();
  t.same(asked(), []);
  t.match(w.hosts.last.order, { order: { planHandle: 'tonight', startTick: 9 } });
});

t.test('the window of restarts survives a new host, another plan, and a stop and a start', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const restarts = [1_000_001, 1_000_002];
  host.say({ type: 'report', report: { event: 'restart', restarts, attempt: 2, reason: 'crashed' } });
  host.exits();
  await settle();
  t.same(w.hosts.last.order.restarts, restarts);
  w.hosts.last.ready();
  const update = w.update('noon');
  await settle();
  w.hosts.last.updated();
  await update;
  const stopped = w.stop();
  await settle();
  // What is reported on the way down counts as well.
  const more = [...restarts, 1_000_003];
  w.hosts.last.say({
    type: 'report',
    report: { event: 'restart', restarts: more, attempt: 3, reason: 'stalled' },
  });
  w.hosts.last.stopped();
  await stopped;
  void w.start('evening');
  await settle();
  t.same(w.hosts.last.order.restarts, more);
});

t.test('another start after a stop begins its plan afresh, on a new epoch', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.say({
    type: 'report',
    report: { event: 'plan_on_air', planHash: 'abc', planHandle: 'morning', startTick: 12, skippedTo: 0 },
  });
  const stopped = w.stop();
  await settle();
  host.stopped();
  await stopped;
  await w.clock.run(5_000);
  void w.start('morning');
  await settle();
  t.equal(w.hosts.last.order.order.startTick, undefined);
  t.equal(w.hosts.last.order.epochMs, host.order.epochMs + 5_000);
});

t.test('no heartbeat for 2 s: the host is killed and replaced', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  for (let i = 0; i < 8; i++) {
    await w.clock.run(HEARTBEAT_MS - 1);
    host.shows();
  }
  t.equal(w.hosts.all.length, 1);
  await w.clock.run(HEARTBEAT_MS - 1);
  t.ok(host.alive);
  await w.clock.run(1);
  t.notOk(host.alive);
  t.equal(w.hosts.all.length, 2);
  t.match(w.reports.at(-1)?.report, {
    event: 'host_lost',
    reason: 'host process 5001 gave no sign of life for 2000 ms and was killed',
  });
  await settle();
  t.equal(w.hosts.all.length, 2, 'its exit is not a second loss');
});

t.test(
  'a host that survives its SIGKILL is replaced all the same, and not listened to any more',
  async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    host.mortal = false;
    await w.clock.run(HEARTBEAT_MS);
    t.equal(w.hosts.all.length, 1, 'what it has still to tell is waited for');
    await w.clock.run(1_000);
    t.equal(w.hosts.all.length, 2);
    w.hosts.last.ready();
    host.shows({ state: 'error', detail: 'from beyond' });
    t.match(w.channels.snapshot(1), { state: 'ready', hostPid: w.hosts.last.pid });
  },
);

t.test('what a host that was killed had still to tell counts for its successor', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.mortal = false;
  host.takes = false;
  for (const socket of ['a', 'b']) w.ports.open.get(9001)?.(socket);
  await w.clock.run(HEARTBEAT_MS);
  t.match(w.channels.snapshot(1), { state: 'error', hostPid: null }, 'it is down for everybody');
  host.say({ type: 'consumer_taken' });
  const restart = { event: 'restart', restarts: [7, 8], attempt: 2, reason: 'late' } as const;
  host.say({ type: 'report', report: restart });
  host.say({ type: 'report', report: { event: 'underrun', tick: 1 } });
  host.shows({ state: 'ready' });
  host.exits({ signal: 'SIGKILL' });
  await settle();
  t.same(w.hosts.last.order.restarts, [7, 8]);
  t.same(w.hosts.last.consumers, ['b'], 'a Renderer that the old one had is not given to the new one');
  t.notOk(
    w.reports.some(({ report }) => report.event === 'underrun'),
    'nothing else of it is news',
  );
  t.equal(w.channels.snapshot(1)?.state, 'error', 'nor is what it showed');
});

t.test('after a pause one more death means another pause, until a host has lived for a minute', async (t) => {
  const w = createWorld();
  await w.onAir();
  const die = async () => {
    w.hosts.last.exits({ code: 1 });
    await settle();
  };
  for (let i = 0; i < 4; i++) await die();
  t.equal(w.hosts.all.length, 4);
  await w.clock.run(60_000);
  t.equal(w.hosts.all.length, 5);
  await die();
  t.equal(w.hosts.all.length, 5, 'no burst of further ones');
  t.match(w.channels.snapshot(1)?.detail, 'no output, the next attempt is in 60 s');
  await w.clock.run(60_000);
  t.equal(w.hosts.all.length, 6);
  for (let second = 0; second < 61; second++) {
    w.hosts.last.shows();
    await w.clock.run(1_000);
  }
  await die();
  t.equal(w.hosts.all.length, 7, 'it has proven itself: replaced at once');
});

t.test('a host that floods the engine with messages is killed and replaced; a busy one is not', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const chatter = (count: number) => {
    for (let i = 0; i < count; i++) host.say({ type: 'report', report: { event: 'underrun', tick: i } });
  };
  for (let second = 0; second < 5; second++) {
    chatter(900);
    await w.clock.run(1_000);
    host.shows();
  }
  t.ok(host.alive);
  const before = w.reports.length;
  chatter(100_000);
  t.notOk(host.alive);
  t.ok(w.reports.length - before <= 1_001, 'and what it says beyond that is not heard');
  await settle();
  t.match(
    w.channels.snapshot(1)?.detail,
    'host process 5001 flooded the engine with messages and was killed; a new',
  );
  t.equal(w.hosts.all.length, 2);
});

t.test('a new host has 10 s for its first sign of life', async (t) => {
  const w = createWorld();
  const start = w.start('morning');
  await w.clock.run(9_999);
  t.ok(w.hosts.last.alive);
  await w.clock.run(1);
  t.equal(w.hosts.all.length, 2);
  t.match(await start, { success: false, port: 9001 });
});

t.test('an engine that was itself held up reads what its hosts sent before it judges them', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  w.clock.stall(60_000);
  // The timer is due at once, but the host's snapshots lie in the pipe.
  w.clock.at(w.clock.nowMs(), () => host.shows());
  await w.clock.run(0);
  t.ok(host.alive);
  t.equal(w.hosts.all.length, 1);
  await w.clock.run(HEARTBEAT_MS);
  t.notOk(host.alive, 'silence that follows is judged as ever');
});

t.test(
  'a host that dies while it starts is replaced, and the caller gets the outcome of the next',
  async (t) => {
    const w = createWorld();
    const start = w.start('morning');
    await settle();
    w.hosts.last.exits({ signal: 'SIGKILL' });
    t.equal(await soFar(start), 'pending');
    t.equal(w.hosts.all.length, 2);
    w.hosts.last.ready();
    t.same(await start, { ...DONE, port: 9001 });
  },
);

t.test('a start while the next host boots shares what becomes of it', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.exits({ signal: 'SIGKILL' });
  await settle();
  const good = w.start('morning');
  t.equal(await soFar(good), 'pending');
  t.match(await w.stop(2), DONE);
  w.hosts.last.ready();
  t.same(await good, { ...DONE, port: 9001 });
  t.equal(w.hosts.last.sent.length, 1, 'it was not asked for its plan a second time');

  w.hosts.last.exits({ signal: 'SIGKILL' });
  await settle();
  const bad = w.start('morning');
  await settle();
  w.hosts.last.fails('segments[0]: is missing');
  t.same(await bad, {
    success: false,
    errorMessage: 'segments[0]: is missing; slate airs on port 9001',
    port: 9001,
  });
});

t.test('one who joined a recovery follows it into the next host', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.shows({ state: 'error', healthy: true, detail: 'a decoder died' });
  const joined = w.start('morning');
  await settle();
  host.exits({ signal: 'SIGKILL' });
  t.equal(await soFar(joined), 'pending');
  w.hosts.last.ready();
  t.same(await joined, { ...DONE, port: 9001 });
});

t.test('no slate is promised while there is no host to air it', async (t) => {
  const w = createWorld();
  const start = w.start('morning');
  await w.clock.run(START_TIMEOUT_MS - 1);
  w.hosts.last.exits({ signal: 'SIGKILL' });
  await w.clock.run(1);
  t.same(await start, {
    success: false,
    errorMessage: 'still trying: host process 5001 was killed by SIGKILL; a new one takes over',
    port: 9001,
  });
});

t.test('a host that dies over an update: the caller is told, the old plan resumes', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const update = w.update('noon');
  await settle();
  host.exits({ signal: 'SIGKILL' });
  t.same(await update, {
    success: false,
    errorMessage: "the channel's host process 5001 was killed by SIGKILL; it resumes its plan, call again",
  });
  t.match(w.hosts.last.order.order, { planHandle: 'morning' });
});

/** Lets every host die as soon as it was told to start. */
async function crashLoop(w: ReturnType<typeof createWorld>): Promise<void> {
  for (let before = 0; before < w.hosts.all.length; ) {
    before = w.hosts.all.length;
    w.hosts.last.exits({ code: 1, lastWords: 'boom' });
    await settle();
  }
}

t.test('the 4th death within a minute: error without output, tried again after a minute', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  await crashLoop(w);
  t.equal(w.hosts.all.length, 4);
  t.match(w.channels.snapshot(1), {
    state: 'error',
    healthy: false,
    hostPid: null,
    port: 9001,
    detail: 'host process 5004 exited with code 1: boom; no output, the next attempt is in 60 s',
  });
  t.match(w.reports.at(-1)?.report, { event: 'host_lost', retryMs: 60_000 });
  t.ok(w.ports.open.has(9001));
  await w.clock.run(59_999);
  t.equal(w.hosts.all.length, 4);
  await w.clock.run(1);
  t.equal(w.hosts.all.length, 5);
  t.equal(w.hosts.last.order.epochMs, host.order.epochMs);
  w.hosts.last.ready();
  t.match(w.channels.snapshot(1), { state: 'ready' });
});

t.test('four deaths in more than a minute are each followed by a new host at once', async (t) => {
  const w = createWorld();
  await w.onAir();
  for (let i = 0; i < 8; i++) {
    w.hosts.last.exits({ code: 1 });
    await settle();
    for (let ms = 0; ms < 20_000; ms += 1_000) {
      w.hosts.last.shows();
      await w.clock.run(1_000);
    }
  }
  t.equal(w.hosts.all.length, 9);
});

t.test(
  'without a host calls are answered at once, with the reason and the time of the next attempt',
  async (t) => {
    const w = createWorld();
    const start = w.start('morning');
    await settle();
    await crashLoop(w);
    const noHost = /exited with code 1: boom; no output, the next attempt is in 60 s/;
    t.match(
      await start,
      { success: false, errorMessage: noHost, port: 9001 },
      'a failure as definite as any',
    );
    t.match(await soFar(w.start('morning')), { success: false, errorMessage: noHost, port: 9001 });
    t.match(await soFar(w.update('noon')), { success: false, errorMessage: noHost });
    t.match(await soFar(w.update('noon')), { errorMessage: /or StopChannel and StartChannel/ }, 'the remedy');

    await w.clock.run(60_000);
    const again = w.start('morning');
    t.equal(await soFar(again), 'pending', 'the next attempt can be waited for');
    w.hosts.last.ready();
    t.same(await again, { ...DONE, port: 9001 });
  },
);

t.test("one channel's hosts are no concern of another's", async (t) => {
  const w = createWorld();
  const start = w.start('morning', 9002, 2);
  await settle();
  const other = w.hosts.last;
  other.ready();
  await start;
  await w.onAir();
  await crashLoop(w);
  t.ok(other.alive);
  t.equal(other.sent.length, 1);
  t.match(w.channels.snapshot(2), { state: 'ready' });
});
