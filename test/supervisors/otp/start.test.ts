import t from 'tap';
import { startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { hang, isSettled, playground } from './playground.js';

t.test('children are started in order, one after the other, and stopped in reverse order', async (t) => {
  const { clock, spec, taken } = playground();
  const slow = { onStart: () => new Promise<void>((resolve) => clock.at(clock.nowMs() + 10, resolve)) };
  const starting = startSupervisor({ name: 'top', clock, children: [spec('a', slow), spec('b'), spec('c')] });
  t.equal(await isSettled(starting), false);
  t.equal(taken(), '', 'b waits for a');
  await clock.run(10);
  const top = await starting;
  t.equal(taken(), '+a +b +c');
  await top.stop();
  t.equal(taken(), '-c .c -b .b -a .a');
  t.strictSame(await top.exited, { kind: 'shutdown', reason: 'shutdown' });
  t.equal(clock.pendingTimers, 0, 'no timer is left');
});

t.test('when one does not start, those started are stopped in reverse and the cause is kept', async (t) => {
  const { clock, spec, taken, onReport, reports } = playground();
  const cause = new Error('port 9308 is taken');
  const children = [spec('a'), spec('b'), spec('c', { onStart: () => Promise.reject(cause) }), spec('d')];
  await t.rejects(startSupervisor({ name: 'top', clock, children, onReport }), {
    code: 'failed_to_start_child',
    message: 'supervisor "top": child "c" did not start: port 9308 is taken',
    cause,
  });
  t.equal(taken(), '+a +b -b .b -a .a');
  t.match(reports, [{ supervisor: 'top', errorContext: 'start_error', offender: { id: 'c' }, cause }]);
});

t.test('a child that crashes while a later one fails to start is not restarted', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const onStart = async () => {
    world.child('a').end('abnormal');
    throw new Error('no');
  };
  await t.rejects(startSupervisor({ name: 'top', clock, children: [spec('a'), spec('b', { onStart })] }));
  await clock.run(10_000);
  t.equal(taken(), '+a .a');
});

t.test('a start that returns no child is a failed start', async (t) => {
  const { clock, spec } = playground();
  for (const nonsense of [42, null, {}, { exited: Promise.resolve(), stop() {} }]) {
    const children = [{ ...spec('a'), start: () => nonsense as never }];
    await t.rejects(startSupervisor({ name: 'top', clock, children }), {
      code: 'failed_to_start_child',
      message: /start must return a child \(exited, stop, kill\) or 'ignore'/,
    });
  }
});

t.test(
  'a child that has nothing to do is ignored: its spec is kept, a temporary one is forgotten',
  async (t) => {
    const { clock, spec } = playground();
    const onStart = () => 'ignore';
    const children = [spec('a', { onStart }), spec('b', { onStart, restart: 'temporary' }), spec('c')];
    const top = await startSupervisor({ name: 'top', clock, children });
    t.match(top.whichChildren(), [
      { id: 'a', status: 'stopped', child: undefined },
      { id: 'c', status: 'running' },
    ]);
    t.equal(top.whichChildren().length, 2);
    t.strictSame(top.countChildren(), { specs: 2, active: 1, supervisors: 0, workers: 2 });
    t.equal(await top.startChild(spec('d', { onStart })), 'ignore');
    t.equal(await top.startChild(spec('e', { onStart, restart: 'temporary' })), 'ignore');
    t.strictSame(
      top.whichChildren().map(({ id }) => id),
      ['a', 'c', 'd'],
    );
    await top.stop();
  },
);

t.test('a supervisor whose own start is aborted undoes it and says so', async (t) => {
  const { clock, spec, taken } = playground();
  const abort = new AbortController();
  const children = [spec('a'), spec('b', { onStart: hang, shutdown: 'brutal_kill' }), spec('c')];
  const starting = startSupervisor({ name: 'top', clock, children, signal: abort.signal });
  t.equal(await isSettled(starting), false);
  abort.abort();
  const refused = t.rejects(starting, { code: 'aborted', message: /start of child "b" was cut short/ });
  await clock.run(1000);
  await refused;
  t.equal(taken(), '+a -a .a');
});
