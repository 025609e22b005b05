/** What the service manager is told, and what it is not. */
import t, { type Test } from 'tap';
import { channelsStatus } from '../../../src/service/channels-status.js';
import { connectServiceManager } from '../../../src/service/service-manager.js';
import { FakeClock } from '../../support/fake-clock.js';
import { noServiceManager, notifySocket } from '../../support/notify-socket.js';

const SECOND_US = 1_000_000;

async function connected(t: Test, environment: Record<string, string> = {}) {
  const socket = await notifySocket(t, 3600);
  const clock = new FakeClock();
  const engine = { alive: true, status: 'no channel on air' };
  const failures: string[] = [];
  const service = connectServiceManager({
    clock,
    environment: { PATH: process.env.PATH, NOTIFY_SOCKET: socket.path, ...environment },
    status: () => engine.status,
    alive: () => engine.alive,
    onFailure: (reason) => failures.push(reason),
  });
  t.teardown(() => service.close());
  return { socket, clock, engine, failures, service };
}

t.test(
  'the status is told when it is another one, and no more often than once a second',
  { skip: noServiceManager },
  async (t) => {
    const { socket, clock, engine, service } = await connected(t);
    service.ready();
    await socket.until('STATUS=no channel on air');
    clock.advance(10_000);
    engine.status = '0 of 1 channels ready';
    clock.advance(999);
    engine.status = '1 of 1 channels ready\nREADY=0\u001b[2J';
    clock.advance(1);
    await socket.until('STATUS=1 of 1 channels ready\\nREADY=0\\u{1b}[2J');
    await service.close();
    t.same(socket.heard.slice(1), [
      'READY=1',
      'STATUS=no channel on air',
      'STATUS=1 of 1 channels ready\\nREADY=0\\u{1b}[2J',
    ]);
    t.equal(clock.pendingTimers, 0);
  },
);

t.test(
  'the watchdog is fed only while the root supervisor answers',
  { skip: noServiceManager },
  async (t) => {
    const { socket, clock, engine, service } = await connected(t, { WATCHDOG_USEC: String(10 * SECOND_US) });
    service.ready();
    engine.alive = false;
    clock.advance(60_000);
    engine.alive = true;
    clock.advance(5_000);
    await socket.until('WATCHDOG=1');
    service.stopping();
    await socket.until('STOPPING=1');
    t.equal(socket.heard.filter((line) => line === 'WATCHDOG=1').length, 1);
  },
);

t.test(
  'a watchdog that is meant for another process is left alone',
  { skip: noServiceManager },
  async (t) => {
    const { socket, clock, service } = await connected(t, { WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' });
    service.ready();
    clock.advance(60_000);
    service.stopping();
    await socket.until('STOPPING=1');
    t.notOk(socket.heard.includes('WATCHDOG=1'));
  },
);

t.test(
  'messages go one after the other, and what comes up meanwhile goes together',
  { skip: noServiceManager },
  async (t) => {
    const { socket, clock, engine, service } = await connected(t);
    service.ready();
    for (let turn = 0; turn < 100; turn++) {
      engine.status = `${turn} of 100 channels ready`;
      clock.advance(1000);
    }
    await service.close();
    t.equal(socket.heard.at(-1), 'STATUS=99 of 100 channels ready');
    t.ok(socket.heard.length < 10, `not a hundred messengers: ${socket.heard.length}`);
  },
);

t.test('nobody who listens is a failure told in words; no socket is none', async (t) => {
  const failures: string[] = [];
  const options = {
    clock: new FakeClock(),
    status: () => '',
    alive: () => true,
    onFailure: (reason: string) => failures.push(reason),
  };
  const nobody = connectServiceManager({ ...options, environment: { PATH: process.env.PATH } });
  nobody.ready();
  await nobody.close();
  t.same(failures, []);
  t.equal(options.clock.pendingTimers, 0);
  connectServiceManager({ ...options, environment: { PATH: '', NOTIFY_SOCKET: '/nowhere' } }).ready();
  t.match(failures, [/no systemd-notify on the PATH; install/]);
  if (noServiceManager !== false) return;
  const deaf = connectServiceManager({
    ...options,
    environment: { PATH: process.env.PATH, NOTIFY_SOCKET: '/nowhere' },
  });
  deaf.ready();
  await deaf.close();
  t.match(failures[1], /^systemd-notify ended with 1/);
});

t.test('the status names the channels that are not ready', (t) => {
  const channels = (...states: ('ready' | 'error' | 'stopped' | 'buffering')[]) =>
    states.map((state, index) => ({ channelId: index + 1, state, hostPid: 1, ageMs: 250 }));
  t.equal(channelsStatus(channels()), 'no channel on air');
  t.equal(channelsStatus(channels('stopped')), 'no channel on air');
  t.equal(channelsStatus(channels('ready', 'stopped', 'ready')), '2 of 2 channels ready');
  t.equal(channelsStatus(channels('ready', 'error', 'buffering')), '1 of 3 channels ready; not ready: 2, 3');
  const silent = channels('ready', 'ready', 'stopped').map((each) => ({
    ...each,
    ageMs: 1001 * (each.channelId - 1),
  }));
  t.equal(channelsStatus(silent), '1 of 2 channels ready; not ready: 2');
  const many = channelsStatus(channels(...Array.from({ length: 12 }, () => 'error' as const)));
  t.equal(many, '0 of 12 channels ready; not ready: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...');
  t.end();
});
