/**
 * A host process dies, goes mad or hangs: it is replaced alone, on the same port, where the schedule is. Seven other
 * channels are watched through all of it, and must not lose a frame.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import tap, { test } from 'tap';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import { isRunning } from '../../support/engine-asserts.js';
import { readFrameNumber } from '../../support/frame-number.js';
import { openInspector } from '../../support/inspector.js';
import { skipWithoutProc } from '../../support/processes.js';
import { openStation, TURN_FRAMES, watchChannel } from '../../support/station.js';
import { connectY4m, type Y4mReader } from '../../support/y4m-reader.js';

const WIDTH = 320;
const HEIGHT = 180;
const BYSTANDERS = [801, 802, 803, 804, 805, 806];
/** How far apart the numbers of two channels may drift for no other reason than that one process reads both. */
const JITTER_FRAMES = 12;

const station = await openStation(tap);
const { engine, folder } = station;
const watches: Awaited<ReturnType<typeof watchChannel>>[] = [];
for (const channelId of BYSTANDERS) {
  const { port } = await engine.client.startChannel({ channelId, planHandle: 'bystander', port: 0 });
  watches.push(await watchChannel(tap, engine, channelId, port));
}

const fifo = path.join(folder, 'never-answers');
execFileSync('mkfifo', [fifo]);

interface Fault {
  readonly name: string;
  /** Statements that the host is made to run; by default it is killed by SIGKILL. */
  readonly code?: string;
  /** What the log says of the loss. */
  readonly reason: RegExp;
}

const FAULTS: readonly Fault[] = [
  { name: 'is killed by SIGKILL', reason: /was killed by SIGKILL/ },
  {
    name: 'throws an error',
    code: "throw new Error('a planted error')",
    reason: /exited with code 1: Error: a planted error/,
  },
  {
    name: 'rejects a promise that nobody handles',
    code: "void Promise.reject(new Error('a planted rejection'))",
    reason: /exited with code 1: Error: a planted rejection/,
  },
  {
    name: 'loops for ever',
    code: 'for (;;);',
    reason: /gave no sign of life for 2000 ms and was killed/,
  },
  {
    name: 'runs out of memory',
    code: 'const all = []; for (;;) all.push(new Array(10_000).fill({}))',
    // It aborts by itself, unless collecting garbage until then takes it longer than a heartbeat may.
    reason: /was killed by SIG(ABRT|TRAP): .*JavaScript heap out of memory|gave no sign of life/,
  },
  {
    name: 'opens a FIFO that never answers, on its only thread',
    code: `process.getBuiltinModule('node:fs').openSync(${JSON.stringify(fifo)})`,
    reason: /gave no sign of life for 2000 ms and was killed/,
  },
  {
    name: 'has every thread for files kept by a FIFO that never answers',
    code: `
      const { open } = process.getBuiltinModule('node:fs');
      for (let i = 0; i < 64; i++) open(${JSON.stringify(fifo)}, () => {});`,
    reason: /was killed by SIGKILL: Error: no file could be reached for 5000 ms, a mount does not answer/,
  },
  {
    name: 'has a pacer that fails again and again',
    code: `
      const { Socket } = process.getBuiltinModule('node:net');
      const { write } = Socket.prototype;
      Socket.prototype.write = function (...what) {
        if (what[0].length > 10_000 && this.remotePort !== undefined) throw new Error('a planted failure');
        return write.apply(this, what);
      };`,
    reason: /exited with code 1: the channel's supervisor gave up: reached_max_restart_intensity/,
  },
  {
    name: 'floods the engine with messages',
    code: `
      const message = { type: 'report', report: { event: 'underrun', tick: 0 } };
      const flood = () => {
        for (let i = 0; i < 100; i++) process.send(message, () => {});
        setImmediate(flood);
      };
      flood();`,
    reason: /flooded the engine with messages and was killed/,
  },
];

let nextChannelId = 1;

for (const { name, code, reason } of FAULTS) {
  test(`a host that ${name} is replaced alone, and its channel resumes where the schedule is`, {
    skip: skipWithoutProc,
  }, async (t) => {
    const channelId = nextChannelId++;
    const { port } = await engine.client.startChannel({ channelId, planHandle: 'bystander', port: 0 });
    const before = await engine.snapshotWhere(channelId, ({ decoders }) =>
      decoders.some(({ waitingForRoom }) => waitingForRoom),
    );
    const apart = await apartNow(port);
    const since = engine.log.length;
    const renderer = connectY4m(port);
    await renderer.frames(1);
    const cut = renderer.drain();

    if (code === undefined) process.kill(before.hostPid as number, 'SIGKILL');
    else await plant(before.hostPid as number, code);

    t.ok((await cut) instanceof Error || (await cut) === 'end', 'its Renderers lose their connection');
    // The port was never let go: whoever comes is taken in at once, and gets frames from the next host.
    t.equal(await comesToBeApart(port, apart), true, 'on schedule');
    const lost = await engine.logged(
      ({ event, channel }) => event === 'host_lost' && channel === channelId,
      since,
    );
    t.match(lost.reason, reason);
    const after = await engine.snapshotWhere(channelId, ({ state }) => state === 'ready');
    t.ok(Math.abs(around(placeIn(after) - placeIn(before))) <= 1, 'to the frame, by its own account');
    t.not(after.hostPid, before.hostPid);
    t.equal(after.port, port);
    const gone = [before.hostPid, ...before.decoders.map(({ pid }) => pid)];
    t.same(
      gone.filter((pid) => isRunning(pid as number)),
      [],
      'the old host is gone, and its decoders with it',
    );
    const others = engine.log
      .slice(since)
      .filter(({ event, channel }) => event === 'host_lost' && channel !== channelId);
    t.same(others, [], 'no other host was lost');
    t.match(await engine.client.stopChannel({ channelId }), { success: true });
  });
}

