import t from 'tap';
import type { ChildSpec } from '../../../supervisors/otp/child-spec.js';
import { type Strategy, type Supervisor, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { settle } from '../../support/fake-clock.js';
import { isSettled, type Playground, playground } from './playground.js';

for (const strategy of [
  'one_for_one',
  'one_for_all',
  'rest_for_one',
] as const satisfies readonly Strategy[]) {
  t.test(
    `${strategy}: one restart too many stops all children in reverse and ends the supervisor`,
    async (t) => {
      const world = playground();
      const { clock, spec, taken, reports, onReport } = world;
      const children = [spec('a'), spec('b'), spec('c')];
      const top = await startSupervisor({ name: 'top', clock, strategy, intensity: 1, children, onReport });
      await world.crash('b');
      taken();
      t.equal(await isSettled(top.exited), false);
      world.child('b').end('abnormal', 'out of luck', new Error('root cause'));
      const exit = await top.exited;
      t.equal(taken(), '.b -c .c -a .a');
      t.match(exit, { kind: 'shutdown', reason: 'reached_max_restart_intensity' });
      t.match(exit.cause, {
        code: 'reached_max_restart_intensity',
        message:
          'supervisor "top" gave up: more than 1 restarts in 5000 ms, the last needed by child "b": out of luck',
        cause: { message: 'root cause' },
      });
      t.match(reports.at(-1), {
        supervisor: 'top',
        errorContext: 'shutdown',
        reason: 'reached_max_restart_intensity',
        offender: { id: 'b', restart: 'permanent', shutdown: 5000, type: 'worker' },
      });
      t.equal(top.countChildren().active, 0);
      await t.rejects(top.restartChild('a'), { code: 'shutting_down' });
    },
  );
}

/** A supervisor as the child of another. */
function nested(
  world: Playground,
  id: string,
  children: ChildSpec[],
  born: (sup: Supervisor) => void,
): ChildSpec {
  return {
    id,
    type: 'supervisor',
    async start({ signal }) {
      const { clock, onReport } = world;
      const sup = await startSupervisor({ name: id, clock, intensity: 1, children, onReport, signal });
      born(sup);
      return sup;
    },
  };
}

t.test('a tree is stopped from the leaves of the last branch to those of the first', async (t) => {
  const world = playground();
  const { clock, spec, taken, reports, onReport } = world;
  const nothing = () => {};
  const children = [
    nested(world, 'left', [spec('a'), spec('b')], nothing),
    nested(world, 'right', [spec('c')], nothing),
  ];
  const top = await startSupervisor({ name: 'top', clock, children, onReport });
  t.strictSame(top.countChildren(), { specs: 2, active: 2, supervisors: 2, workers: 0 });
  await top.stop();
  t.equal(taken(), '+a +b +c -c .c -b .b -a .a');
  t.strictSame(reports, []);
});

t.test(
  'a supervisor that gives up is restarted by its parent: static children return, added ones do not',
  async (t) => {
    const world = playground();
    const { clock, spec, told, onReport } = world;
    const lives: Supervisor[] = [];
    const children = [nested(world, 'sub', [spec('a')], (sup) => lives.push(sup))];
    const top = await startSupervisor({ name: 'top', clock, children, onReport });
    await lives[0]?.startChild(spec('added'));
    await world.crash('added', 'abnormal', 'first');
    await world.crash('added', 'abnormal', 'second');
    t.equal(lives.length, 2);
    t.strictSame(
      lives[1]?.whichChildren().map(({ id, status }) => `${id} ${status}`),
      ['a running'],
    );
    t.equal(top.whichChildren()[0]?.child, lives[1]);
    t.strictSame(told(), [
      'child_terminated first',
      'child_terminated second',
      'shutdown reached_max_restart_intensity',
      'child_terminated reached_max_restart_intensity',
    ]);
    await top.stop();
  },
);

t.test(
  'a tree whose branch gives up is restarted as its strategy says: static children return, added ones do not',
  async (t) => {
    const world = playground();
    const { clock, spec, taken } = world;
    const sups = new Map<string, Supervisor>();
    const branch = (id: string, children: ChildSpec[]) =>
      nested(world, id, children, (sup) => void sups.set(id, sup));
    const top = await startSupervisor({
      name: 'top',
      clock,
      strategy: 'one_for_all',
      intensity: 4,
      children: [
        branch('one', [spec('a'), spec('b')]),
        branch('two', []),
        { ...branch('three', []), restart: 'transient' },
      ],
    });
    await top.terminateChild('three');
    t.strictSame(top.countChildren(), { specs: 3, active: 2, supervisors: 3, workers: 0 });
    await sups.get('two')?.startChild(spec('c'));
    await sups.get('two')?.startChild(spec('d'));
    taken();

    await world.crash('d');
    t.equal(taken(), '.d +d', 'as long as the branch bears it, nobody else notices');

    const old = new Map(sups);
    await world.crash('c');
    t.equal(taken(), '.c -d .d -b .b -a .a +a +b');
    t.strictSame(top.countChildren(), { specs: 3, active: 3, supervisors: 3, workers: 0 });
    for (const [id, sup] of sups) t.not(sup, old.get(id), `${id} is a new one`);
    t.match(sups.get('one')?.countChildren(), { specs: 2, active: 2 });
    t.match(sups.get('two')?.countChildren(), { specs: 0, active: 0 });
    t.match(sups.get('three')?.countChildren(), { specs: 0, active: 0 });
    await top.stop();
  },
);

t.test(
  'a nested supervisor that is killed takes its children along, and its parent restarts it',
  async (t) => {
    const world = playground();
    const { clock, spec, taken, told, onReport } = world;
    const lives: Supervisor[] = [];
    const children = [nested(world, 'sub', [spec('a'), spec('b')], (sup) => lives.push(sup))];
    const top = await startSupervisor({ name: 'top', clock, children, onReport });
    taken();
    await lives[0]?.kill();
    await settle();
    t.equal(taken(), '!a .a !b .b +a +b');
    t.strictSame(told(), ['child_terminated killed']);
    t.equal(top.whichChildren()[0]?.child, lives[1]);
    await top.stop();
  },
);

t.test('what brought the lowest supervisor down is still told by the highest', async (t) => {
  const world = playground();
  const { clock, spec, onReport } = world;
  const top = await startSupervisor({
    name: 'top',
    clock,
    intensity: 0,
    children: [nested(world, 'sub', [spec('a')], () => {})],
    onReport,
  });
  await world.crash('a');
  world.child('a').end('abnormal', 'disk is full', new Error('ENOSPC'));
  const { cause } = await top.exited;
  t.match(cause, {
    message: /^supervisor "top" gave up.*child "sub".*supervisor "sub" gave up.*child "a": disk is full$/,
  });
  t.match(cause, { cause: { code: 'reached_max_restart_intensity', cause: { message: 'ENOSPC' } } });
});

t.test('a transient supervisor that gives up is not restarted, as in OTP', async (t) => {
  const world = playground();
  const { clock, spec } = world;
  const sub: ChildSpec = { ...nested(world, 'sub', [spec('a')], () => {}), restart: 'transient' };
  const top = await startSupervisor({ name: 'top', clock, children: [sub] });
  await world.crash('a');
  await world.crash('a');
  t.match(top.whichChildren(), [{ id: 'sub', status: 'stopped' }]);
  await top.stop();
});

t.test('killing the root kills every leaf at once, however they hang', async (t) => {
  const world = playground();
  const { clock, spec, taken } = world;
  const stubborn = { onStop: () => {}, shutdown: 'infinity' } as const;
  const children = [
    nested(world, 'sub', [spec('a', stubborn), spec('b', stubborn)], () => {}),
    spec('c', stubborn),
  ];
  const top = await startSupervisor({ name: 'top', clock, children });
  const stopped = top.stop();
  await settle();
  taken();
  await top.kill();
  await stopped;
  t.equal(taken(), '!a .a !b .b !c .c');
});

t.test('leaves that cannot be killed are named up to the root', async (t) => {
  const world = playground();
  const { clock, spec, told, onReport } = world;
  const zombie = { onKill: () => {}, shutdown: 'brutal_kill' } as const;
  const children = [nested(world, 'sub', [spec('a', zombie)], () => {})];
  const top = await startSupervisor({ name: 'top', clock, children, onReport });
  const stopped = top.stop();
  await clock.run(1000);
  await stopped;
  t.strictSame(told(), [
    'shutdown_error still running 1000 ms after it was killed',
    'shutdown_error shutdown, but still running: a',
  ]);
});

t.test(
  'a nested supervisor that does not start is a failed start with its reason, and leaves nothing',
  async (t) => {
    const world = playground();
    const { clock, spec, taken } = world;
    const onStart = () => Promise.reject(new Error('EADDRINUSE'));
    const children = [spec('a'), nested(world, 'sub', [spec('b'), spec('c', { onStart })], () => {})];
    await t.rejects(startSupervisor({ name: 'top', clock, children }), {
      message: /child "sub" did not start: supervisor "sub": child "c" did not start: EADDRINUSE/,
    });
    t.equal(taken(), '+a +b -b .b -a .a');
  },
);

t.test('a hook for reports that throws or rejects does no harm', async (t) => {
  for (const onReport of [
    () => {
      throw new Error('log is full');
    },
    () => Promise.reject(new Error('log is full')),
  ]) {
    const world = playground();
    const { clock, spec, taken } = world;
    const top = await startSupervisor({
      name: 'top',
      clock,
      children: [spec('a')],
      onReport: onReport as () => void,
    });
    await world.crash('a');
    t.equal(taken(), '+a .a +a');
    await top.stop();
  }
});
