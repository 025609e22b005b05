/** The engine under a service manager that waits for READY=1 and watches its heartbeat. Linux. */
import { readdir, readFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { openInspector } from '../support/inspector.js';
import { noServiceManager, notifySocket } from '../support/notify-socket.js';
import { tempDir } from '../support/temp-dir.js';

const skip = { skip: noServiceManager };

async function watchedEngine(t: Test, watchdogMs: number) {
  const ffmpeg = await testFfmpeg();
  const folder = tempDir(t);
  const socket = await notifySocket(t, (watchdogMs * 3) / 1000);
  const engine = await startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    environment: {
      NOTIFY_SOCKET: socket.path,
      WATCHDOG_USEC: String(watchdogMs * 1000),
      NODE_OPTIONS: '--inspect-port=0',
    },
  });
  t.teardown(() => void engine.signal('SIGKILL'));
  return { socket, engine };
}

/** Messengers that still run for this socket. */
async function messengers(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (command.startsWith('systemd-notify') || command.includes('/systemd-notify\0')) found.push(command);
  }
  return found;
}

t.test(
  'it says when it takes calls, how its channels are, that it turns, and that it stops',
  skip,
  async (t) => {
    const { socket, engine } = await watchedEngine(t, 2000);
    await socket.until('READY=1');
    await engine.client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 });
    await socket.until('STATUS=1 of 1 channels ready');
    for (let beat = 0; beat < 3; beat++) await socket.until('WATCHDOG=1');
    t.equal(await engine.stop(), 0);
    await socket.until('STOPPING=1');
    t.equal(socket.heard.indexOf('READY=1'), 1, 'the first that was said');
    t.same(await messengers(), []);
    t.same(
      engine.log.filter(({ level }) => level === 'error' || level === 'warn'),
      [],
    );
  },
);

t.test('an engine whose event loop hangs feeds the watchdog no more', skip, async (t) => {
  const { socket, engine } = await watchedEngine(t, 1000);
  for (let beat = 0; beat < 3; beat++) await socket.until('WATCHDOG=1');
  await (await openInspector(engine.pid)).plant('for (;;);');
  t.equal(await socket.until('SILENCE'), 'SILENCE');
  engine.signal('SIGKILL');
  t.match(await engine.exited, { signal: 'SIGKILL' });
  t.same(await messengers(), []);
});
