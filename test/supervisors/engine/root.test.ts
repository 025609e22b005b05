/** The root: parts start and stop in the order that keeps calls answered, and what fails says so in its own words. */
import t from 'tap';
import { type ServerPort, startRoot } from '../../../supervisors/engine/root.js';
import type { Child, ChildExit } from '../../../supervisors/otp/child.js';
import type { SupervisorReport } from '../../../supervisors/otp/report.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { soFar } from './fake-world.js';

interface Part extends Child {
  exit(how: ChildExit): void;
}

function part(name: string, log: string[]): Part {
  let exit: (how: ChildExit) => void = () => {};
  const exited = new Promise<ChildExit>((resolve) => {
    exit = resolve;
  });
  const stop = () => {
    log.push(`${name} stopped`);
    exit({ kind: 'shutdown', reason: 'asked to stop' });
  };
  return { exited, stop, kill: stop, exit };
}

function world() {
  const log: string[] = [];
  const reports: SupervisorReport[] = [];
  const server = (name: string, port: number): ServerPort & { refuse: Error | undefined } => ({
    refuse: undefined,
    async start() {
      log.push(`${name} starts`);
      if (this.refuse !== undefined) throw this.refuse;
      return { port };
    },
    async stop() {
      log.push(`${name} stopped`);
    },
  });
  const telemetry = server('telemetry', 9308);
  const control = server('control', 50_051);
  const spares: Part[] = [];
  const channels = part('channels', log);
  const start = () =>
    startRoot({
      clock: new FakeClock(),
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
          log.push('channels off the air');
        },
      },
      telemetry,
      control,
      onReport: (report) => reports.push(report),
    });
  return { log, reports, telemetry, control, spares, channels, start };
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
