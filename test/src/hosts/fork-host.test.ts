/** Host processes, as the engine forks and owns them: real ones. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import t, { type Test } from 'tap';
import { systemClock } from '../../../src/clock/system-clock.js';
import type { OwnSlates } from '../../../src/frames/own-slates.js';
import { createSlate } from '../../../src/frames/slate.js';
import { createForkHost } from '../../../src/hosts/fork-host.js';
import { listenOnPort } from '../../../src/hosts/port-listener.js';
import { type Format, frameBytes } from '../../../supervisors/channel/format.js';
import type { HostProcess } from '../../../supervisors/engine/host-port.js';
import type { FromHost, StartOrder } from '../../../supervisors/engine/host-protocol.js';
import { descendants, isAlive } from '../../support/engine-process.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { commandLine, skipWithoutProc } from '../../support/processes.js';
import { connectY4m } from '../../support/y4m-reader.js';
import { hostSettings } from './host-settings.js';

const FORMAT = { width: 160, height: 90, fpsNum: 30, fpsDen: 1 };
const ffmpeg = await testFfmpeg();
const settings = hostSettings({ format: FORMAT, ffmpegPath: ffmpeg.path });

interface Watched {
  readonly host: HostProcess<net.Socket>;
  /** The next message, past or to come, that satisfies. Rejects when the host is gone without it. */
  heard<T extends FromHost['type']>(
    type: T,
    wanted?: (message: Extract<FromHost, { type: T }>) => boolean,
  ): Promise<Extract<FromHost, { type: T }>>;
  readonly messages: readonly FromHost[];
}

