/** The root: parts start and stop in the order that keeps calls answered, and what fails says so in its own words. */
import t from 'tap';
import { deferred } from '../../../supervisors/deferred.js';
import { type Root, type ServerPort, startRoot } from '../../../supervisors/engine/root.js';
import type { Child, ChildExit } from '../../../supervisors/otp/child.js';
import type { SupervisorReport } from '../../../supervisors/otp/report.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { soFar } from './fake-world.js';

interface Part extends Child {
  exit(how: ChildExit): void;
}

function part(name: string, log: string[]): Part & { hangs: boolean } {
  const { promise: exited, resolve: exit } = deferred<ChildExit>();
  const stop = () => {
    if (fake.hangs) return;
    log.push(`${name} stopped`);
    exit({ kind: 'shutdown', reason: 'asked to stop' });
  };
  const fake = { exited, stop, kill: stop, exit, hangs: false };
  return fake;
}

interface FakeServer extends ServerPort {
  /** Why it cannot start. */
  refuse: Error | undefined;
  /** While true, a start ends only when the server is stopped. */
  slow: boolean;
  /** Ends what was started last. */
  fail(reason: Error): void;
}

function world() {
  const log: string[] = [];
  const reports: SupervisorReport[] = [];
  const server = (name: string, port: number): FakeServer => {
    let giveUp: (reason: Error) => void = () => {};
    const fake: FakeServer = {
      refuse: undefined,
      slow: false,
      fail: () => {},
      async start() {
        log.push(`${name} starts`);
        if (fake.refuse !== undefined) throw fake.refuse;
        if (fake.slow) {
          await new Promise((_, reject) => {
            giveUp = reject;
          });
        }
        const failed = new Promise<Error>((resolve) => {
          fake.fail = resolve;
        });
        return { port, failed };
      },
      async stop() {
        log.push(`${name} stopped`);
        giveUp(new Error(`${name} was stopped before it listened`));
      },
    };
    return fake;
  };
  const telemetry = server('telemetry', 9308);
  const control = server('control', 50_051);
  const spares: Part[] = [];
  const channels = part('channels', log);
  const clock = new FakeClock();
  const start = () =>
    startRoot({
      clock,
      spareHost: {
        start() {
          log.push('spare host starts');
          const spare = part('spare host', log);
          spares.push(spare);
          return spare;
        },
      },
      channels: {
        child: channels,
        async stopAll() {
          if (channels.hangs) await new Promise(() => {});
          log.push('channels off the air');
        },
      },
      telemetry,
      control,
      onReport: (report) => reports.push(report),
      onServerRestarted: (name, port) => log.push(`${name} is back on port ${port}`),
    });
  return { clock, log, reports, telemetry, control, spares, channels, start };
}

t.test('control is started last, so that a call finds everything in place', async (t) => {
  const w = world();
  const root = await w.start();
  t.same(w.log, ['spare host starts', 'telemetry starts', 'control starts']);
  t.equal(root.controlPort, 50_051);
  t.equal(root.telemetryPort, 9308);
  t.equal(await soFar(root.exited), 'pending');
});

t.test(
  'a stop first refuses calls and takes channels off the air, then ends the rest in reverse',
  async (t) => {
    const w = world();
    const root = await w.start();
    w.log.length = 0;
    await root.stop();
    t.same(w.log.slice(0, 2), ['control stopped', 'channels off the air']);
    t.same(
      w.log.slice(2).filter((line) => line !== 'control stopped'),
      ['telemetry stopped', 'channels stopped', 'spare host stopped'],
      'telemetry can be read until the channels are down',
    );
    t.match(await root.exited, { kind: 'shutdown' });
    t.same(w.reports, [], 'an orderly end is no news');
  },
);

t.test('stop is safe twice, at once or again', async (t) => {
  const w = world();
  const root = await w.start();
  await Promise.all([root.stop(), root.stop()]);
  await root.stop();
  t.equal(w.log.filter((line) => line === 'channels stopped').length, 1);
  t.equal(w.log.filter((line) => line === 'spare host stopped').length, 1);
});

for (const name of ['telemetry', 'control'] as const) {
  t.test(`${name}'s own error surfaces when it cannot start, and nothing is left running`, async (t) => {
    const w = world();
    const own = new Error(`${name} address 127.0.0.1:1 is in use`);
    w[name].refuse = own;
    t.equal(await w.start().catch((error: unknown) => error), own);
    const started = w.log.filter((line) => line.endsWith(' starts')).map((line) => line.split(' starts')[0]);
    for (const each of started) {
      if (each !== name) t.ok(w.log.includes(`${each} stopped`), `${each} is stopped again`);
    }
    t.ok(w.log.includes('channels stopped'));
    t.match(w.reports, [{ errorContext: 'start_error', offender: { id: name } }]);
  });
}

t.test('a spare host that dies is started again and told of; nobody else notices', async (t) => {
  const w = world();
  const root = await w.start();
  w.log.length = 0;
  w.spares[0]?.exit({ kind: 'abnormal', reason: 'the spare host ended' });
  await settle();
  t.same(w.log, ['spare host starts']);
  t.match(w.reports, [
    { errorContext: 'child_terminated', reason: 'the spare host ended', offender: { id: 'spare-host' } },
  ]);
  t.equal(await soFar(root.exited), 'pending');
});

