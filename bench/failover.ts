/**
 * What a viewer sees of a lost decoder, and how fast it is noticed and replaced; what is aired when there is nothing to
 * air; and how long a Renderer is without frames when its channel's process dies. Beside a run in which nothing fails,
 * because a shared machine misses ticks of its own.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelSnapshot } from '../supervisors/channel/snapshot.js';
import { type EngineProcess, type LogLine, startEngineProcess } from '../test/support/engine-process.js';
import { readFrameNumber } from '../test/support/frame-number.js';
import { paintMedia } from '../test/support/painted-media.js';
import { watchPort } from '../test/support/port-watch.js';
import { connectY4m } from '../test/support/y4m-reader.js';
import type { BenchContext } from './context.js';
import { printTable, quantile, type Row, spread } from './report.js';

const RUNS = 3;
const FEW = 2;
const WIDTH = 1280;
const HEIGHT = 720;
const TURN_FRAMES = 900;
/** How long a run takes when nothing fails, so that the control lasts as long as what it is compared with. */
const PAUSE_MS = 2_500;
const CHANNEL = 1;

export async function benchFailover({ ffmpeg, folder }: BenchContext): Promise<void> {
  const movie = path.join(folder, 'numbered.mp4');
  await paintMedia(
    { path: ffmpeg },
    { path: movie, width: WIDTH, height: HEIGHT, frames: TURN_FRAMES, gop: 60 },
  );
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: `${WIDTH}x${HEIGHT}@30`,
  });
  try {
    const { port } = await engine.client.startChannel({ channelId: CHANNEL, planHandle: movie, port: 0 });
    const rows = [
      ...(await losses(engine, port, 'nothing fails (control)', async () => {
        await sleep(PAUSE_MS);
        return undefined;
      })),
      ...(await losses(engine, port, 'SIGKILL', (at) => lose(engine, at, 'SIGKILL'), 20)),
      ...(await losses(engine, port, 'SIGSTOP', (at) => lose(engine, at, 'SIGSTOP'), 1_100)),
    ];
    printTable(`A decoder is lost, queue full, ${WIDTH}x${HEIGHT}@30, ${RUNS} times each`, rows);
    printTable('Nothing left to air', await exhaustion(engine, port));
    printTable("A channel's process dies", [await hostDeaths(engine, movie)]);
  } finally {
    await engine.stop();
  }
}

interface Recovery {
  readonly noticedMs: number;
  readonly firstFrameMs: number;
}

/** Runs something again and again on a channel that is watched, and tells what its viewer saw. */
async function losses(
  engine: EngineProcess,
  port: number,
  name: string,
  run: (before: ChannelSnapshot) => Promise<Recovery | undefined>,
  noticeBoundMs?: number,
): Promise<Row[]> {
  const teardowns: (() => unknown)[] = [];
  const watch = watchPort({ teardown: (each) => teardowns.push(each) }, port, TURN_FRAMES);
  await watch.begun;
  const before = await fullQueue(engine);
  const recoveries: Recovery[] = [];
  for (let i = 0; i < RUNS; i++) {
    const outcome = await run(await fullQueue(engine));
    if (outcome !== undefined) recoveries.push(outcome);
    await engine.client.resetBudget({ channelId: CHANNEL });
  }
  const after = await fullQueue(engine);
  const { frames, gaps } = await watch.report();
  for (const each of teardowns) each();
  const aired = (which: 'hold' | 'slate') =>
    after.counters.framesAired[which] - before.counters.framesAired[which];
  const missed = after.counters.ticksMissed - before.counters.ticksMissed;
  const seen: Row = {
    what: `${name}: what the viewer saw of ${frames} frames`,
    figure: `${gaps.length} gaps, ${aired('hold')} held, ${aired('slate')} slate; ${missed} ticks missed`,
    bound: '0, 0, 0',
    kept: gaps.length + aired('hold') + aired('slate') === 0,
  };
  if (noticeBoundMs === undefined) return [seen];
  return [
    seen,
    bounded(
      `${name}: until it is noticed`,
      recoveries.map(({ noticedMs }) => noticedMs),
      noticeBoundMs,
    ),
    bounded(
      `${name}: from the decision to restart to the first frame`,
      recoveries.map(({ firstFrameMs }) => firstFrameMs),
      400,
    ),
  ];
}

/** The 95th percentile is what is promised. */
function bounded(what: string, values: readonly number[], boundMs: number): Row {
  const p95 = quantile(values, 0.95);
  return {
    what,
    figure: `p95 ${Math.round(p95)} ms; ${spread(values, 'ms')}`,
    bound: `p95 <= ${boundMs} ms`,
    kept: p95 <= boundMs,
  };
}

