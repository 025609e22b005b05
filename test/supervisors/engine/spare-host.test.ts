/** The spare host: there when it is wanted, refilled soon, and no danger to the rest when it dies. */
import t from 'tap';
import { createSpareHost } from '../../../supervisors/engine/spare-host.js';
import type { SupervisorReport } from '../../../supervisors/otp/report.js';
import { startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { hostSettings } from '../../src/hosts/host-settings.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { FORMAT, fakeHosts, soFar } from './fake-world.js';

const SETTINGS = hostSettings({ format: FORMAT });

function world() {
  const clock = new FakeClock(1_000_000);
  const hosts = fakeHosts();
  const spare = createSpareHost<string>({ fork: hosts.fork, settings: SETTINGS, clock });
  return { clock, hosts, spare };
}

t.test('it is forked and booted ahead of need', async (t) => {
  const { hosts, spare } = world();
  t.equal(spare.pid, undefined);
  spare.start();
  t.equal(hosts.all.length, 1);
  t.same(hosts.last.sent, [{ type: 'boot', settings: SETTINGS }]);
  t.equal(spare.pid, hosts.last.pid);
});

t.test('who takes it owns it; the next is forked half a second after the last was taken', async (t) => {
  const { clock, hosts, spare } = world();
  const child = spare.start();
  const taken = spare.take();
  t.equal(taken, hosts.all[0]);
  t.equal(spare.pid, undefined);
  await clock.run(300);
  const onDemand = spare.take();
  t.equal(onDemand, hosts.all[1]);
  t.match(hosts.last.sent, [{ type: 'boot' }], 'one forked on demand is booted as well');
  await clock.run(499);
  t.equal(hosts.all.length, 2, 'whoever took it needs the processor now');
  await clock.run(1);
  t.equal(hosts.all.length, 3);
  t.equal(spare.pid, hosts.last.pid);
  await clock.run(10_000);
  t.equal(hosts.all.length, 3, 'one is enough');

  taken.kill();
  t.equal(await soFar(child.exited), 'pending', 'what was taken is not its affair any more');
  await child.stop();
  t.ok(hosts.all[1]?.alive, 'nor is it stopped with it');
});

t.test('stopped, it kills the spare and forks no other; twice is once', async (t) => {
  const { clock, hosts, spare } = world();
  const child = spare.start();
  spare.take();
  const stops = [child.stop(), child.stop()];
  await Promise.all(stops);
  t.match(await child.exited, { kind: 'shutdown' });
  await clock.run(10_000);
  t.equal(hosts.all.length, 1);
  t.equal(clock.pendingTimers, 0);

  const other = world();
  const waiting = other.spare.start();
  await waiting.kill();
  t.notOk(other.hosts.last.alive);
  t.match(await waiting.exited, { kind: 'shutdown' });
});

t.test('its death while it waits is reported, with what it said', async (t) => {
  const { hosts, spare } = world();
  const child = spare.start();
  hosts.last.exits({ code: 1, lastWords: 'Cannot find module' });
  t.match(await child.exited, {
    kind: 'abnormal',
    reason: 'the spare host ended (code 1, signal null): Cannot find module',
  });
  t.equal(spare.pid, undefined);
});

t.test('after a death hosts are forked on demand, and a spare again half a minute later', async (t) => {
  const { clock, hosts, spare } = world();
  spare.start();
  hosts.last.exits({ code: 1 });
  await settle();
  spare.start();
  t.equal(hosts.all.length, 1);
  await clock.run(10_000);
  t.equal(spare.take(), hosts.all[1]);
  await clock.run(19_999);
  t.equal(hosts.all.length, 2, 'being taken does not hurry it');
  await clock.run(1);
  t.equal(hosts.all.length, 3);
  t.equal(spare.pid, hosts.last.pid);
});

t.test('spares that keep dying are reported, but never end the supervisor above them', async (t) => {
  const { clock, hosts, spare } = world();
  const reports: SupervisorReport[] = [];
  hosts.onFork = (host) => host.exits({ lastWords: 'spawn EAGAIN' });
  const supervisor = await startSupervisor({
    name: 'root',
    clock,
    intensity: 5,
    periodMs: 60_000,
    onReport: (report) => reports.push(report),
    children: [{ id: 'spare-host', start: () => spare.start() }],
  });
  for (let minute = 0; minute < 10; minute++) await clock.run(60_000);
  t.equal(await soFar(supervisor.exited), 'pending');
  t.ok(reports.length >= 10, `${reports.length} reports`);
  for (const report of reports) {
    t.match(report, { supervisor: 'root', errorContext: 'child_terminated', reason: /EAGAIN/ });
  }
  hosts.onFork = () => {};
  await clock.run(60_000);
  t.ok(hosts.last.alive, 'once the trouble is over there is a spare again');
  await supervisor.stop();
  t.notOk(hosts.last.alive);
});
