import t from 'tap';
import { type Strategy, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { settle } from '../../support/fake-clock.js';
import { codeOf, hang, playground, type Script } from './playground.js';

/** A supervisor over children a, b, c, ... that allows 3 restarts in 60 s. */
async function supervise(
  strategy: Strategy,
  scripts: Record<string, Parameters<typeof world.spec>[1]>,
  world = playground(),
) {
  const children = Object.entries(scripts).map(([id, script]) => world.spec(id, script));
  const { clock, onReport } = world;
  const top = await startSupervisor({
    name: 'top',
    clock,
    strategy,
    intensity: 3,
    periodMs: 60_000,
    children,
    onReport,
  });
  world.taken();
  const states = () =>
    top
      .whichChildren()
      .map(({ id, status }) => `${id} ${status}`)
      .join(', ');
  return { ...world, top, states };
}

/** Starts that fail in the lives named. */
const failing = (...lives: number[]): Script => ({
  onStart(life) {
    if (lives.includes(life)) throw new Error(`life ${life} failed`);
  },
});

t.test('one_for_one restarts the child that ended and leaves its siblings untouched', async (t) => {
  const { top, crash, taken, child, states } = await supervise('one_for_one', { a: {}, b: {}, c: {} });
  const before = [child('a'), child('c')];
  await crash('b');
  t.equal(taken(), '.b +b');
  t.strictSame([child('a'), child('c')], before);
  t.equal(states(), 'a running, b running, c running', 'in their old order');
  await top.stop();
});

t.test('one_for_one: a restart that takes long keeps no other child from being restarted', async (t) => {
  const { top, crash, taken, states, clock } = await supervise('one_for_one', {
    a: { onStart: (life) => (life === 2 ? hang() : undefined), shutdown: 'brutal_kill' },
    b: {},
  });
  await crash('a');
  await crash('b');
  t.equal(taken(), '.a .b +b');
  t.equal(states(), 'a restarting, b running');
  t.match(top.countChildren(), { specs: 2, active: 1 });
  await Promise.all([top.kill(), clock.run(1000)]);
});

t.test('one_for_one: an order that takes long keeps no child from being restarted', async (t) => {
  const { top, crash, taken, spec, clock } = await supervise('one_for_one', { a: {} });
  const added = t.rejects(top.startChild(spec('b', { onStart: hang, shutdown: 'brutal_kill' })), {
    code: 'aborted',
  });
  await settle();
  await crash('a');
  t.equal(taken(), '.a +a');
  await Promise.all([top.stop(), clock.run(1000), added]);
});

t.test('one_for_one: a restart that fails is tried again, and each try counts', async (t) => {
  const { top, crash, taken, clock, states, told } = await supervise('one_for_one', {
    a: failing(2, 3),
    b: {},
  });
  await crash('a', 'abnormal', 'boom');
  t.equal(states(), 'a restarting, b running', 'the next try waits for a turn of the event loop');
  await clock.run(0);
  t.equal(states(), 'a running, b running');
  t.equal(taken(), '.a +a');
  t.strictSame(told(), ['child_terminated boom', 'start_error life 2 failed', 'start_error life 3 failed']);
  await crash('b');
  t.match(await top.exited, { reason: 'reached_max_restart_intensity' }, 'the three are spent');
});

t.test('one_for_one: a restart whose tries all fail makes the supervisor give up', async (t) => {
  const { top, crash, clock, taken, told } = await supervise('one_for_one', { a: failing(2, 3, 4), b: {} });
  await crash('a', 'abnormal', 'boom');
  await clock.run(0);
  t.match(await top.exited, {
    kind: 'shutdown',
    reason: 'reached_max_restart_intensity',
    cause: { message: /the last needed by child "a": life 4 failed$/, cause: { message: 'life 4 failed' } },
  });
  t.strictSame(told(), [
    'child_terminated boom',
    'start_error life 2 failed',
    'start_error life 3 failed',
    'start_error life 4 failed',
    'shutdown reached_max_restart_intensity',
  ]);
  t.equal(taken(), '.a -b .b');
});

t.test('one_for_all stops the others in reverse order and starts all in order', async (t) => {
  const { top, crash, taken, child } = await supervise('one_for_all', { a: {}, b: {}, c: {} });
  const old = [child('a'), child('b'), child('c')];
  await crash('b');
  t.equal(taken(), '.b -c .c -a .a +a +b +c');
  t.notOk(old.some((one) => top.whichChildren().some((info) => info.child === one)));
  await top.stop();
});

t.test(
  'rest_for_one stops those started later in reverse order, and starts from the one that ended',
  async (t) => {
    const { top, crash, taken, child, states } = await supervise('rest_for_one', {
      a: {},
      b: {},
      c: {},
      d: {},
    });
    const first = child('a');
    await crash('b');
    t.equal(taken(), '.b -d .d -c .c +b +c +d');
    t.equal(child('a'), first);
    await crash('d');
    t.equal(taken(), '.d +d');
    t.equal(states(), 'a running, b running, c running, d running', 'in their old order');
    await top.stop();
  },
);

for (const strategy of ['one_for_all', 'rest_for_one'] as const) {
  t.test(`${strategy}: a temporary bystander is stopped, not restarted, and forgotten`, async (t) => {
    const { top, crash, taken, states } = await supervise(strategy, {
      a: {},
      b: { restart: 'temporary' },
      c: {},
    });
    await crash('a');
    t.equal(taken(), '.a -c .c -b .b +a +c');
    t.equal(states(), 'a running, c running');
    await top.stop();
  });

  t.test(`${strategy}: the end of a temporary child restarts nobody`, async (t) => {
    const { top, crash, taken } = await supervise(strategy, { a: { restart: 'temporary' }, b: {} });
    await crash('a');
    t.equal(taken(), '.a');
    await top.stop();
  });

  t.test(`${strategy}: a restart also starts children that had been terminated or had ended`, async (t) => {
    const { top, crash, taken } = await supervise(strategy, { a: {}, b: {}, c: { restart: 'transient' } });
    await top.terminateChild('b');
    await crash('c', 'normal');
    taken();
    await crash('a');
    t.equal(taken(), '.a +a +b +c');
    await top.stop();
  });

  t.test(`${strategy}: two that end at the same time are both running in the end`, async (t) => {
    const { top, child, crash, states } = await supervise(strategy, { a: {}, b: {}, c: {} });
    child('a').end('abnormal');
    await crash('c');
    t.equal(states(), 'a running, b running, c running');
    await top.stop();
  });

  t.test(`${strategy}: a restart whose tries all fail makes the supervisor give up`, async (t) => {
    const { top, crash, clock, taken, told } = await supervise(strategy, { a: {}, b: failing(2, 3, 4, 5) });
    await crash('a', 'abnormal', 'boom');
    await clock.run(0);
    t.match(await top.exited, { kind: 'shutdown', reason: 'reached_max_restart_intensity' });
    t.equal(told().at(0), 'child_terminated boom');
    t.equal(told().at(-1), 'shutdown reached_max_restart_intensity');
    t.match(taken(), / -a \.a$/);
    t.equal(top.countChildren().active, 0);
  });

  t.test(
    `${strategy}: one that is terminated while its restart hangs stays down, the others come up`,
    async (t) => {
      const { top, crash, taken, states, clock, spec } = await supervise(strategy, {
        a: {},
        b: { onStart: (life) => (life === 2 ? hang() : undefined), shutdown: 'infinity' },
        c: {},
      });
      await crash('a');
      t.equal(states(), 'a running, b restarting, c restarting');
      t.match(top.countChildren(), { specs: 3, active: 1 });
      t.equal(await codeOf(top.startChild(spec('b'))), 'already_present');
      t.equal(await codeOf(top.restartChild('b')), 'restarting');
      t.equal(await codeOf(top.deleteChild('b')), 'restarting');
      const refused = t.rejects(top.terminateChild('b'), { code: 'still_running' });
      t.equal(states(), 'a running, b stopped, c restarting', 'at once');
      await settle();
      t.equal(states(), 'a running, b stopped, c running');
      t.equal(taken(), '.a -c .c -b .b +a +c');
      await Promise.all([top.kill(), clock.run(1000)]);
      await refused;
    },
  );

  t.test(
    `${strategy}: one that is terminated while its next try waits stays down, the others come up`,
    async (t) => {
      const { top, crash, clock, states } = await supervise(strategy, {
        a: {},
        b: failing(2, 3, 4, 5),
        c: {},
      });
      await crash('a');
      t.equal(states(), 'a running, b restarting, c restarting');
      await top.terminateChild('b');
      await clock.run(0);
      t.equal(states(), 'a running, b stopped, c running');
      await top.stop();
    },
  );

  t.test(`${strategy}: a stop in the middle of a restart leaves nothing running`, async (t) => {
    const { top, crash, taken, clock } = await supervise(strategy, {
      a: {},
      b: { onStart: (life) => (life === 2 ? hang() : undefined), shutdown: 'brutal_kill' },
      c: {},
    });
    await crash('a');
    const stopped = top.stop();
    await clock.run(1000);
    await stopped;
    t.equal(taken(), '.a -c .c !b .b +a -a .a');
    t.equal(top.countChildren().active, 0);
  });
}

t.test(
  'one_for_all: another child failing during the restart takes the restarted ones down again',
  async (t) => {
    const { top, crash, clock, taken, told } = await supervise('one_for_all', {
      a: {},
      b: failing(2),
      c: {},
    });
    await crash('a', 'abnormal', 'boom');
    t.equal(taken(), '.a -c .c -b .b +a');
    await clock.run(0);
    t.equal(taken(), '-a .a +a +b +c');
    t.strictSame(told(), ['child_terminated boom', 'start_error life 2 failed']);
    await top.stop();
  },
);

t.test(
  'rest_for_one: another child failing during the restart is tried again without touching those before it',
  async (t) => {
    const { top, crash, clock, taken } = await supervise('rest_for_one', { a: {}, b: failing(2), c: {} });
    await crash('a');
    t.equal(taken(), '.a -c .c -b .b +a');
    await clock.run(0);
    t.equal(taken(), '+b +c');
    await top.stop();
  },
);

t.test('restarts that are spaced by more than the period never exhaust the supervisor', async (t) => {
  const world = playground();
  const { clock, spec } = world;
  const top = await startSupervisor({
    name: 'top',
    clock,
    intensity: 1,
    periodMs: 1000,
    children: [spec('a')],
  });
  for (let turn = 0; turn < 20; turn += 1) {
    await world.crash('a');
    t.equal(top.whichChildren()[0]?.status, 'running');
    await clock.run(1000);
  }
  await top.stop();
});
