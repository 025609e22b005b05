/** StartChannel, row by row as the design's section 7 has it, with hosts that the test plays. */
import t from 'tap';
import { tickMs } from '../../../supervisors/channel/format.js';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, FORMAT, START_TIMEOUT_MS, soFar } from './fake-world.js';

const ON_AIR = { ...DONE, port: 9001 };

t.test('a new channel succeeds once its host says that it is ready, and not before', async (t) => {
  const w = createWorld();
  const answer = w.start('morning');
  t.equal(await soFar(answer), 'pending');
  w.hosts.last.shows({ state: 'buffering' });
  t.equal(await soFar(answer), 'pending');
  w.hosts.last.ready();
  t.same(await answer, ON_AIR);
  t.equal(w.hosts.all.length, 1);
  t.same(w.reports, [
    { channelId: 1, report: { event: 'channel_started', planHandle: 'morning', port: 9001 } },
  ]);
  t.match(w.channels.snapshot(1), { state: 'ready', hostPid: w.hosts.last.pid });
  t.equal(w.clock.pendingTimers, 1, 'only the heartbeat is waited for');
});

t.test('the host is told its channel, its port, its plan and when its ticks are due', async (t) => {
  const w = createWorld();
  const nowMs = w.clock.nowMs();
  void w.start('morning', 9001, 1);
  void w.start('morning', 9002, 2);
  await settle();
  const [first, second] = w.hosts.all.map(({ order }) => order);
  t.match(first, {
    type: 'start',
    channelId: 1,
    port: 9001,
    order: { planHandle: 'morning', startTick: undefined },
    restarts: [],
  });
  for (const order of [first, second]) {
    const lateMs = (order?.epochMs ?? 0) - nowMs;
    t.ok(lateMs >= 0 && lateMs < tickMs(FORMAT), 'tick 0 is due within one interval');
  }
  t.not(first?.epochMs, second?.epochMs, 'channels that start together do not tick together');
});

t.test('port 0 answers the port that was picked, and matches it when repeated', async (t) => {
  const w = createWorld();
  const answer = w.start('morning', 0);
  await settle();
  const { port } = w.hosts.last.order;
  t.ok(port > 0);
  w.hosts.last.ready();
  t.same(await answer, { ...DONE, port });
  t.same(await w.start('morning', 0), { ...DONE, port });
  t.same(await w.start('morning', port), { ...DONE, port });
});

t.test('identical calls in flight share one outcome and one host', async (t) => {
  for (const end of ['ready', 'fails'] as const) {
    const w = createWorld();
    const answers = [w.start('morning'), w.start('morning')];
    await settle();
    answers.push(w.start('morning'));
    w.hosts.last[end]('plan_handle "morning": there is no such plan');
    const [first, ...others] = await Promise.all(answers);
    t.equal(first?.success, end === 'ready');
    for (const other of others) t.same(other, first);
    t.equal(w.hosts.all.length, 1);
    t.equal(w.hosts.last.sent.length, 1);
  }
});

t.test('a call that differs from the one in flight waits for it and is then refused', async (t) => {
  const w = createWorld();
  const first = w.start('morning');
  const otherPlan = w.start('noon');
  const otherPort = w.start('morning', 9002);
  t.equal(await soFar(otherPlan), 'pending');
  w.hosts.last.ready();
  t.same(await first, ON_AIR);
  for (const answer of await Promise.all([otherPlan, otherPort])) {
    t.match(answer, { success: false, errorMessage: /already on air with plan "morning" on port 9001/ });
  }
  t.same([...w.ports.open.keys()], [9001]);
});

t.test('the same plan and port on a live channel: success, and nothing is done', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  for (const state of ['ready', 'buffering'] as const) {
    host.shows({ state });
    const before = w.channels.snapshot(1);
    t.same(await w.start('morning'), ON_AIR);
    t.same(w.channels.snapshot(1), before);
  }
  t.equal(w.hosts.all.length, 1);
  t.equal(host.sent.length, 1);
  t.equal(w.reports.length, 1);
});

t.test('another plan or port on a live channel is refused by naming what runs and the remedy', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const before = w.channels.snapshot(1);
  for (const [plan, port] of [
    ['noon', 9001],
    ['morning', 9002],
    ['noon', 0],
  ] as const) {
    const answer = await w.start(plan, port);
    t.match(answer, { success: false, port: 9001 });
    t.match(answer.errorMessage, 'channel_id 1 is already on air with plan "morning" on port 9001');
    t.match(answer.errorMessage, 'use UpdatePlan for another plan, or StopChannel first');
  }
  t.same(w.channels.snapshot(1), before, 'a refusal changes nothing');
  t.equal(host.sent.length, 1);
});

