import t from 'tap';
import { deferred } from '../../../supervisors/deferred.js';
import type { ChildContext } from '../../../supervisors/otp/child.js';
import { createDynamicSupervisor } from '../../../supervisors/otp/dynamic-supervisor.js';
import { type Supervisor, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { type FakeClock, settle } from '../../support/fake-clock.js';
import { hang, isSettled, type Playground, playground, type Script } from './playground.js';

/** A start that in one of its lives is slow and deaf to its signal: it goes on when it is let go of. */
function slowIn(slowLife: number): Required<Pick<Script, 'onStart'>> & { letGo(): void } {
  const { promise: gate, resolve: letGo } = deferred<void>();
  return { onStart: (life) => (life === slowLife ? gate : undefined), letGo };
}

/** A start that never succeeds, but undoes itself within `undoMs` of being told that it is not wanted. */
const obedient = (clock: FakeClock, undoMs: number) => ({
  onStart: (_life: number, { signal }: ChildContext) =>
    new Promise<never>((_resolve, reject) => {
      const undone = () => reject(new Error('aborted'));
      const undo = () => (undoMs === 0 ? undone() : clock.at(clock.nowMs() + undoMs, undone));
      if (signal.aborted) undo();
      else signal.addEventListener('abort', undo);
    }),
});

t.test('a child that is restarted by order begins when nothing is left of its life before', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const { onStart, letGo } = slowIn(2);
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a', { onStart })] });
  await world.crash('a');
  const terminated = top.terminateChild('a');
  const restarted = top.restartChild('a');
  t.equal(await isSettled(restarted), false);
  t.match(top.whichChildren(), [{ id: 'a', status: 'starting' }]);
  letGo();
  await Promise.all([terminated, restarted]);
  t.equal(taken(), '+a .a +a -a .a +a');
  await top.stop();
});

t.test('a child that is deleted and added begins when nothing is left of its life before', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const { onStart, letGo } = slowIn(2);
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a', { onStart })] });
  await world.crash('a');
  const orders = [top.terminateChild('a'), top.deleteChild('a'), top.startChild(spec('a'))];
  await settle();
  t.equal(taken(), '+a .a');
  letGo();
  await Promise.all(orders);
  t.equal(taken(), '+a -a .a +a');
  await top.stop();
});

t.test(
  'a child that is added again begins when nothing is left of the start that was cut short',
  async (t) => {
    const { clock, spec, taken } = playground();
    const { onStart, letGo } = slowIn(1);
    const top = await startSupervisor({ name: 'top', clock, children: [] });
    const aborted = t.rejects(top.startChild(spec('a', { onStart })), { code: 'aborted' });
    await settle();
    const terminated = top.terminateChild('a');
    const added = top.startChild(spec('a'));
    await aborted;
    t.equal(await isSettled(added), false);
    letGo();
    await Promise.all([terminated, added]);
    t.equal(taken(), '+a -a .a +a');
    await top.stop();
  },
);

t.test('a child that is restarted with others begins when nothing is left of its life before', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const { onStart, letGo } = slowIn(2);
  const children = [spec('a'), spec('b', { onStart })];
  const top = await startSupervisor({ name: 'top', clock, strategy: 'one_for_all', intensity: 9, children });
  await world.crash('a');
  const terminated = top.terminateChild('b');
  await world.crash('a');
  t.equal(taken(), '+a +b .a -b .b +a .a +a');
  t.match(top.whichChildren(), [{ status: 'running' }, { status: 'restarting' }]);
  letGo();
  await terminated;
  await settle();
  t.equal(taken(), '+b -b .b +b');
  t.match(top.whichChildren(), [{ status: 'running' }, { status: 'running' }]);
  await top.stop();
});

