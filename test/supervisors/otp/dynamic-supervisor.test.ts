import t from 'tap';
import {
  createDynamicSupervisor,
  type DynamicSupervisorOptions,
} from '../../../supervisors/otp/dynamic-supervisor.js';
import { settle } from '../../support/fake-clock.js';
import { codeOf, hang, isSettled, playground } from './playground.js';

function create(flags: Partial<DynamicSupervisorOptions> = {}) {
  const world = playground();
  const { clock, onReport } = world;
  const dynamic = createDynamicSupervisor({ name: 'channels', clock, onReport, ...flags });
  const states = () =>
    dynamic
      .whichChildren()
      .map(({ id, status }) => `${id} ${status}`)
      .join(', ');
  return { ...world, dynamic, states };
}

t.test('it starts empty, and children come and go', async (t) => {
  const { dynamic, spec, taken, child } = create();
  t.strictSame(dynamic.whichChildren(), []);
  t.equal(await dynamic.startChild(spec('1')), child('1'));
  await dynamic.startChild(spec('2', { type: 'supervisor' }));
  t.strictSame(dynamic.countChildren(), { specs: 2, active: 2, supervisors: 1, workers: 1 });
  t.equal(await codeOf(dynamic.startChild(spec('1'))), 'already_started');
  await dynamic.terminateChild('1');
  t.equal(await codeOf(dynamic.terminateChild('1')), 'not_found');
  t.strictSame(dynamic.countChildren(), { specs: 1, active: 1, supervisors: 1, workers: 0 });
  await dynamic.startChild(spec('1'));
  t.equal(taken(), '+1 +2 -1 .1 +1');
  await dynamic.stop();
});

t.test('no more than maxChildren, those that start, restart or stop included', async (t) => {
  const { dynamic, spec, clock, crash } = create({ maxChildren: 3, intensity: 9 });
  const hangsLater = (life: number) => (life === 1 ? undefined : hang());
  void dynamic.startChild(spec('starting', { onStart: hang, shutdown: 'brutal_kill' })).catch(() => {});
  await dynamic.startChild(spec('restarting', { onStart: hangsLater, shutdown: 'brutal_kill' }));
  await dynamic.startChild(spec('stopping', { onStop: () => {}, shutdown: 100 }));
  await crash('restarting');
  const terminated = dynamic.terminateChild('stopping');
  await t.rejects(dynamic.startChild(spec('x')), {
    code: 'max_children',
    message: 'supervisor "channels": it has 3 children, the most it may have; stop one first',
  });
  await clock.run(100);
  await terminated;
  await dynamic.startChild(spec('x'));
  await Promise.all([dynamic.kill(), clock.run(1000)]);
});

t.test('a wrong maxChildren is refused', async (t) => {
  for (const maxChildren of [-1, 1.5, Number.NaN]) {
    t.throws(() => create({ maxChildren }), {
      code: 'invalid_supervisor_flags',
      message: /maxChildren must be/,
    });
  }
});

t.test('children never wait for each other: one that hangs in its start delays no other', async (t) => {
  const { dynamic, spec, states, clock } = create();
  void dynamic.startChild(spec('1', { onStart: hang, shutdown: 'brutal_kill' })).catch(() => {});
  await dynamic.startChild(spec('2'));
  await dynamic.terminateChild('2');
  t.equal(states(), '1 starting');
  await Promise.all([dynamic.stop(), clock.run(1000)]);
});

t.test('the orders about one child are carried out in turn', async (t) => {
  const { dynamic, spec, taken, clock } = create();
  await dynamic.startChild(spec('1', { onStop: () => {}, shutdown: 10 }));
  const orders = [dynamic.terminateChild('1'), dynamic.startChild(spec('1'))];
  const third = t.rejects(
    dynamic.startChild(spec('1')),
    { code: 'already_started' },
    'one of two gets the id',
  );
  await clock.run(10);
  await Promise.all([...orders, third]);
  t.equal(taken(), '+1 -1 !1 .1 +1');
  await dynamic.stop();
});

t.test('two terminates of one child both wait until it is gone', async (t) => {
  const { dynamic, spec, taken, clock } = create();
  await dynamic.startChild(spec('1', { onStop: () => {}, shutdown: 10 }));
  const first = dynamic.terminateChild('1');
  const second = dynamic.terminateChild('1');
  t.equal(await isSettled(second), false);
  await clock.run(10);
  await Promise.all([first, second]);
  t.equal(taken(), '+1 -1 !1 .1');
  await dynamic.stop();
});