async function lose(
  engine: EngineProcess,
  before: ChannelSnapshot,
  signal: NodeJS.Signals,
): Promise<Recovery> {
  const since = engine.log.length;
  const told = (wanted: (line: LogLine) => boolean) =>
    engine.logged((line) => line.channel === CHANNEL && wanted(line), since);
  const lostAtMs = Date.now();
  process.kill(pidOf(before), signal);
  const noticed = await told(({ event }) => event === 'decoder_lost');
  const restart = await told(({ event }) => event === 'restart');
  const back = await told(({ event, cause }) => event === 'state' && cause === 'decoder.delivered');
  return {
    noticedMs: Number(noticed.time) - lostAtMs,
    firstFrameMs: Number(back.time) - Number(restart.time),
  };
}

/** Kills whatever decoder comes until the restarts are spent, with a viewer who counts. */
async function exhaustion(engine: EngineProcess, port: number): Promise<Row[]> {
  const atOnceMs: number[] = [];
  let unlike = 0;
  for (let i = 0; i < FEW; i++) {
    await fullQueue(engine);
    await engine.client.resetBudget({ channelId: CHANNEL });
    const since = engine.log.length;
    const viewer = connectY4m(port);
    const seen = seenUntilSlate(viewer);
    let spent = false;
    const slate = engine
      .logged(({ event, channel }) => event === 'slate' && channel === CHANNEL, since)
      .then((line) => {
        spent = true;
        return line;
      });
    while (!spent) {
      const { decoders } = await engine.snapshot(CHANNEL);
      for (const { pid } of decoders) if (pid !== null) kill(pid);
      await sleep(10);
    }
    const losses = engine.log.slice(since).filter(({ event }) => event === 'decoder_lost');
    atOnceMs.push(Number((await slate).time) - Number(losses.at(-1)?.time));
    if (!(await seen)) unlike++;
    viewer.close();
    await engine.client.resetBudget({ channelId: CHANNEL });
  }
  return [
    {
      what: `the queue runs dry, ${FEW} times: the next tick holds the last picture, after a second slate`,
      figure: `${FEW - unlike} as it should be`,
      bound: `${FEW}`,
      kept: unlike === 0,
    },
    {
      what: 'from the loss that spends the budget to state error and slate',
      figure: spread(atOnceMs, 'ms'),
      bound: 'at once',
      kept: Math.max(...atOnceMs) <= 34,
    },
  ];
}

/** Whether the viewer saw every number in turn, then the last one again for a second, then slate. */
async function seenUntilSlate(viewer: ReturnType<typeof connectY4m>): Promise<boolean> {
  let last: number | undefined;
  let held = 0;
  for (;;) {
    const [frame] = await viewer.frames(1);
    const number = frame && readFrameNumber(frame.planes, WIDTH, HEIGHT);
    if (number === undefined) return held === 30;
    if (number === last) held++;
    else if (held > 0 || (last !== undefined && number !== (last + 1) % TURN_FRAMES)) return false;
    last = number;
  }
}

async function hostDeaths(engine: EngineProcess, movie: string): Promise<Row> {
  const silences: number[] = [];
  for (let i = 0; i < FEW; i++) {
    await engine.client.stopChannel({ channelId: CHANNEL });
    // Time for the spare host to be there again, as on a station whose channels do not all die at once.
    await sleep(1_500);
    const { port } = await engine.client.startChannel({ channelId: CHANNEL, planHandle: movie, port: 0 });
    const { hostPid } = await fullQueue(engine);
    const viewer = connectY4m(port);
    await viewer.frames(5);
    const cut = viewer.drain();
    const killedAtMs = performance.now();
    kill(hostPid as number);
    await cut;
    const again = connectY4m(port);
    await again.until(({ planes }) => readFrameNumber(planes, WIDTH, HEIGHT) !== undefined);
    silences.push(performance.now() - killedAtMs);
    again.close();
  }
  return {
    what: 'from its SIGKILL to the first content frame at a Renderer that connects again',
    figure: spread(silences, 'ms'),
    bound: '<= 2000 ms',
    kept: Math.max(...silences) <= 2_000,
  };
}

/** The channel, ready, and its decoder waiting because nothing more may be staged. */
function fullQueue(engine: EngineProcess): Promise<ChannelSnapshot> {
  return engine.snapshotWhere(
    CHANNEL,
    ({ state, bufferDepthFrames, queueFrames, decoders }) =>
      state === 'ready' &&
      bufferDepthFrames >= queueFrames - 1 &&
      decoders.some(({ role, pid }) => role === 'live' && pid !== null),
  );
}

function pidOf(snapshot: ChannelSnapshot): number {
  const live = snapshot.decoders.find(({ role }) => role === 'live');
  if (live?.pid == null) throw new Error('no decoder is live');
  return live.pid;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself since the snapshot was made.
  }
}
