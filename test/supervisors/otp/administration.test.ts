import t from 'tap';
import { deferred } from '../../../supervisors/deferred.js';
import { startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { settle } from '../../support/fake-clock.js';
import { codeOf, hang, isSettled, playground } from './playground.js';

t.test('children are added, terminated, restarted and deleted as OTP does it', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a')] });
  const counts = (specs: number, active: number) =>
    t.strictSame(top.countChildren(), { specs, active, supervisors: 0, workers: specs });
  counts(1, 1);
  t.equal(await codeOf(top.startChild(spec('a'))), 'already_started');

  t.equal(await codeOf(top.terminateChild('x')), 'not_found');
  await top.terminateChild('a');
  t.equal(taken(), '+a -a .a');
  t.strictSame(top.whichChildren(), [
    {
      id: 'a',
      type: 'worker',
      status: 'stopped',
      child: undefined,
      restarts: 0,
      sinceMs: top.whichChildren()[0]?.sinceMs,
    },
  ]);
  counts(1, 0);
  await top.terminateChild('a');
  t.equal(await codeOf(top.startChild(spec('a'))), 'already_present');

  t.equal(await top.restartChild('a'), world.child('a'));
  t.strictSame(top.whichChildren(), [
    {
      id: 'a',
      type: 'worker',
      status: 'running',
      child: world.child('a'),
      restarts: 0,
      sinceMs: world.clock.nowMs(),
    },
  ]);
  t.equal(await codeOf(top.restartChild('a')), 'running');
  t.equal(await codeOf(top.restartChild('x')), 'not_found');

  t.equal(await codeOf(top.deleteChild('a')), 'running');
  t.equal(await codeOf(top.deleteChild('x')), 'not_found');
  await top.terminateChild('a');
  await top.deleteChild('a');
  t.equal(await codeOf(top.restartChild('a')), 'not_found');
  t.strictSame(top.whichChildren(), []);
  counts(0, 0);

  t.equal(await top.startChild(spec('a')), world.child('a'));
  counts(1, 1);
  await top.stop();
});

t.test('a terminated child is not restarted, even if it ends badly', async (t) => {
  const { clock, spec, taken } = playground();
  const top = await startSupervisor({
    name: 'top',
    clock,
    children: [spec('a', { shutdown: 'brutal_kill' })],
  });
  await top.terminateChild('a');
  await settle();
  t.equal(taken(), '+a !a .a');
  await top.stop();
});

t.test('a temporary child that is terminated is forgotten', async (t) => {
  const { clock, spec } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a', { restart: 'temporary' })] });
  await top.terminateChild('a');
  t.strictSame(top.whichChildren(), []);
  await top.startChild(spec('a', { restart: 'temporary' }));
  await top.stop();
});

t.test(
  'a failed startChild drops the spec, a failed restartChild keeps it; neither is a report',
  async (t) => {
    const { clock, spec, reports, onReport } = playground();
    const cause = new Error('no such file');
    const onStart = (life: number) => (life === 2 ? undefined : Promise.reject(cause));
    const top = await startSupervisor({ name: 'top', clock, children: [], onReport });
    const failed = { code: 'failed_to_start_child', message: /child "a" did not start: no such file/, cause };
    await t.rejects(top.startChild(spec('a', { onStart })), failed);
    t.strictSame(top.whichChildren(), []);
    await top.startChild(spec('a', { onStart }));
    await top.terminateChild('a');
    await t.rejects(top.restartChild('a'), failed);
    t.match(top.whichChildren(), [{ id: 'a', status: 'stopped' }]);
    t.strictSame(reports, []);
    await top.stop();
  },
);

t.test('a bad spec is refused before anything is started', async (t) => {
  const { clock, spec, taken } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [] });
  await t.rejects(top.startChild(spec('a', { shutdown: -1 })), {
    code: 'invalid_child_spec',
    message: /shutdown/,
  });
  t.equal(taken(), '');
  await top.stop();
});

t.test('orders are carried out one after the other, in the order they were given', async (t) => {
  const { clock, spec, taken } = playground();
  const top = await startSupervisor({
    name: 'top',
    clock,
    children: [spec('a', { onStop: () => {}, shutdown: 10 })],
  });
  const slow = { onStart: () => new Promise<void>((resolve) => clock.at(clock.nowMs() + 10, resolve)) };
  const orders = [
    top.terminateChild('a'),
    top.deleteChild('a'),
    top.startChild(spec('b', slow)),
    top.startChild(spec('a')),
    top.terminateChild('b'),
  ];
  await clock.run(20);
  await Promise.all(orders);
  t.equal(taken(), '+a -a !a .a +b +a -b .b');
  await top.stop();
});

t.test('children are shown in start order, those added at the end', async (t) => {
  const world = playground();
  const { clock, spec } = world;
  const top = await startSupervisor({ name: 'top', clock, intensity: 9, children: [spec('c'), spec('a')] });
  await top.startChild(spec('b'));
  await world.crash('c');
  await top.terminateChild('a');
  await top.restartChild('a');
  t.strictSame(
    top.whichChildren().map(({ id }) => id),
    ['c', 'a', 'b'],
  );
  world.taken();
  await top.stop();
  t.equal(world.taken(), '-b .b -a .a -c .c');
});