function forkWatched(t: Test, memoryMb = 96, ownSlates: OwnSlates = () => undefined): Watched {
  const host = createForkHost({ memoryMb, ownSlates, clock: systemClock })();
  const messages: FromHost[] = [];
  const watchers = new Set<() => void>();
  host.onMessage = (message) => {
    messages.push(message);
    for (const look of [...watchers]) look();
  };
  t.teardown(async () => {
    host.kill();
    await host.exited;
  });
  return {
    host,
    messages,
    heard: (type, wanted = () => true) =>
      new Promise((resolve, reject) => {
        type Wanted = Extract<FromHost, { type: typeof type }>;
        const look = () => {
          const found = messages.find((each): each is Wanted => each.type === type && wanted(each as Wanted));
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void host.exited.then((exit) => {
          if (watchers.delete(look)) reject(new Error(`the host is gone: ${JSON.stringify(exit)}`));
        });
      }),
  };
}

const start = (planHandle = 'mock', order: Partial<StartOrder> = {}) =>
  ({
    type: 'start',
    channelId: 7,
    port: 9007,
    epochMs: systemClock.nowMs(),
    order: { planHandle, startTick: undefined },
    restarts: [],
    lastFirstAttemptMs: undefined,
    ...order,
  }) as const;

t.test(
  'booted and told its channel, it airs; told to stop, it leaves nothing and exits with 0',
  async (t) => {
    const { host, heard } = forkWatched(t);
    host.send({ type: 'boot', settings });
    host.send(start());
    t.same((await heard('started')).outcome, { success: true, errorMessage: '' });
    const { snapshot } = await heard('snapshot', ({ snapshot }) => snapshot.state === 'ready');
    t.match(snapshot, { channelId: 7, port: 9007, hostPid: host.pid, healthy: true });
    t.match((await heard('report', ({ report }) => report.event === 'plan_on_air')).report, {
      planHandle: 'mock',
    });
    const below = await descendants(host.pid as number);
    t.ok(below.length > 0, 'it has a decoder');
    host.send({ type: 'stop' });
    t.same((await heard('stopped')).stuckPids, []);
    t.same(await host.exited, { code: 0, signal: null, lastWords: '' });
    t.same(below.filter(isAlive), []);
  },
);

t.test('its state is told before the answer that depends on it', async (t) => {
  const { host, heard, messages } = forkWatched(t);
  host.send({ type: 'boot', settings });
  host.send(start('nowhere'));
  const { outcome } = await heard('started');
  t.match(outcome, { success: false, errorMessage: /^plan_handle "nowhere": / });
  const answered = messages.findIndex(({ type }) => type === 'started');
  const before = messages.slice(0, answered).findLast((message) => message.type === 'snapshot');
  t.match(before?.snapshot, { state: 'error', healthy: false, detail: outcome.errorMessage });
});

t.test('what changes at once is shown by one snapshot, after all of it was told', async (t) => {
  const { host, heard, messages } = forkWatched(t);
  host.send({ type: 'boot', settings });
  host.send(start('nowhere'));
  await heard('started');
  const told = messages.map((message) => (message.type === 'report' ? message.report.event : message.type));
  const failed = messages.findIndex(
    (message) =>
      message.type === 'report' && message.report.event === 'state' && message.report.to === 'error',
  );
  t.same(told.slice(failed, failed + 4), ['state', 'slate', 'snapshot', 'started']);
});

t.test('the epoch, the place in the plan and the restarts of earlier hosts are taken over', async (t) => {
  const { host, heard } = forkWatched(t);
  host.send({ type: 'boot', settings });
  const nowMs = systemClock.nowMs();
  const order = { planHandle: 'mock', startTick: 50 };
  host.send(start('mock', { epochMs: nowMs - 10_000, order, restarts: [nowMs - 5_000, nowMs - 1_000] }));
  await heard('started');
  t.match((await heard('report', ({ report }) => report.event === 'plan_on_air')).report, { startTick: 50 });
  const { snapshot } = await heard('snapshot', ({ snapshot }) => snapshot.onAir !== null);
  t.ok(snapshot.tick >= 300, `tick ${snapshot.tick} at least 10 s after the epoch`);
  const { segmentFrame = 0, turn = 0, segmentFrames = 0 } = snapshot.onAir ?? {};
  const planFrame = turn * segmentFrames + segmentFrame;
  t.ok(Math.abs(planFrame - (snapshot.tick - 50)) <= 1, 'the plan goes on where its first tick says');
  t.equal(snapshot.budget.remaining, 3);
});

t.test('what is asked before the channel is built is not lost', async (t) => {
  const { host, heard, messages } = forkWatched(t);
  host.send({ type: 'boot', settings });
  const nowMs = systemClock.nowMs();
  host.send(start('mock', { restarts: [nowMs - 2_000, nowMs - 1_000] }));
  host.send({ type: 'update', call: 41, planHandle: 'nowhere' });
  host.send({ type: 'reset_budget', call: 42 });
  t.match(await heard('budget_reset'), { call: 42, restarts: [] });
  const answered = messages.findIndex(({ type }) => type === 'budget_reset');
  const before = messages.slice(0, answered).findLast((message) => message.type === 'snapshot');
  t.equal(before?.snapshot.budget.remaining, 5, 'its state is told before the answer');
  const { call, outcome } = await heard('updated');
  t.equal(call, 41);
  t.match(outcome, { success: false, errorMessage: /nowhere/ });
  t.match((await heard('started')).outcome, { success: true });
});

t.test('a consumer that comes before the channel is built, and one after, are both served', async (t) => {
  const { host, heard } = forkWatched(t);
  const sent: net.Socket[] = [];
  const listener = await listenOnPort('127.0.0.1', 0, (socket) => {
    sent.push(socket);
    host.send({ type: 'consumer' }, socket);
  });
  t.teardown(() => {
    for (const socket of sent) socket.destroy();
    return listener.close();
  });
  const accepted = new Promise<net.Socket>((resolve) => {
    host.send({ type: 'boot', settings });
    const early = net.connect(listener.port, '127.0.0.1', () => resolve(early));
  });
  const early = await accepted;
  t.teardown(() => early.destroy());
  host.send(start());
  await heard('consumer_taken');
  sent.shift()?.destroy();
  const [header] = await once(early, 'data');
  t.match(String(header), /^YUV4MPEG2 W160 H90 F30:1/);
  await heard('started');
  const later = connectY4m(listener.port);
  await later.frames(3);
  const end = later.drain();
  host.send({ type: 'stop' });
  t.equal(await end, 'end', 'and it sees a clean end');
  await host.exited;
});

t.test('its heartbeat goes on, whatever signals a terminal sends to the whole group', async (t) => {
  const { host, heard, messages } = forkWatched(t);
  host.send({ type: 'boot', settings });
  host.send(start());
  await heard('started');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(host.pid as number, signal);
  const soFar = messages.length;
  const beats = () => messages.slice(soFar).filter(({ type }) => type === 'snapshot').length;
  await heard('snapshot', () => beats() >= 3);
  t.ok(isAlive(host.pid as number));
});

t.test(
  'killed, it is gone with its decoders; what is sent then is dropped',
  { skip: skipWithoutProc },
  async (t) => {
    const { host, heard } = forkWatched(t);
    host.send({ type: 'boot', settings });
    host.send(start());
    await heard('started');
    const below = await descendants(host.pid as number);
    t.ok(below.length > 0);
    host.kill();
    t.match(await host.exited, { code: null, signal: 'SIGKILL' });
    // Whoever inherits the dead may take its time to bury them.
    const isRunning = (pid: number) => commandLine(pid) !== '';
    while (below.some(isRunning)) await new Promise((resolve) => setImmediate(resolve));
    host.send({ type: 'reset_budget', call: 1 });
    const socket = new net.Socket();
    host.send({ type: 'consumer' }, socket);
    t.notOk(socket.destroyed, 'a socket stays with who sent it');
    host.kill();
  },
);

/** Frames of a host that has nothing but slate to air, and the host. */
async function airsSlate(t: Test, format: Format, ownSlates: OwnSlates) {
  const watched = forkWatched(t, 96, ownSlates);
  const { host, heard } = watched;
  const listener = await listenOnPort('127.0.0.1', 0, (socket) => host.send({ type: 'consumer' }, socket));
  t.teardown(() => listener.close());
  host.send({ type: 'boot', settings: hostSettings({ format, ffmpegPath: ffmpeg.path }) });
  host.send(start('nowhere'));
  await heard('started');
  const renderer = connectY4m(listener.port);
  const frames = await renderer.frames(3);
  renderer.close();
  return { ...watched, frames: frames.map(({ planes }) => planes) };
}

t.test('it airs the slate that the engine has for its channel, to the byte', async (t) => {
  for (const format of [FORMAT, { ...FORMAT, width: 1920, height: 1080 }]) {
    const own = randomBytes(frameBytes(format));
    const { frames, messages } = await airsSlate(t, format, (id) => (id === 7 ? own : undefined));
    t.equal(frames.length, 3);
    for (const planes of frames) t.ok(planes.equals(own), `${format.width}x${format.height}`);
    t.notOk(messages.some((each) => each.type === 'report' && each.report.event === 'slate_unusable'));
  }
});

t.test('a slate that does not arrive whole is told, and the built-in one stands in for it', async (t) => {
  const size = frameBytes(FORMAT);
  for (const bytes of [size - 1, size + 1, 0]) {
    const { frames, heard } = await airsSlate(t, FORMAT, () => Buffer.alloc(bytes, 80));
    for (const planes of frames) t.ok(planes.equals(createSlate(FORMAT, 7).planes));
    const { report } = await heard('report', ({ report }) => report.event === 'slate_unusable');
    t.match(report, { reason: `${bytes} bytes instead of ${size}` });
  }
});

t.test('a host that dies before it has taken its slate harms nobody', async (t) => {
  const format = { ...FORMAT, width: 3840, height: 2160 };
  const { host } = forkWatched(t, 96, () => Buffer.alloc(frameBytes(format)));
  host.send({ type: 'boot', settings: hostSettings({ format, ffmpegPath: ffmpeg.path }) });
  host.send(start('nowhere'));
  host.kill();
  t.match(await host.exited, { code: null, signal: 'SIGKILL' });
});

t.test('what it cannot go on with ends it, with its last words', async (t) => {
  const { host } = forkWatched(t);
  host.send(start());
  t.match(await host.exited, {
    code: 1,
    signal: null,
    lastWords: /host was started before it was booted/,
  });
});

t.test('it has a heap of the size it was given', { skip: skipWithoutProc }, async (t) => {
  const { host, heard } = forkWatched(t, 77);
  host.send({ type: 'boot', settings });
  host.send(start());
  await heard('snapshot');
  t.ok(
    commandLine(host.pid as number)
      .split('\0')
      .includes('--max-old-space-size=77'),
  );
});

t.test(
  'a fork that the system refuses is a host that did not start, not a crash of the engine',
  async (t) => {
    // Longer than one variable may be: the kernel refuses every spawn.
    process.env.RETROVUE_TEST_HUGE = 'x'.repeat(200_000);
    t.teardown(() => {
      delete process.env.RETROVUE_TEST_HUGE;
    });
    const host = createForkHost({ memoryMb: 96, ownSlates: () => undefined, clock: systemClock })();
    t.match(await host.exited, { code: null, signal: null, lastWords: /E2BIG/ });
    t.equal(host.pid, undefined);
    host.send({ type: 'reset_budget', call: 1 });
    host.kill();
  },
);