t.test('permanent and abnormally ended transient children are restarted, others forgotten', async (t) => {
  const { dynamic, spec, crash, taken, states } = create({ intensity: 9 });
  for (const restart of ['permanent', 'transient', 'temporary'] as const)
    await dynamic.startChild(spec(restart, { restart }));
  taken();
  await crash('permanent', 'normal');
  await crash('transient');
  t.equal(taken(), '.permanent +permanent .transient +transient');
  await crash('transient', 'shutdown');
  await crash('temporary');
  t.equal(states(), 'permanent running');
  await dynamic.stop();
});

t.test('a child that is ignored or does not start leaves no trace', async (t) => {
  const { dynamic, spec, reports } = create();
  t.equal(await dynamic.startChild(spec('1', { onStart: () => 'ignore' })), 'ignore');
  await t.rejects(dynamic.startChild(spec('2', { onStart: () => Promise.reject(new Error('no')) })), {
    code: 'failed_to_start_child',
    message: /child "2" did not start: no/,
  });
  t.equal(await codeOf(dynamic.startChild(spec('3', { shutdown: -1 }))), 'invalid_child_spec');
  t.strictSame(dynamic.whichChildren(), []);
  t.strictSame(reports, []);
  await dynamic.stop();
});

t.test('a restart that fails is tried again as restarting, and can be terminated at once', async (t) => {
  const { dynamic, spec, crash, states, clock, told } = create({ intensity: 9 });
  const onStart = (life: number) => (life === 1 ? undefined : Promise.reject(new Error('no')));
  await dynamic.startChild(spec('1', { onStart }));
  await crash('1', 'abnormal', 'boom');
  t.equal(states(), '1 restarting');
  t.match(dynamic.countChildren(), { specs: 1, active: 0 });
  t.equal(await codeOf(dynamic.startChild(spec('1'))), 'already_present');
  t.strictSame(told(), ['child_terminated boom', 'start_error no']);
  await dynamic.terminateChild('1');
  t.strictSame(dynamic.whichChildren(), []);
  await clock.run(60_000);
  t.equal(told().length, 2, 'no further try');
  await dynamic.stop();
});

t.test('a restart that hangs can be terminated; its id is free once nothing is left of it', async (t) => {
  const { dynamic, spec, crash, states, clock, taken } = create();
  await dynamic.startChild(
    spec('1', { onStart: (life) => (life === 2 ? hang() : undefined), shutdown: 200 }),
  );
  await crash('1');
  t.equal(states(), '1 restarting');
  const refused = t.rejects(dynamic.terminateChild('1'), { code: 'still_running' });
  await settle();
  const again = dynamic.startChild(spec('1'));
  await clock.run(199);
  t.equal(await isSettled(again), false);
  await clock.run(1);
  await refused;
  await again;
  t.equal(taken(), '+1 .1 +1');
  await dynamic.stop();
});

t.test('a start can be cut short by terminating the child', async (t) => {
  const { dynamic, spec, clock } = create();
  const aborted = t.rejects(dynamic.startChild(spec('1', { onStart: hang, shutdown: 'brutal_kill' })), {
    code: 'aborted',
  });
  await settle();
  const refused = t.rejects(dynamic.terminateChild('1'), { code: 'still_running' });
  await clock.run(1000);
  await Promise.all([aborted, refused]);
  t.strictSame(dynamic.whichChildren(), []);
  await dynamic.stop();
});

t.test('it stops its children in parallel: the slowest alone decides how long it takes', async (t) => {
  const { dynamic, spec, clock, taken, told } = create();
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

t.test('a stop waits for a terminate that is under way, and cuts starts short', async (t) => {
  const { dynamic, spec, clock } = create();
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
  const { dynamic, spec, crash, taken, reports } = create({ intensity: 1 });
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
  const { dynamic, spec, crash, clock } = create({ intensity: 4 });
  await dynamic.startChild(
    spec('1', { onStart: (life) => (life === 1 ? undefined : Promise.reject(new Error('no'))) }),
  );
  await crash('1');
  t.equal(await isSettled(dynamic.exited), false);
  await clock.run(0);
  t.match(await dynamic.exited, { reason: 'reached_max_restart_intensity' });
});

t.test('thousands of temporary children that come and go leave nothing behind', async (t) => {
  const { dynamic, spec, clock, child } = create();
  for (let id = 0; id < 2000; id += 1) await dynamic.startChild(spec(`${id}`, { restart: 'temporary' }));
  t.match(dynamic.countChildren(), { specs: 2000, active: 2000 });
  for (let id = 0; id < 2000; id += 1) child(`${id}`).end('normal');
  await settle();
  t.match(dynamic.countChildren(), { specs: 0, active: 0 });
  t.equal(clock.pendingTimers, 0);
  await dynamic.stop();
});