t.test('a child that waits for the end of its life before can be terminated, and stays down', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const { onStart, letGo } = slowIn(2);
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a', { onStart })] });
  await world.crash('a');
  const first = top.terminateChild('a');
  const aborted = t.rejects(top.restartChild('a'), { code: 'aborted' });
  await settle();
  const second = top.terminateChild('a');
  await aborted;
  t.equal(await isSettled(second), false, 'what it had to wait for is still there');
  letGo();
  await Promise.all([first, second]);
  t.equal(taken(), '+a .a +a -a .a');
  t.match(top.whichChildren(), [{ id: 'a', status: 'stopped' }]);
  await top.stop();
});

t.test(
  'a child whose turn in a restart has not come can be terminated, even if it had been before',
  async (t) => {
    const world = playground();
    const { clock, spec, taken } = world;
    const slowA = slowIn(3);
    const slowB = slowIn(2);
    const children = [spec('a', { onStart: slowA.onStart }), spec('b', { onStart: slowB.onStart })];
    const top = await startSupervisor({
      name: 'top',
      clock,
      strategy: 'one_for_all',
      intensity: 9,
      children,
    });
    await world.crash('a');
    const orders = [top.terminateChild('b')];
    await world.crash('a');
    t.match(top.whichChildren(), [{ status: 'restarting' }, { status: 'restarting' }]);
    orders.push(top.terminateChild('b'));
    t.match(top.whichChildren(), [{ status: 'restarting' }, { status: 'stopped' }]);
    taken();
    slowA.letGo();
    slowB.letGo();
    await Promise.all(orders);
    await settle();
    t.match(top.whichChildren(), [{ status: 'running' }, { status: 'stopped' }]);
    t.equal(taken(), '+a +b -b .b', 'the old life of b ends; there is no new one');
    await top.stop();
  },
);

t.test('a start that stops its own supervisor before it waits for anything is cut short too', async (t) => {
  for (const kind of ['static', 'dynamic'] as const) {
    const { clock, spec } = playground();
    const top =
      kind === 'static'
        ? await startSupervisor({ name: 'top', clock, children: [] })
        : createDynamicSupervisor({ name: 'top', clock });
    const onStart = (life: number, context: ChildContext) => {
      void top.stop();
      return obedient(clock, 100).onStart(life, context);
    };
    await t.rejects(top.startChild(spec('a', { onStart })), { code: 'aborted' });
    await clock.run(99);
    t.equal(await isSettled(top.exited), false, 'it is waited for');
    await clock.run(1);
    t.strictSame(await top.exited, { kind: 'shutdown', reason: 'shutdown' });
  }
});

for (const strategy of ['one_for_one', 'one_for_all', 'rest_for_one', 'dynamic'] as const) {
  t.test(`${strategy}: a supervisor that is stopped by its own report restarts nothing`, async (t) => {
    const { clock, spec, taken, child, told, reports } = playground();
    const onReport = (report: (typeof reports)[number]) => {
      reports.push(report);
      void top.stop();
    };
    const flags = { name: 'top', clock, intensity: 9, onReport };
    const top =
      strategy === 'dynamic'
        ? createDynamicSupervisor(flags)
        : await startSupervisor({ ...flags, strategy, children: [] });
    await top.startChild(spec('a'));
    await top.startChild(spec('b'));
    child('a').end('abnormal', 'boom');
    t.strictSame(await top.exited, { kind: 'shutdown', reason: 'shutdown' });
    t.equal(taken(), '+a +b .a -b .b');
    t.strictSame(told(), ['child_terminated boom']);
  });

  t.test(`${strategy}: a stop that comes at any moment of a failing restart is the last word`, async (t) => {
    for (let turns = 0; turns < 40; turns += 1) {
      const { clock, spec, child } = playground();
      let starts = 0;
      const onStart = (life: number) => {
        starts += 1;
        if (life > 1) throw new Error('no');
      };
      const flags = { name: 'top', clock, intensity: 9 };
      const top =
        strategy === 'dynamic'
          ? createDynamicSupervisor(flags)
          : await startSupervisor({ ...flags, strategy, children: [] });
      await top.startChild(spec('a', { onStart }));
      // It keeps the supervisor waiting, so that there is time for one restart more.
      await top.startChild(spec('b', { onStop: () => {}, shutdown: 50 }));
      child('a').end('abnormal');
      for (let turn = 0; turn < turns; turn += 1) await undefined;
      const stopped = top.stop();
      const startsBefore = starts;
      await clock.run(5000);
      await stopped;
      t.equal(starts, startsBefore, `after ${turns} turns`);
      t.equal(clock.pendingTimers, 0);
    }
  });
}

