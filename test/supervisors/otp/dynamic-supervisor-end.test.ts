import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { codeOf, dynamicPlayground, hang, isSettled } from './playground.js';

t.test('it stops its children in parallel: the slowest alone decides how long it takes', async (t) => {
  const { dynamic, spec, clock, taken, told } = dynamicPlayground();
  for (const id of ['1', '2', '3']) await dynamic.startChild(spec(id, { shutdown: 1000, onStop: () => {} }));
  await dynamic.startChild(spec('4'));
  taken();
  const stopped = dynamic.stop();
  await settle();
  t.equal(taken(), '-1 -2 -3 -4 .4');
  await clock.run(1000);
  await stopped;
  t.equal(clock.nowMs(), 1000);
  t.equal(told().length, 3);
  t.strictSame(dynamic.whichChildren(), []);
  t.strictSame(await dynamic.exited, { kind: 'shutdown', reason: 'shutdown' });
  t.equal(await codeOf(dynamic.startChild(spec('5'))), 'shutting_down');
  t.equal(await codeOf(dynamic.terminateChild('1')), 'shutting_down');
});

t.test('children with brutal_kill are all killed at once, unasked, and that is no failure', async (t) => {
  const { dynamic, spec, taken, reports } = dynamicPlayground();
  const ids = Array.from({ length: 10 }, (_, index) => `${index}`);
  for (const id of ids) await dynamic.startChild(spec(id, { shutdown: 'brutal_kill', restart: 'temporary' }));
  taken();
  await dynamic.stop();
  t.equal(taken(), ids.map((id) => `!${id} .${id}`).join(' '));
  t.strictSame(reports, []);
  t.strictSame(await dynamic.exited, { kind: 'shutdown', reason: 'shutdown' });
});

t.test('it stops as it should though children end otherwise than asked', async (t) => {
  for (const restart of ['permanent', 'transient', 'temporary'] as const) {
    const { dynamic, spec, taken, told } = dynamicPlayground();
    for (const kind of ['normal', 'shutdown', 'abnormal'] as const) {
      await dynamic.startChild(spec(kind, { restart, onStop: (child) => child.end(kind) }));
    }
    taken();
    await dynamic.stop();
    t.equal(taken(), '-normal .normal -shutdown .shutdown -abnormal .abnormal');
    t.strictSame(told(), ['shutdown_error abnormal']);
    t.strictSame(await dynamic.exited, { kind: 'shutdown', reason: 'shutdown' });
  }
});

t.test('a stop waits for a terminate that is under way, and cuts starts short', async (t) => {
  const { dynamic, spec, clock } = dynamicPlayground();
  await dynamic.startChild(spec('1', { shutdown: 500, onStop: () => {} }));
  const aborted = t.rejects(dynamic.startChild(spec('2', { onStart: hang, shutdown: 'brutal_kill' })), {
    code: 'aborted',
  });
  const terminated = dynamic.terminateChild('1');
  const stopped = dynamic.stop();
  await clock.run(499);
  t.equal(await isSettled(stopped), false);
  await clock.run(1);
  await Promise.all([stopped, terminated, aborted]);
});

t.test('one restart too many stops all and ends it with the cause', async (t) => {
  const { dynamic, spec, crash, taken, reports } = dynamicPlayground({ intensity: 1 });
  await dynamic.startChild(spec('1'));
  await dynamic.startChild(spec('2'));
  await crash('1');
  taken();
  await crash('2', 'abnormal', 'boom');
  t.equal(taken(), '.2 -1 .1');
  t.match(await dynamic.exited, {
    kind: 'shutdown',
    reason: 'reached_max_restart_intensity',
    cause: { message: /"channels" gave up: .*child "2": boom/ },
  });
  t.match(reports.at(-1), { errorContext: 'shutdown', offender: { id: '2' } });
});

t.test('a restart whose tries all fail escalates', async (t) => {
  const { dynamic, spec, crash, clock, taken, told } = dynamicPlayground({ intensity: 4 });
  await dynamic.startChild(
    spec('1', { onStart: (life) => (life === 1 ? undefined : Promise.reject(new Error('no'))) }),
  );
  await dynamic.startChild(spec('2'));
  await crash('1', 'abnormal', 'boom');
  t.equal(await isSettled(dynamic.exited), false);
  await clock.run(0);
  t.match(await dynamic.exited, { reason: 'reached_max_restart_intensity' });
  t.equal(taken(), '+1 +2 .1 -2 .2');
  t.strictSame(told(), [
    'child_terminated boom',
    ...Array(4).fill('start_error no'),
    'shutdown reached_max_restart_intensity',
  ]);
});
