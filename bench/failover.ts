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

const RUNS = 50;
const FEW = 10;
/** The numbered film's length; it is aired over and over. */
const TURN_FRAMES = 900;
/** How long a run takes when nothing fails, so that the control lasts as long as what it is compared with. */
const PAUSE_MS = 2_500;
const CHANNEL = 1;

/** An engine with one channel on air, whose frames are numbered. */
interface Station {
  readonly engine: EngineProcess;
  readonly movie: string;
  readonly port: number;
  readonly width: number;
  readonly height: number;
}

export async function benchFailover({ ffmpeg, folder }: BenchContext): Promise<void> {
  await onAir(ffmpeg, folder, [1280, 720], async (station) => {
    const control = await losses(station, RUNS, 'nothing fails (control)', async () => {
      await sleep(PAUSE_MS);
      return undefined;
    });
    const beside = { missedTicks: control.missedTicks };
    const killed = await losses(station, RUNS, 'SIGKILL', signal(station, 'SIGKILL'), {
      ...beside,
      noticeMs: 20,
    });
    const stopped = await losses(station, RUNS, 'SIGSTOP', signal(station, 'SIGSTOP'), {
      ...beside,
      noticeMs: 1_100,
    });
    const rows = [...control.rows, ...killed.rows, ...stopped.rows];
    printTable(`A decoder is lost, queue full, 1280x720@30, ${RUNS} times each`, rows);
    printTable('Nothing left to air', await exhaustion(station));
    printTable("A channel's process dies", [await hostDeaths(station)]);
  });
  for (const [width, height] of [
    [854, 480],
    [1920, 1080],
  ] as const) {
    await onAir(ffmpeg, folder, [width, height], async (station) => {
      const { rows } = await losses(station, FEW, 'SIGSTOP', signal(station, 'SIGSTOP'), {
        missedTicks: 0,
        noticeMs: height === 480 ? 1_100 : undefined,
      });
      printTable(`A decoder stalls, queue full, ${width}x${height}@30, ${FEW} times`, rows);
    });
  }
}

async function onAir(
  ffmpeg: string,
  folder: string,
  [width, height]: readonly [number, number],
  run: (station: Station) => Promise<void>,
): Promise<void> {
  const movie = path.join(folder, `numbered-${height}.mp4`);
  await paintMedia({ path: ffmpeg }, { path: movie, width, height, frames: TURN_FRAMES, gop: 60 });
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: `${width}x${height}@30`,
    // Every loss is counted, and at info the log leaves some out when they come so often.
    environment: { RETROVUE_PLAYOUT_LOG__LEVEL: 'debug' },
  });
  try {
    const { port } = await engine.client.startChannel({ channelId: CHANNEL, planHandle: movie, port: 0 });
    await run({ engine, movie, port, width, height });
  } finally {
    await engine.stop();
  }
}

interface Recovery {
  readonly noticedMs: number;
  readonly firstFrameMs: number;
}

interface Bounds {
  /** As many as were missed when nothing failed. */
  readonly missedTicks: number;
  /** Undefined where nothing is promised. */
  readonly noticeMs: number | undefined;
}

/** Runs something again and again on a channel that is watched, and tells what its viewer saw. */
async function losses(
  { engine, port }: Station,
  runs: number,
  name: string,
  run: (before: ChannelSnapshot) => Promise<Recovery | undefined>,
  bounds?: Bounds,
): Promise<{ rows: Row[]; missedTicks: number }> {
  const teardowns: (() => unknown)[] = [];
  const watch = watchPort({ teardown: (each) => teardowns.push(each) }, port, TURN_FRAMES);
  await watch.begun;
  const before = await fullQueue(engine);
  const recoveries: Recovery[] = [];
  for (let i = 0; i < runs; i++) {
    const outcome = await run(await fullQueue(engine));
    if (outcome !== undefined) recoveries.push(outcome);
    await engine.client.resetBudget({ channelId: CHANNEL });
  }
  const after = await fullQueue(engine);
  const { frames, gaps, end } = await watch.report();
  if (end !== 'closed') throw new Error(`the viewer's stream broke: ${end}`);
  for (const each of teardowns) each();
  const aired = (which: 'hold' | 'slate') =>
    after.counters.framesAired[which] - before.counters.framesAired[which];
  const missedTicks = after.counters.ticksMissed - before.counters.ticksMissed;
  const clean = gaps.length + aired('hold') + aired('slate') === 0;
  const seen: Row = {
    what: `${name}: what the viewer saw of ${frames} frames`,
    figure: `${gaps.length} gaps in the numbers, ${aired('hold')} held, ${aired('slate')} slate; ${missedTicks} ticks missed`,
    bound: bounds === undefined ? '' : `0, 0, 0; ${bounds.missedTicks}`,
    kept: bounds === undefined ? undefined : clean && missedTicks <= bounds.missedTicks,
  };
  if (bounds === undefined) return { rows: [seen], missedTicks };
  const noticed = recoveries.map(({ noticedMs }) => noticedMs);
  const firstFrames = recoveries.map(({ firstFrameMs }) => firstFrameMs);
  return {
    rows: [
      seen,
      bounded(`${name}: until it is noticed`, noticed, bounds.noticeMs),
      bounded(`${name}: from the decision to restart to the first frame`, firstFrames, 400),
    ],
    missedTicks,
  };
}