t.test('a kill reaches every child at once, whatever the supervisor is waiting for', async (t) => {
  const unkillable = { onKill: () => {}, onStop: () => {} };
  const waiting: Record<string, (world: Playground, top: Supervisor) => void> = {
    'a stop': (_world, top) => void top.stop(),
    'an order': (_world, top) => void top.terminateChild('b').catch(() => {}),
    'a restart': (world) => world.child('c').end('abnormal'),
  };
  for (const [what, begin] of Object.entries(waiting)) {
    const world = playground();
    const { clock, spec, taken } = world;
    const children = [spec('a'), spec('b', { ...unkillable, shutdown: 'infinity' }), spec('c')];
    const top = await startSupervisor({ name: 'top', clock, strategy: 'one_for_all', children });
    begin(world, top);
    await settle();
    t.match(taken(), / -b$/, `${what} waits for b`);
    const killed = top.kill();
    await settle();
    const log = taken();
    t.match(log, /!b/);
    t.match(log, /!a \.a/, `${what} does not keep a alive`);
    await clock.run(1000);
    await killed;
    t.strictSame(await top.exited, {
      kind: 'abnormal',
      reason: what === 'a stop' ? 'shutdown, but still running: b' : 'killed, but still running: b',
    });
    t.equal(top.countChildren().active, 0);
  }
});

t.test('a kill gives a start as long to undo itself as a killed child to be gone', async (t) => {
  for (const undoMs of [0, 999]) {
    const { clock, spec, reports, onReport } = playground();
    const top = await startSupervisor({ name: 'top', clock, children: [], onReport });
    const aborted = t.rejects(top.startChild(spec('a', obedient(clock, undoMs))), { code: 'aborted' });
    await settle();
    const killed = top.kill();
    await clock.run(undoMs);
    await Promise.all([killed, aborted]);
    t.strictSame(await top.exited, { kind: 'abnormal', reason: 'killed' });
    t.strictSame(reports, []);
  }
});

t.test('so does terminating a child with brutal_kill that starts', async (t) => {
  const { clock, spec, reports, onReport } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [], onReport });
  const script = { ...obedient(clock, 999), shutdown: 'brutal_kill' } as const;
  const aborted = t.rejects(top.startChild(spec('a', script)), { code: 'aborted' });
  await settle();
  const terminated = top.terminateChild('a');
  await clock.run(999);
  await Promise.all([terminated, aborted]);
  t.strictSame(reports, []);
  await top.stop();
});

t.test('a kill cuts short the waiting for a start that hangs', async (t) => {
  const { clock, spec } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [] });
  const aborted = t.rejects(top.startChild(spec('a', { onStart: hang, shutdown: 'infinity' })));
  await settle();
  const stopped = top.stop();
  await clock.run(1e9);
  t.equal(await isSettled(stopped), false);
  const killed = top.kill();
  await clock.run(1000);
  await Promise.all([stopped, killed, aborted]);
  t.strictSame(await top.exited, { kind: 'abnormal', reason: 'shutdown, but still running: a' });
});

t.test('stopping many children at once is no leak to Node', async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  t.teardown(() => process.off('warning', onWarning));
  const { clock, spec } = playground();
  const dynamic = createDynamicSupervisor({ name: 'channels', clock });
  for (let id = 0; id < 30; id += 1) await dynamic.startChild(spec(`${id}`, { onStop: () => {} }));
  const stopped = dynamic.stop();
  await clock.run(5000);
  await stopped;
  t.strictSame(warnings, []);
});