for (const name of ['telemetry', 'control'] as const) {
  t.test(`${name} that fails is started again and told of; nobody else notices`, async (t) => {
    const w = world();
    const root = await w.start();
    w.log.length = 0;
    const reason = new Error('the listener on 127.0.0.1:1 was closed, though nobody asked');
    w[name].fail(reason);
    await settle();
    t.same(w.log, [
      `${name} starts`,
      `${name} is back on port ${root[name === 'control' ? 'controlPort' : 'telemetryPort']}`,
    ]);
    t.match(w.reports, [
      {
        supervisor: 'root',
        errorContext: 'child_terminated',
        reason: reason.message,
        cause: reason,
        offender: { id: name },
      },
    ]);
    t.equal(await soFar(root.exited), 'pending');
    await root.stop();
    t.match(await root.exited, { kind: 'shutdown', reason: 'shutdown' });
  });
}

t.test('a server that cannot be started again is tried until it can', async (t) => {
  const w = world();
  const root = await w.start();
  w.log.length = 0;
  w.control.refuse = new Error('gRPC address 127.0.0.1:50051 is in use');
  w.control.fail(new Error('lost'));
  await settle();
  w.control.refuse = undefined;
  await w.clock.run(1);
  t.same(w.log.slice(-2), ['control starts', 'control is back on port 50051']);
  t.match(w.reports[0], { errorContext: 'child_terminated', reason: 'lost' });
  t.match(w.reports[1], { errorContext: 'start_error', reason: 'gRPC address 127.0.0.1:50051 is in use' });
  t.equal(await soFar(root.exited), 'pending');
});

t.test('the failures of all servers count together, and the last one is the reason', async (t) => {
  const w = world();
  const root = await w.start();
  for (const name of ['control', 'telemetry', 'control', 'telemetry', 'control', 'telemetry'] as const) {
    w.log.length = 0;
    w[name].fail(new Error(`${name} was lost`));
    await settle();
  }
  const { reason, cause } = await root.exited;
  t.equal(reason, 'reached_max_restart_intensity');
  t.match((cause as Error).message, /more than 5 restarts in 60000 ms.* "telemetry": telemetry was lost$/);
  t.same(w.log, ['control stopped', 'channels stopped', 'spare host stopped']);
  t.match(w.reports.at(-1), { errorContext: 'shutdown', offender: { id: 'telemetry' } });
});

t.test('a root that gives up does not wait for a server that is just being started', async (t) => {
  const w = world();
  const root = await w.start();
  w.control.slow = true;
  w.control.fail(new Error('lost'));
  await settle();
  for (let i = 0; i < 5; i++) {
    w.spares.at(-1)?.exit({ kind: 'abnormal', reason: `failure ${i}` });
    await settle();
  }
  t.match(await root.exited, { reason: 'reached_max_restart_intensity' });
  t.ok(w.log.includes('control stopped'));
});

t.test('six failures within a minute: everything is stopped in order, and the root says why', async (t) => {
  const w = world();
  const root = await w.start();
  for (let i = 0; i < 6; i++) {
    w.spares.at(-1)?.exit({ kind: 'abnormal', reason: `failure ${i}` });
    await settle();
  }
  const exit = await root.exited;
  t.match(exit.reason, 'reached_max_restart_intensity');
  t.same(w.log.slice(-3), ['control stopped', 'telemetry stopped', 'channels stopped']);
  await root.stop();
});

t.test('a stop while a server is being restarted is not answered by another start of it', async (t) => {
  const w = world();
  const root = await w.start();
  w.control.slow = true;
  w.control.fail(new Error('its listener is gone'));
  await settle();
  t.equal(w.log.at(-1), 'control starts');
  const told = w.reports.length;
  w.log.length = 0;
  await root.stop();
  t.notOk(w.log.includes('control starts'));
  t.equal(w.reports.length, told, 'nor told as a failure');
  t.match(await root.exited, { kind: 'shutdown', reason: 'shutdown' });
});

t.test(
  'a start that hangs is no answer to the watchdog, after a while; one that takes long is',
  async (t) => {
    const w = world();
    const root = await w.start();
    w.clock.advance(60_000);
    t.ok(root.answers(), 'running for long');
    w.control.slow = true;
    w.control.fail(new Error('its listener is gone'));
    await settle();
    w.clock.advance(15_000);
    t.ok(root.answers());
    w.clock.advance(1);
    t.notOk(root.answers());
    // Ends the start that hung.
    w.control.slow = false;
    await w.control.stop();
    await w.clock.run(1);
    t.equal(w.log.at(-1), 'control is back on port 50051');
    t.ok(root.answers());
    await root.stop();
    t.notOk(root.answers());
  },
);

t.test('nor is a stop that hangs, whoever began it', async (t) => {
  for (const [what, begin] of [
    ['an operator', (_, root) => void root.stop()],
    [
      'the root, which gives up',
      async ({ spares }) => {
        for (let i = 0; i < 6; i++) {
          spares.at(-1)?.exit({ kind: 'abnormal', reason: `failure ${i}` });
          await settle();
        }
      },
    ],
  ] as [string, (w: ReturnType<typeof world>, root: Root) => unknown][]) {
    const w = world();
    const root = await w.start();
    w.channels.hangs = true;
    await begin(w, root);
    await w.clock.run(15_000);
    t.ok(root.answers(), what);
    await w.clock.run(1);
    t.notOk(root.answers(), what);
    w.channels.exit({ kind: 'abnormal', reason: 'the end of the test' });
  }
});

t.test('calls are taken while the control server runs and nobody stops the engine', async (t) => {
  const w = world();
  const root = await w.start();
  t.equal(root.noCallsBecause(), undefined);
  w.control.slow = true;
  w.control.fail(new Error('its listener is gone'));
  await settle();
  t.equal(root.noCallsBecause(), 'the control server is restarting');
  w.control.slow = false;
  await w.control.stop();
  await w.clock.run(1);
  t.equal(root.noCallsBecause(), undefined);
  const stopped = root.stop();
  t.equal(root.noCallsBecause(), 'the engine is stopping');
  await stopped;
  t.equal(root.noCallsBecause(), 'the engine is stopping');
});