t.test('a monstrous handle on air is named by its beginning only', async (t) => {
  const w = createWorld();
  const answer = w.start('x"\n'.repeat(1000));
  await settle();
  w.hosts.last.ready();
  await answer;
  const { errorMessage } = await w.start('noon');
  t.match(errorMessage, 'with plan "x\\"\\nx\\"\\n');
  t.notMatch(errorMessage, '\n');
  t.ok(errorMessage.length < 300, `${errorMessage.length} characters`);
});

t.test('a plan that is refused fails at once; the channel stays on air with slate', async (t) => {
  const w = createWorld();
  const answer = w.start('nowhere');
  await settle();
  const reason = 'plan_handle "nowhere": there is no "nowhere.json"';
  w.hosts.last.fails(reason);
  t.same(await soFar(answer), {
    success: false,
    errorMessage: `${reason}; slate airs on port 9001`,
    port: 9001,
  });
  t.match(w.channels.snapshot(1), { state: 'error', healthy: false });
  t.ok(w.hosts.last.alive);
  t.ok(w.ports.open.has(9001));
  t.same(w.reports, [], 'nothing claims that it was started');
});

t.test('a channel on slate is started afresh by the same plan, without losing its host', async (t) => {
  const w = createWorld();
  const first = w.start('morning');
  await settle();
  const host = w.hosts.last;
  host.fails('segments[0]: is missing');
  await first;

  const again = w.start('morning');
  t.equal(await soFar(again), 'pending');
  t.match(host.sent.at(-1), { type: 'update', planHandle: 'morning' });
  host.updated('segments[0]: is still missing');
  t.same(await again, {
    success: false,
    errorMessage: 'segments[0]: is still missing; slate airs on port 9001',
    port: 9001,
  });

  const third = w.start('morning', 0);
  await settle();
  host.shows();
  host.updated();
  t.same(await third, ON_AIR);
  t.equal(w.hosts.all.length, 1);
});

t.test('a channel on slate takes another plan too, and then that is what runs', async (t) => {
  const w = createWorld();
  const first = w.start('nowhere');
  await settle();
  const host = w.hosts.last;
  host.fails('there is no such plan');
  await first;
  t.match(await w.start('morning', 9002), {
    success: false,
    errorMessage: /StopChannel first for another port/,
  });

  const answer = w.start('morning');
  await settle();
  t.match(host.sent.at(-1), { type: 'update', planHandle: 'morning' });
  host.shows({ planHandle: 'morning' });
  host.updated();
  t.same(await answer, ON_AIR);
  t.match(await w.start('nowhere'), { success: false, errorMessage: /on air with plan "morning"/ });
});

t.test('a channel that has nothing scheduled is asked again, and answers for itself', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.shows({ state: 'buffering', detail: 'NoScheduledContent' });
  const again = w.start('morning');
  await settle();
  t.match(host.sent.at(-1), { type: 'update', planHandle: 'morning' });
  host.updated('plan "morning" is over');
  t.match(await again, { success: false, errorMessage: /is over; slate airs on port 9001/ });
});

t.test('the same plan and port while the channel recovers joins the recovery', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const recovering = { state: 'error', healthy: true, detail: 'decoder 1 was killed by SIGSEGV' } as const;
  host.shows(recovering);
  const good = w.start('morning');
  t.equal(await soFar(good), 'pending');
  host.shows({ state: 'buffering' });
  t.equal(await soFar(good), 'pending', 'what airs is filler yet');
  host.shows();
  t.same(await good, ON_AIR);

  host.shows(recovering);
  const bad = w.start('morning');
  await settle();
  host.shows({ state: 'error', healthy: false, detail: 'the budget is spent' });
  t.same(await bad, {
    success: false,
    errorMessage: 'the budget is spent; slate airs on port 9001',
    port: 9001,
  });

  host.shows(recovering);
  const slow = w.start('morning');
  await w.clock.run(START_TIMEOUT_MS / 10 - 1);
  for (let i = 1; i < 10; i++) {
    host.shows(recovering);
    await w.clock.run(START_TIMEOUT_MS / 10);
  }
  t.equal(await soFar(slow), 'pending');
  await w.clock.run(1);
  t.match(await slow, {
    success: false,
    errorMessage: 'still trying: decoder 1 was killed by SIGSEGV; slate airs on port 9001',
  });
  t.equal(w.hosts.all.length, 1);
  t.equal(host.sent.length, 1, 'joining changes nothing');
});