/** The 95th percentile is what is promised. */
function bounded(what: string, values: readonly number[], boundMs: number | undefined): Row {
  const p95 = quantile(values, 0.95);
  return {
    what,
    figure: `p95 ${Math.round(p95)} ms; ${spread(values, 'ms')}`,
    bound: boundMs === undefined ? '' : `p95 <= ${boundMs} ms`,
    kept: boundMs === undefined ? undefined : p95 <= boundMs,
  };
}

function signal({ engine }: Station, name: NodeJS.Signals) {
  return (before: ChannelSnapshot) => lose(engine, before, name);
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
    noticedMs: timeOf(noticed) - lostAtMs,
    firstFrameMs: timeOf(back) - timeOf(restart),
  };
}

/** Kills whatever decoder comes until the restarts are spent, with a viewer who counts. */
async function exhaustion({ engine, port, width, height }: Station): Promise<Row[]> {
  const atOnceMs: number[] = [];
  let unlike = 0;
  for (let i = 0; i < FEW; i++) {
    await fullQueue(engine);
    await engine.client.resetBudget({ channelId: CHANNEL });
    const since = engine.log.length;
    const viewer = connectY4m(port);
    const seen = seenUntilSlate(viewer, (planes) => readFrameNumber(planes, width, height));
    let spent = false;
    const slate = engine
      .logged(({ event, channel }) => event === 'slate' && channel === CHANNEL, since)
      .then((line) => {
        spent = true;
        return line;
      });
    while (!spent) {
      const { decoders } = await engine.snapshot(CHANNEL);
      // Only the one on air: what is lost while it waits for its turn is of no account before that.
      for (const { pid, role } of decoders) if (pid !== null && role === 'live') kill(pid);
      await sleep(10);
    }
    await slate;
    // As everybody outside sees it: Prometheus, the command line, health.
    await engine.snapshotWhere(CHANNEL, ({ state, healthy }) => state === 'error' && !healthy);
    const losses = engine.log.slice(since).filter(({ event }) => event === 'decoder_lost');
    atOnceMs.push(Date.now() - timeOf(losses.at(-1)));
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
      what: 'from the loss that spends the budget to bad health and state error, as seen over HTTP',
      figure: spread(atOnceMs, 'ms'),
      bound: 'at once',
      kept: Math.max(...atOnceMs) <= 100,
    },
  ];
}

/** Whether the viewer saw every number in turn, then the last one again for a second, then slate. */
async function seenUntilSlate(
  viewer: ReturnType<typeof connectY4m>,
  numberIn: (planes: Buffer) => number | undefined,
): Promise<boolean> {
  let last: number | undefined;
  let held = 0;
  for (;;) {
    const [frame] = await viewer.frames(1);
    const number = frame && numberIn(frame.planes);
    if (number === undefined) return held === 30;
    if (number === last) held++;
    else if (held > 0 || (last !== undefined && number !== (last + 1) % TURN_FRAMES)) return false;
    last = number;
  }
}

async function hostDeaths({ engine, movie, width, height }: Station): Promise<Row> {
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
    await again.until(({ planes }) => readFrameNumber(planes, width, height) !== undefined);
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

/** The channel, ready, with all staged that may be, and its decoder far from its end: one that is done cannot be lost. */
function fullQueue(engine: EngineProcess): Promise<ChannelSnapshot> {
  return engine.snapshotWhere(
    CHANNEL,
    ({ state, bufferDepthFrames, queueFrames, decoders }) =>
      state === 'ready' &&
      bufferDepthFrames >= queueFrames - 1 &&
      decoders.some(
        ({ role, pid, framesOrdered, framesDelivered }) =>
          role === 'live' && pid !== null && framesOrdered - framesDelivered > queueFrames,
      ),
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

/** When a line was logged: milliseconds since 1970. */
function timeOf(line: LogLine | undefined): number {
  return Date.parse(String(line?.time));
}
