/** The operator's interventions as the engine sees them: who is asked, what is remembered, what callers are told. */
import t from 'tap';
import { ACTION_NAMES, ACTIONS, switchable } from '../../../supervisors/engine/operations.js';
import { ALL_OPERATIONS } from '../../support/all-operations.js';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, type FakeHost, START_TIMEOUT_MS, soFar, type World } from './fake-world.js';

const ASKED = {
  takeSlate: 'take_slate',
  returnToPlan: 'return_to_plan',
  skipSegment: 'skip_segment',
  restartDecoder: 'restart_decoder',
} as const;
const channelId = 1;

/** Answers the latest call of an operator. */
function answers(host: FakeHost, errorMessage = ''): void {
  const asked = host.sent.findLast((message) => 'call' in message);
  if (asked === undefined || !('call' in asked)) throw new Error('nothing was asked');
  host.say({
    type: 'updated',
    call: asked.call,
    outcome: { success: errorMessage === '', errorMessage },
  });
}

const events = ({ reports }: World) => reports.map(({ report }) => report.event);

for (const [call, type] of Object.entries(ASKED) as [keyof typeof ASKED, string][]) {
  t.test(`${call}: the host is asked, and its answer is the answer`, async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    for (const errorMessage of ['', 'the host says no']) {
      const answer = w.channels[call]({ channelId });
      t.equal(await soFar(answer), 'pending');
      t.match(host.sent.at(-1), { type });
      answers(host, errorMessage);
      t.same(await answer, { success: errorMessage === '', errorMessage });
    }
  });

  t.test(`${call}: a start that still waits for its content does not keep it waiting`, async (t) => {
    const w = createWorld();
    void w.start('morning');
    await settle();
    const answer = w.channels[call]({ channelId });
    t.equal(await soFar(answer), 'pending');
    t.match(w.hosts.last.sent.at(-1), { type });
    answers(w.hosts.last);
    t.same(await answer, DONE);
  });

  t.test(`${call}: a host that dies over it, and none`, async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    const answer = w.channels[call]({ channelId });
    t.equal(await soFar(answer), 'pending');
    host.exits({ signal: 'SIGKILL' });
    t.match(await answer, { success: false, errorMessage: /was killed by SIGKILL.*call again$/ });
    for (let i = 0; i < 3; i++) {
      w.hosts.last.exits({ code: 1 });
      await settle();
    }
    t.match(await w.channels[call]({ channelId }), {
      success: false,
      errorMessage: /has no host process now/,
    });
  });
}

t.test('unknown and stopped channels: refused in words, and nothing made of it', async (t) => {
  const w = createWorld();
  const refused = { success: false, errorMessage: 'channel_id 1 is not on air; start it with StartChannel' };
  const calls = [...Object.keys(ASKED), 'restartChannel'] as (keyof typeof ASKED | 'restartChannel')[];
  for (const call of calls) t.same(await w.channels[call]({ channelId }), refused);
  t.same(w.channels.snapshots(), []);
  await w.onAir();
  const stopped = w.stop();
  w.hosts.last.stopped();
  await stopped;
  for (const call of calls) t.same(await w.channels[call]({ channelId }), refused);
  t.equal(w.hosts.all.length, 1);
});

t.test('slate that was taken outlives hosts, and ends with StopChannel', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const sinceUtcMs = 1_795_334_400_500;
  t.equal(host.order.operatorSlateSinceUtcMs, undefined);
  host.say({ type: 'report', report: { event: 'operator_slate', sinceUtcMs } });
  host.shows({ operatorSlate: { sinceUtcMs } });
  host.exits({ signal: 'SIGKILL' });
  await settle();
  t.equal(w.hosts.last.order.operatorSlateSinceUtcMs, sinceUtcMs);
  t.match(
    w.channels.snapshot(1),
    { hostPid: null, operatorSlate: { sinceUtcMs } },
    'shown between them, too',
  );
  w.hosts.last.ready();
  w.hosts.last.say({ type: 'report', report: { event: 'operator_return', sinceUtcMs } });
  w.hosts.last.exits({ signal: 'SIGKILL' });
  await settle();
  t.equal(w.hosts.last.order.operatorSlateSinceUtcMs, undefined);

  w.hosts.last.ready();
  w.hosts.last.say({ type: 'report', report: { event: 'operator_slate', sinceUtcMs } });
  const stopped = w.stop();
  w.hosts.last.stopped();
  await stopped;
  t.equal(w.channels.snapshot(1)?.operatorSlate, null);
  await w.onAir();
  t.equal(w.hosts.last.order.operatorSlateSinceUtcMs, undefined);
});

t.test('what was skipped stays skipped for the next host, until another plan is on air', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const at = { planHandle: 'morning', planHash: 'h', startTick: 3 } as const;
  const onAir = { event: 'plan_on_air', ...at, skippedTo: 0 } as const;
  host.say({ type: 'report', report: onAir });
  const skipped = { event: 'segment_skipped', segment: 0, asset: 'a' } as const;
  host.say({ type: 'report', report: { ...skipped, skippedTo: 900 } });
  host.say({ type: 'report', report: { ...skipped, skippedTo: null } });
  host.exits({ code: 1 });
  await settle();
  t.same(w.hosts.last.order.order, { ...at, copy: undefined, skippedTo: 900 });
  w.hosts.last.say({ type: 'report', report: { ...onAir, planHandle: 'noon' } });
  w.hosts.last.exits({ code: 1 });
  await settle();
  t.equal(w.hosts.last.order.order.skippedTo, 0);
});

