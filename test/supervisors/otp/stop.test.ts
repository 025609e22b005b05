import t from 'tap';
import { deferred } from '../../../supervisors/deferred.js';
import { startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { settle } from '../../support/fake-clock.js';
import { isSettled, playground } from './playground.js';

t.test('a child that is not gone in time is killed, and that is reported', async (t) => {
  const { clock, spec, taken, told, onReport } = playground();
  const children = [spec('a', { shutdown: 1000, onStop: () => {} }), spec('b')];
  const top = await startSupervisor({ name: 'top', clock, children, onReport });
  const stopped = top.stop();
  await clock.run(999);
  t.equal(taken(), '+a +b -b .b -a');
  t.match(top.whichChildren()[0], { status: 'stopping' });
  t.match(top.countChildren(), { specs: 2, active: 1 }, 'it is alive until it is gone');
  await clock.run(1);
  await stopped;
  t.equal(taken(), '!a .a');
  t.strictSame(told(), ['shutdown_error not stopped within 1000 ms of being asked; killed']);
  t.strictSame(await top.exited, { kind: 'shutdown', reason: 'shutdown' });
});

t.test('brutal_kill does not ask, and its killing is no failure', async (t) => {
  const { clock, spec, taken, reports, onReport } = playground();
  const top = await startSupervisor({
    name: 'top',
    clock,
    children: [spec('a', { shutdown: 'brutal_kill' })],
    onReport,
  });
  await top.stop();
  t.equal(taken(), '+a !a .a');
  t.strictSame(reports, []);
});

t.test('infinity waits as long as it takes', async (t) => {
  const world = playground();
  const { clock, spec, taken, reports, onReport } = world;
  const children = [spec('a', { shutdown: 'infinity', onStop: () => {} })];
  const top = await startSupervisor({ name: 'top', clock, children, onReport });
  const stopped = top.stop();
  await clock.run(1e9);
  t.equal(taken(), '+a -a');
  await world.crash('a', 'normal');
  await stopped;
  t.strictSame(reports, []);
});

t.test('a child whose stop() throws or rejects is killed at once, and why is reported', async (t) => {
  const { clock, spec, taken, told, reports, onReport } = playground();
  const cause = new Error('socket is closed');
  const onStopThrow = () => {
    throw cause;
  };
  const children = [spec('a', { onStop: onStopThrow }), spec('b', { onStop: () => Promise.reject(cause) })];
  const top = await startSupervisor({ name: 'top', clock, children, onReport });
  await top.stop();
  t.equal(taken(), '+a +b -b !b .b -a !a .a');
  t.strictSame(told(), Array(2).fill('shutdown_error stop() failed: socket is closed; killed'));
  t.equal(reports[0]?.cause, cause);
});

t.test(
  'a child that outlives even its killing does not hang the stop, and is named in the exit',
  async (t) => {
    const { clock, spec, told, taken, onReport } = playground();
    const nothing = () => {};
    const children = [spec('a'), spec('zombie', { shutdown: 100, onStop: nothing, onKill: nothing })];
    const top = await startSupervisor({ name: 'top', clock, children, onReport });
    const stopped = top.stop();
    await clock.run(1100);
    await stopped;
    t.equal(taken(), '+a +zombie -zombie !zombie -a .a');
    t.strictSame(told(), [
      'shutdown_error not stopped within 100 ms of being asked; still running 1000 ms after it was killed',
    ]);
    t.strictSame(await top.exited, { kind: 'abnormal', reason: 'shutdown, but still running: zombie' });
  },
);

t.test('a kill() that throws is reported with the child that is still there', async (t) => {
  const { clock, spec, told, onReport } = playground();
  const onKill = () => {
    throw new Error('EPERM');
  };
  const top = await startSupervisor({
    name: 'top',
    clock,
    children: [spec('a', { shutdown: 'brutal_kill', onKill })],
    onReport,
  });
  const stopped = top.stop();
  await clock.run(1000);
  await stopped;
  t.strictSame(told(), ['shutdown_error kill() failed: EPERM; still running 1000 ms after it was killed']);
});

t.test(
  'a child that dies of something else while it is being stopped is reported, not restarted',
  async (t) => {
    const { clock, spec, taken, told, onReport } = playground();
    const children = [spec('a', { onStop: (child) => child.end('abnormal', 'disk full') })];
    const top = await startSupervisor({ name: 'top', clock, children, onReport });
    await top.stop();
    t.equal(taken(), '+a -a .a');
    t.strictSame(told(), ['shutdown_error disk full']);
  },
);

t.test('stop race: a child that ended just before its turn is neither asked nor restarted', async (t) => {
  const world = playground();
  const { clock, spec, taken, told, onReport } = world;
  const onStop = (child: { end(kind: 'shutdown'): void }) => {
    world.child('a').end('abnormal', 'bad moment');
    child.end('shutdown');
  };
  const top = await startSupervisor({
    name: 'top',
    clock,
    children: [spec('a'), spec('b', { onStop })],
    onReport,
  });
  await top.stop();
  t.equal(taken(), '+a +b -b .a .b');
  t.strictSame(told(), ['shutdown_error bad moment']);
});

t.test(
  'stop race: children that end while another is being stopped are neither asked nor restarted, however they end',
  async (t) => {
    const world = playground();
    const { clock, spec, taken, told, onReport } = world;
    const ends = (['temporary', 'transient', 'permanent'] as const).flatMap((restart) =>
      (['normal', 'shutdown', 'abnormal'] as const).map((kind) => ({
        id: `${restart} ${kind}`,
        restart,
        kind,
      })),
    );
    const slow = { shutdown: 2000, onStop: () => {} };
    const children = [
      spec('first'),
      ...ends.map(({ id, restart }) => spec(id, { restart })),
      spec('last', slow),
    ];
    const top = await startSupervisor({ name: 'top', clock, children, onReport });
    taken();
    const stopped = top.stop();
    await settle();
    for (const { id, kind } of ends) await world.crash(id, kind, kind);
    await world.crash('last', 'shutdown');
    await stopped;
    t.equal(taken(), ['-last', ...ends.map(({ id }) => `.${id}`), '.last', '-first', '.first'].join(' '));
    t.strictSame(told(), Array(3).fill('shutdown_error abnormal'));
    t.strictSame(await top.exited, { kind: 'shutdown', reason: 'shutdown' });
  },
);

t.test('exited that rejects or resolves to nonsense counts as an abnormal end', async (t) => {
  const { clock, onReport, told } = playground();
  const nothing = () => {};
  const ends = [
    Promise.reject(new Error('lost it')),
    Promise.resolve(7 as never),
    Promise.resolve({
      get kind(): never {
        throw new Error('no kind');
      },
    }),
    new Promise<never>(nothing),
  ];
  let life = 0;
  const start = () => ({ exited: ends[life++] as Promise<never>, stop: nothing, kill: nothing });
  const top = await startSupervisor({
    name: 'top',
    clock,
    intensity: 5,
    children: [{ id: 'a', start, shutdown: 0 }],
    onReport,
  });
  await clock.run(0);
  t.strictSame(told(), [
    'child_terminated lost it',
    'child_terminated exited resolved to no ChildExit but 7',
    'child_terminated no kind',
  ]);
  t.equal(life, 4);
  const stopped = top.stop();
  await clock.run(1000);
  await stopped;
});

t.test('stopping twice is stopping once, and orders after that are refused', async (t) => {
  const { clock, spec, taken } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a')] });
  await Promise.all([top.stop(), top.stop()]);
  await top.stop();
  t.equal(taken(), '+a -a .a');
  const refused = { code: 'shutting_down', message: /"top".*takes no more orders/ };
  await t.rejects(top.startChild(spec('b')), refused);
  await t.rejects(top.terminateChild('a'), refused);
  await t.rejects(top.restartChild('a'), refused);
  await t.rejects(top.deleteChild('a'), refused);
  t.equal(taken(), '');
});

t.test(
  'an order that waits while the supervisor is told to stop is refused when its turn comes',
  async (t) => {
    const { clock, spec, taken } = playground();
    const children = [spec('a', { shutdown: 50, onStop: () => {} })];
    const top = await startSupervisor({ name: 'top', clock, children });
    const terminated = top.terminateChild('a');
    const added = top.startChild(spec('b'));
    await settle();
    const stopped = top.stop();
    await t.rejects(Promise.all([added, clock.run(50)]), { code: 'shutting_down' });
    await terminated;
    await stopped;
    t.equal(taken(), '+a -a !a .a');
  },
);

t.test('a stop cuts a hanging start short', async (t) => {
  const { clock, spec, taken } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a')] });
  const onStart = (_life: number, { signal }: { signal: AbortSignal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const added = top.startChild(spec('b', { onStart }));
  const refused = t.rejects(added, { code: 'aborted' });
  await settle();
  await top.stop();
  await refused;
  t.equal(taken(), '+a -a .a');
});

t.test(
  'a start that ignores its signal is let go of after the shutdown time, and its late child is stopped',
  async (t) => {
    const { clock, spec, taken, told, onReport } = playground();
    const top = await startSupervisor({ name: 'top', clock, children: [], onReport });
    const { promise: released, resolve: release } = deferred<void>();
    const onStart = () => released;
    const refused = t.rejects(top.startChild(spec('b', { onStart, shutdown: 300 })), { code: 'aborted' });
    await settle();
    const stopped = top.stop();
    await refused;
    t.equal(await isSettled(stopped), false);
    await clock.run(300);
    await stopped;
    t.match(await top.exited, { kind: 'abnormal', reason: 'shutdown, but still running: b' });
    t.match(told(), [/^shutdown_error its start did not end when it was aborted/]);
    release();
    await clock.run(0);
    t.equal(taken(), '+b -b .b');
  },
);

t.test('kill ends all children at once, without asking', async (t) => {
  const { clock, spec, taken, reports, onReport } = playground();
  const top = await startSupervisor({ name: 'top', clock, children: [spec('a'), spec('b')], onReport });
  await top.kill();
  t.equal(taken(), '+a +b !a .a !b .b');
  t.strictSame(await top.exited, { kind: 'abnormal', reason: 'killed' });
  t.strictSame(reports, []);
});

t.test(
  'kill cuts a stop short that hangs on a child with infinity, and kills the rest with it',
  async (t) => {
    const { clock, spec, taken } = playground();
    const onStop = () => {};
    const children = [spec('a'), spec('b', { onStop }), spec('c', { shutdown: 'infinity', onStop })];
    const top = await startSupervisor({ name: 'top', clock, children });
    const stopped = top.stop();
    t.equal(await isSettled(stopped), false);
    await top.kill();
    await stopped;
    t.equal(taken(), '+a +b +c -c !a .a !b .b !c .c');
  },
);