t.test(
  'a start that takes too long says what it is trying; repeated, it goes on waiting for it',
  async (t) => {
    const w = createWorld();
    const answer = w.start('morning');
    await settle();
    const host = w.hosts.last;
    const keepsTrying = async (ms: number) => {
      for (let passedMs = 0; passedMs < ms; passedMs += 1000) {
        host.shows({ state: 'buffering', detail: 'the store does not answer' });
        await w.clock.run(Math.min(1000, ms - passedMs));
      }
    };
    await keepsTrying(START_TIMEOUT_MS - 1);
    t.equal(await soFar(answer), 'pending');
    await w.clock.run(1);
    t.same(await soFar(answer), {
      success: false,
      errorMessage: 'still trying: the store does not answer; slate airs on port 9001',
      port: 9001,
    });
    const again = w.start('morning');
    t.equal(await soFar(again), 'pending', 'it was never on air: there is nothing to call a success');
    host.ready();
    t.same(await again, ON_AIR);
    t.equal(host.sent.length, 1);
  },
);

t.test('what an earlier life of the channel said is not given as the reason', async (t) => {
  const w = createWorld();
  w.ports.taken.add(9001);
  await w.start('morning');
  w.ports.taken.clear();
  const answer = w.start('morning');
  await w.clock.run(9_999);
  t.equal(await soFar(answer), 'pending');
  w.hosts.last.say({ type: 'report', report: { event: 'underrun', tick: 1 } });
  w.hosts.last.shows({ state: 'buffering', detail: '' });
  await w.clock.run(1);
  t.match(await answer, { errorMessage: 'still trying: no frame yet; slate airs on port 9001' });
});

t.test('a port that cannot be bound: refused in words, no host, shown as error', async (t) => {
  const w = createWorld();
  w.ports.taken.add(9001);
  t.same(await w.start('morning'), {
    success: false,
    errorMessage: 'port 9001 is taken by a test',
    port: 0,
  });
  t.equal(w.hosts.all.length, 0);
  t.match(w.channels.snapshot(1), {
    state: 'error',
    detail: 'port 9001 is taken by a test',
    healthy: false,
    hostPid: null,
    port: 0,
  });
  t.same(w.reports, [
    { channelId: 1, report: { event: 'start_refused', reason: 'port 9001 is taken by a test' } },
  ]);
  t.same(w.health, [[1, false]]);
  w.ports.taken.clear();
  await w.onAir();
  t.match(w.channels.snapshot(1), { state: 'ready' });
});

t.test('a refusal from outside shows a channel as error, but never touches one that is live', async (t) => {
  const w = createWorld();
  w.channels.refuseStart(7, 'port: -1 must be from 1 to 65535');
  t.match(w.channels.snapshot(7), { state: 'error', detail: 'port: -1 must be from 1 to 65535' });
  await w.onAir();
  const before = w.channels.snapshot(1);
  w.channels.refuseStart(1, 'port: -1 must be from 1 to 65535');
  t.same(w.channels.snapshot(1), before);
});

t.test('no more channels than allowed, however fast they come; one that stops makes room', async (t) => {
  const w = createWorld({ maxChannels: 3 });
  const answers = [1, 2, 3, 4, 5].map((id) => w.start('morning', 9000 + id, id));
  await settle();
  t.equal(w.hosts.all.length, 3);
  for (const host of w.hosts.all) host.ready();
  const outcomes = await Promise.all(answers);
  t.same(
    outcomes.map(({ success }) => success),
    [true, true, true, false, false],
  );
  for (const { errorMessage } of outcomes.slice(3)) {
    t.equal(errorMessage, '3 channels are on air and channels.max is 3; stop one, or raise channels.max');
  }
  t.match(w.channels.snapshot(4), { state: 'error', hostPid: null });
  t.same(await w.start('morning', 9001, 1), ON_AIR, 'those on air are not concerned');

  const stopped = w.stop(2);
  await settle();
  w.hosts.all[1]?.stopped();
  await stopped;
  const late = w.start('morning', 9004, 4);
  await settle();
  w.hosts.last.ready();
  t.match(await late, { success: true, port: 9004 });
});

t.test('channels never wait for each other', async (t) => {
  const w = createWorld();
  const slow = w.start('morning', 9001, 1);
  await settle();
  const fast = w.start('morning', 9002, 2);
  await settle();
  w.hosts.last.ready();
  t.match(await fast, { success: true });
  t.equal(await soFar(slow), 'pending');
});