test('a fourth death within a minute: the channel is in error without output, and its port stays', async (t) => {
  const channelId = nextChannelId++;
  const { port } = await engine.client.startChannel({ channelId, planHandle: 'bystander', port: 0 });
  let hostPid: number | null = null;
  for (let death = 1; death <= 4; death++) {
    const snapshot = await engine.snapshotWhere(
      channelId,
      (now) => now.state === 'ready' && now.hostPid !== hostPid,
    );
    hostPid = snapshot.hostPid;
    process.kill(hostPid as number, 'SIGKILL');
  }
  const without = await engine.snapshotWhere(channelId, ({ detail }) => /no output/.test(detail));
  t.match(without, { state: 'error', healthy: false, hostPid: null, port });
  t.match(without.detail, /was killed by SIGKILL; no output, the next attempt is in 60 s/);
  t.match(
    await engine.metrics(),
    new RegExp(`^retrovue_playout_channel_health\\{channel="${channelId}"\\} 0$`, 'm'),
  );
  const waiting = connectY4m(port);
  t.match(await engine.client.stopChannel({ channelId }), { success: true });
  await waiting.ended;
  waiting.close();
});

test('through all of it seven other channels aired every frame', async (t) => {
  for (const watch of watches) await watch.wasUndisturbed(t);
});

test('SIGTERM while a host hangs ends the engine in time, and nothing is left behind', async (t) => {
  const channelId = nextChannelId++;
  await engine.client.startChannel({ channelId, planHandle: 'bystander', port: 0 });
  const { hostPid } = await engine.snapshot(channelId);
  await plant(hostPid as number, 'for (;;);');
  await station.close(t);
});

async function plant(hostPid: number, code: string): Promise<void> {
  const inspector = await openInspector(hostPid);
  await inspector.plant(code);
}

/** How far the numbers on a port are ahead of the bystander's at the same moment, from -150 to 149; once a frame. */
async function* numbersApart(port: number): AsyncGenerator<number> {
  const [one, other] = [connectY4m(port), connectY4m(station.bystanderPort)];
  try {
    let theirs = await nextNumber(other);
    const follow = async () => {
      for (;;) theirs = await nextNumber(other);
    };
    // Ends with the connection.
    void follow().catch(() => {});
    for (;;) yield around((await nextNumber(one)) - theirs);
  } finally {
    one.close();
    other.close();
  }
}

async function apartNow(port: number): Promise<number> {
  let seen = 0;
  // What a Renderer is first given may have waited for it.
  for await (const apart of numbersApart(port)) if (++seen === 10) return apart;
  throw new Error('the stream ended');
}

/**
 * Whether within a turn of the plan the numbers on a port are as far apart as they were: a new host may begin late. A
 * Renderer that is cut off connects again, as it may have come to a host that was about to die.
 */
async function comesToBeApart(port: number, wanted: number): Promise<boolean> {
  let seen = 0;
  for (;;) {
    try {
      for await (const apart of numbersApart(port)) {
        if (Math.abs(around(apart - wanted)) <= JITTER_FRAMES) return true;
        if (++seen === TURN_FRAMES) return false;
      }
    } catch {
      // Cut off.
    }
  }
}

/** Which frame of the plan the channel's tick 0 would have shown. */
function placeIn({ tick, onAir }: ChannelSnapshot): number {
  return (onAir?.segmentFrame ?? Number.NaN) - tick;
}

/** A difference of two numbers on the circle of a turn, the short way round. */
function around(difference: number): number {
  const turned = ((difference % TURN_FRAMES) + TURN_FRAMES * 1.5) % TURN_FRAMES;
  return turned - TURN_FRAMES / 2;
}

/** The number of the next frame that has one. */
async function nextNumber(renderer: Y4mReader): Promise<number> {
  for (;;) {
    const [frame] = await renderer.frames(1);
    const number = frame && readFrameNumber(frame.planes, WIDTH, HEIGHT);
    if (number !== undefined) return number;
  }
}