t.test('a spec can be read back with its defaults', async (t) => {
  const { clock, spec } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a')] });
  t.match(top.childSpec('a'), { id: 'a', restart: 'permanent', shutdown: 5000, type: 'worker' });
  t.equal(top.childSpec('b'), undefined);
  await top.stop();
});

t.test('while a restart hangs, the child is answered as restarting and can be stopped at once', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const onStart = (life: number) => (life === 2 ? hang() : undefined);
  const children = [spec('a', { onStart, shutdown: 'brutal_kill' })];
  const top = await startSupervisor({ name: 'top', clock, children, intensity: 9 });
  await world.crash('a');
  t.equal(await codeOf(top.startChild(spec('a'))), 'already_present');
  t.equal(await codeOf(top.restartChild('a')), 'restarting');
  t.equal(await codeOf(top.deleteChild('a')), 'restarting');
  t.match(top.whichChildren(), [{ id: 'a', status: 'restarting', child: undefined }]);
  t.match(top.countChildren(), { specs: 1, active: 0 });

  const refused = t.rejects(top.terminateChild('a'), {
    code: 'still_running',
    message: /"a" could not be stopped/,
  });
  t.match(top.whichChildren(), [{ id: 'a', status: 'stopped' }], 'at once');
  await clock.run(1000);
  await refused;
  await top.restartChild('a');
  t.equal(taken(), '+a .a +a');
  await top.stop();
});

t.test(
  'while restarts fail one after the other, the child is answered as restarting and can be stopped at once',
  async (t) => {
    const world = playground();
    const { clock, spec } = world;
    const lives: number[] = [];
    const onStart = (life: number) => {
      lives.push(life);
      if (life > 1 && life < 5) throw new Error('not yet');
    };
    const top = await startSupervisor({
      name: 'top',
      clock,
      intensity: 9,
      children: [spec('a', { onStart })],
    });
    await world.crash('a');
    t.equal(await codeOf(top.restartChild('a')), 'restarting');
    await top.terminateChild('a');
    t.match(top.whichChildren(), [{ status: 'stopped' }]);
    await clock.run(60_000);
    t.strictSame(lives, [1, 2], 'no further try');
    t.equal(clock.pendingTimers, 0);
    await top.stop();
  },
);

t.test('a supervisor stops at once while a restart hangs or waits for its next try', async (t) => {
  for (const second of [hang, () => Promise.reject(new Error('no'))]) {
    const world = playground();
    const { clock, spec } = world;
    const onStart = (life: number) => (life === 1 ? undefined : second());
    const children = [spec('a', { onStart, shutdown: 'brutal_kill' })];
    const top = await startSupervisor({ name: 'top', clock, intensity: 9, children });
    await world.crash('a');
    const stopped = top.stop();
    await clock.run(1000);
    t.equal(await isSettled(stopped), true);
    t.equal(clock.pendingTimers, 0);
  }
});

t.test('a start that an order waits for can be cut short by terminating the child', async (t) => {
  const { clock, spec, taken } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [] });
  const { promise: released, resolve: release } = deferred<void>();
  const onStart = () => released;
  const aborted = t.rejects(top.startChild(spec('a', { onStart })), { code: 'aborted' });
  await settle();
  t.match(top.whichChildren(), [{ id: 'a', status: 'starting' }]);
  const terminated = top.terminateChild('a');
  await aborted;
  t.equal(await isSettled(terminated), false, 'it is not over before the start is');
  release();
  await terminated;
  t.equal(taken(), '+a -a .a', 'what the start brought all the same is stopped');
  t.strictSame(top.whichChildren(), []);
  await top.stop();
});

t.test(
  'terminating a child that cannot be stopped is refused as still running, and it is let go of',
  async (t) => {
    const { clock, spec } = playground();
    const children = [spec('a', { shutdown: 'brutal_kill', onKill: () => {} })];
    const top = await startSupervisor({ name: 'top', clock, children });
    const refused = t.rejects(top.terminateChild('a'), { code: 'still_running' });
    await clock.run(1000);
    await refused;
    t.match(top.whichChildren(), [{ id: 'a', status: 'stopped' }]);
    await top.stop();
    t.match(await top.exited, { kind: 'abnormal', reason: 'shutdown, but still running: a' });
  },
);

t.test('what outlived its stop but ended later is not held against the supervisor', async (t) => {
  const world = playground();
  const { clock, spec } = world;
  const children = [spec('a', { shutdown: 'brutal_kill', onKill: () => {} })];
  const top = await startSupervisor({ name: 'top', clock, children });
  const refused = t.rejects(top.terminateChild('a'), { code: 'still_running' });
  await clock.run(1000);
  await refused;
  await world.crash('a');
  await top.stop();
  t.strictSame(await top.exited, { kind: 'shutdown', reason: 'shutdown' });
});