t.test(
  'RestartChannel: another host, on the same port and schedule, answered when it has started',
  async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    const [answer, again] = [
      w.channels.restartChannel({ channelId }),
      w.channels.restartChannel({ channelId }),
    ];
    t.equal(await soFar(answer), 'pending');
    t.notOk(host.alive);
    t.equal(w.hosts.all.length, 2);
    t.match(w.hosts.last.order, { ...host.order, order: { planHandle: 'morning' } });
    t.match(w.channels.snapshot(1), {
      state: 'error',
      port: 9001,
      detail: /replaced at an operator's word; a new one takes over$/,
    });
    w.hosts.last.ready();
    t.same(await Promise.all([answer, again]), [DONE, DONE]);
    t.equal(events(w).filter((event) => event === 'host_restart_asked').length, 1);
    t.notOk(events(w).includes('host_lost'));
  },
);

t.test(
  'RestartChannel is no death: any number of them leaves the three a minute to hosts that die',
  async (t) => {
    const w = createWorld();
    await w.onAir();
    for (let i = 0; i < 10; i++) {
      const answer = w.channels.restartChannel({ channelId });
      await settle();
      w.hosts.last.ready();
      t.same(await answer, DONE);
    }
    for (let i = 0; i < 3; i++) {
      w.hosts.last.exits({ code: 1 });
      await settle();
      w.hosts.last.ready();
    }
    t.equal(w.channels.snapshot(1)?.state, 'ready', 'three died, and a fourth runs');
  },
);

t.test(
  'RestartChannel: a channel that waits a minute for its next host has one at once, and only one',
  async (t) => {
    const w = createWorld();
    await w.onAir();
    for (let i = 0; i < 4; i++) {
      w.hosts.last.exits({ code: 1 });
      await settle();
    }
    t.match(w.channels.snapshot(1), { hostPid: null, detail: /the next attempt is in 60 s$/ });
    const before = w.hosts.all.length;
    const answer = w.channels.restartChannel({ channelId });
    await settle();
    t.equal(w.hosts.all.length, before + 1);
    w.hosts.last.ready();
    t.same(await answer, DONE);
    const beat = setIntervalOf(w);
    await w.clock.run(70_000);
    beat.cancel();
    t.equal(w.hosts.all.length, before + 1, 'the timer is gone');
  },
);

t.test('RestartChannel: a host that does not get anywhere, and one that dies for good', async (t) => {
  const w = createWorld();
  await w.onAir();
  const slow = w.channels.restartChannel({ channelId });
  await settle();
  const beat = setIntervalOf(w);
  await w.clock.run(START_TIMEOUT_MS);
  beat.cancel();
  t.match(await slow, { success: false, errorMessage: /has not put the channel on air within 10 s/ });
  const dies = w.channels.restartChannel({ channelId });
  for (let i = 0; i < 4; i++) {
    await settle();
    w.hosts.last.exits({ code: 1 });
  }
  t.match(await dies, { success: false, errorMessage: /the next attempt is in 60 s$/ });
});

t.test('RestartChannel and StopChannel at once: stopped', async (t) => {
  const w = createWorld();
  await w.onAir();
  const answer = w.channels.restartChannel({ channelId });
  await settle();
  const stopped = w.stop();
  w.hosts.last.stopped();
  t.same(await stopped, DONE);
  t.match(await answer, { success: false, errorMessage: /was stopped by a later call/ });
  await w.clock.run(70_000);
  t.notOk(w.hosts.all.some(({ alive }) => alive));
});

t.test('each can be switched off by itself: refused with the key, and no channel hears of it', async (t) => {
  for (const off of ACTION_NAMES) {
    const w = createWorld();
    const host = await w.onAir();
    const before = host.sent.length;
    const { call, key, switch: name } = ACTIONS[off];
    const gated = switchable(w.channels, { ...ALL_OPERATIONS, [name]: false });
    t.match(await gated[call]({ channelId }), { success: false, errorMessage: `${key} is false` });
    t.equal(host.sent.length, before);
    t.ok(host.alive);
    const others = ACTION_NAMES.filter((action) => ACTIONS[action].switch !== name);
    for (const other of others) {
      const { errorMessage } = await gated[ACTIONS[other].call]({ channelId: 77 });
      t.notMatch(errorMessage, 'switched off');
    }
  }
});

/** Has the last host send its heartbeat, for as long as it is alive. */
function setIntervalOf(w: World): { cancel(): void } {
  let cancelled = false;
  const beat = () => {
    if (cancelled) return;
    if (w.hosts.last.alive) w.hosts.last.shows({ state: 'buffering' });
    w.clock.at(w.clock.nowMs() + 250, beat);
  };
  beat();
  return {
    cancel() {
      cancelled = true;
    },
  };
}
