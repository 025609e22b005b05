import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { codeOf, dynamicPlayground, hang, isSettled } from './playground.js';

t.test('it starts empty, and children come and go', async (t) => {
  const { dynamic, spec, taken, child } = dynamicPlayground();
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
  const { dynamic, spec, clock, crash } = dynamicPlayground({ maxChildren: 3, intensity: 9 });
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
    t.throws(() => dynamicPlayground({ maxChildren }), {
      code: 'invalid_supervisor_flags',
      message: /maxChildren must be/,
    });
  }
});

t.test('children never wait for each other: one that hangs in its start delays no other', async (t) => {
  const { dynamic, spec, states, clock } = dynamicPlayground();
  void dynamic.startChild(spec('1', { onStart: hang, shutdown: 'brutal_kill' })).catch(() => {});
  await dynamic.startChild(spec('2'));
  await dynamic.terminateChild('2');
  t.equal(states(), '1 starting');
  await Promise.all([dynamic.stop(), clock.run(1000)]);
});

t.test('the orders about one child are carried out in turn', async (t) => {
  const { dynamic, spec, taken, clock } = dynamicPlayground();
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
  const { dynamic, spec, taken, clock } = dynamicPlayground();
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
  const { dynamic, spec, crash, taken, states } = dynamicPlayground({ intensity: 9 });
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
  const { dynamic, spec, reports } = dynamicPlayground();
  for (const restart of ['permanent', 'transient', 'temporary'] as const) {
    t.equal(await dynamic.startChild(spec('1', { restart, onStart: () => 'ignore' })), 'ignore');
    t.strictSame(dynamic.whichChildren(), []);
  }
  await t.rejects(dynamic.startChild(spec('2', { onStart: () => Promise.reject(new Error('no')) })), {
    code: 'failed_to_start_child',
    message: /child "2" did not start: no/,
  });
  t.equal(await codeOf(dynamic.startChild(spec('3', { shutdown: -1 }))), 'invalid_child_spec');
  t.strictSame(dynamic.whichChildren(), []);
  t.strictSame(reports, []);
  await dynamic.stop();
});

t.test('a child whose restart finds nothing to run is forgotten', async (t) => {
  const { dynamic, spec, crash, taken, told } = dynamicPlayground({ intensity: 9 });
  const onStart = (life: number) => (life === 3 ? 'ignore' : undefined);
  for (const restart of ['permanent', 'transient'] as const) {
    await dynamic.startChild(spec(restart, { restart, onStart }));
    await crash(restart, 'abnormal', 'one');
    await crash(restart, 'abnormal', 'two');
    t.equal(taken(), `+${restart} .${restart} +${restart} .${restart}`);
    t.strictSame(dynamic.whichChildren(), []);
  }
  t.equal(told().length, 4, 'nothing but the four ends');
  await dynamic.stop();
});

t.test('children that restart are counted as there, but not as active', async (t) => {
  const { dynamic, spec, crash, states, clock } = dynamicPlayground({ intensity: 20 });
  let broken = false;
  const onStart = () => (broken ? Promise.reject(new Error('not yet')) : undefined);
  const counts = (specs: number, active: number) =>
    t.strictSame(dynamic.countChildren(), { specs, active, supervisors: 0, workers: specs });
  for (const id of ['1', '2', '3']) await dynamic.startChild(spec(id, { onStart }));
  for (const id of ['1', '2', '3']) await crash(id);
  counts(3, 3);
  broken = true;
  await crash('1');
  await crash('2');
  t.equal(states(), '1 restarting, 2 restarting, 3 running');
  counts(3, 1);
  broken = false;
  await clock.run(0);
  t.equal(states(), '1 running, 2 running, 3 running');
  counts(3, 3);
  await dynamic.terminateChild('3');
  counts(2, 2);
  await dynamic.terminateChild('1');
  counts(1, 1);
  await dynamic.terminateChild('2');
  counts(0, 0);
  await dynamic.stop();
});

t.test('a restart that fails is tried again as restarting, and can be terminated at once', async (t) => {
  const { dynamic, spec, crash, states, clock, told } = dynamicPlayground({ intensity: 9 });
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
  const { dynamic, spec, crash, states, clock, taken } = dynamicPlayground();
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
  const { dynamic, spec, clock } = dynamicPlayground();
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

t.test('thousands of temporary children that come and go leave nothing behind', async (t) => {
  const { dynamic, spec, clock, child } = dynamicPlayground();
  for (let id = 0; id < 2000; id += 1) await dynamic.startChild(spec(`${id}`, { restart: 'temporary' }));
  t.match(dynamic.countChildren(), { specs: 2000, active: 2000 });
  for (let id = 0; id < 2000; id += 1) child(`${id}`).end('normal');
  await settle();
  t.match(dynamic.countChildren(), { specs: 0, active: 0 });
  t.equal(clock.pendingTimers, 0);
  await dynamic.stop();
});
