/**
 * What live pictures cost: a 1080p30 channel whose picture is asked for once a second beside the same channel unseen,
 * in turn; and the pictures of fifty channels, made by the engine's thread.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../src/clock/system-clock.js';
import { createSlate } from '../src/frames/slate.js';
import { shrink } from '../src/frames/small-picture.js';
import { createPictureEncoder } from '../src/pictures/picture-encoder.js';
import type { AiredPicture } from '../supervisors/channel/aired-picture.js';
import type { ChannelCounters } from '../supervisors/channel/snapshot.js';
import { type EngineProcess, startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { startDrainingRenderer } from './draining-renderer.js';
import { makeStationFile } from './media.js';
import { cpuMs } from './processes.js';
import { median, printTable, quantile } from './report.js';

const ROUNDS = 3;
const ROUND_MS = 20_000;
const FORMAT = { width: 1920, height: 1080, fpsNum: 30, fpsDen: 1 };
const CHANNELS = 50;

export async function benchPicture(context: BenchContext): Promise<void> {
  await benchChannel(context);
  await benchMaking();
}

interface Round {
  readonly hostMs: number;
  readonly engineMs: number;
  /** Upper bound of the histogram's bucket, in milliseconds. */
  readonly p99Ms: number;
  readonly meanMs: number;
  readonly missed: number;
}

async function benchChannel({ ffmpeg, folder }: BenchContext): Promise<void> {
  const movie = await makeStationFile(ffmpeg, folder, { size: '1920x1080', megabitsPerSecond: 8, turns: 20 });
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '1920x1080@30',
  });
  try {
    const { port, success, errorMessage } = await engine.client.startChannel({
      channelId: 1,
      planHandle: movie,
      port: 0,
    });
    if (!success) throw new Error(errorMessage);
    const reader = startDrainingRenderer(port);
    await engine.snapshotWhere(1, ({ consumers }) => consumers === 1);
    const unseen: Round[] = [];
    const seen: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      unseen.push(await measure(engine, async () => {}));
      seen.push(
        await measure(engine, async () => {
          const response = await fetch(`http://${engine.http}/channels/1/picture.jpg`);
          if (response.status !== 200) throw new Error(await response.text());
          await response.arrayBuffer();
        }),
      );
    }
    reader.kill();
    const row = (what: string, of: (round: Round) => number, unit: string) => ({
      what,
      figure: `${median(unseen.map(of)).toFixed(2)} unseen, ${median(seen.map(of)).toFixed(2)} seen${unit}`,
      bound: '',
      kept: undefined,
    });
    const missed = (rounds: readonly Round[]) => rounds.reduce((sum, each) => sum + each.missed, 0);
    printTable(
      `One 1080p30 channel, one consumer, a picture a second or none, ${ROUNDS} rounds of ${ROUND_MS / 1000} s each`,
      [
        row('host', ({ hostMs }) => hostMs, ' ms of CPU per second'),
        row('engine', ({ engineMs }) => engineMs, ' ms of CPU per second'),
        row('tick lateness, mean', ({ meanMs }) => meanMs, ' ms'),
        row('tick lateness, p99 at most', ({ p99Ms }) => p99Ms, ' ms'),
        {
          what: 'ticks missed',
          figure: `${missed(unseen)} unseen, ${missed(seen)} seen`,
          bound: 'no more than unseen',
          kept: missed(seen) <= missed(unseen),
        },
      ],
    );
  } finally {
    await engine.stop();
  }
}

async function measure(engine: EngineProcess, look: () => Promise<void>): Promise<Round> {
  const { hostPid, counters: before } = await engine.snapshot(1);
  const used = async () => [await cpuMs(hostPid ?? 0), await cpuMs(engine.pid)] as const;
  const from = await used();
  const fromMs = performance.now();
  while (performance.now() - fromMs < ROUND_MS) {
    await look();
    await sleep(1000);
  }
  const seconds = (performance.now() - fromMs) / 1000;
  const to = await used();
  const { counters: after } = await engine.snapshot(1);
  return {
    hostMs: (to[0] - from[0]) / seconds,
    engineMs: (to[1] - from[1]) / seconds,
    ...lateness(before, after),
    missed: after.ticksMissed - before.ticksMissed,
  };
}

function lateness(
  { tickLatenessSeconds: before }: ChannelCounters,
  { tickLatenessSeconds: after }: ChannelCounters,
): Pick<Round, 'p99Ms' | 'meanMs'> {
  const count = after.count - before.count;
  const within = after.counts.map((each, index) => each - (before.counts[index] ?? 0));
  const p99 = after.bounds[within.findIndex((below) => below >= 0.99 * count)] ?? Number.POSITIVE_INFINITY;
  return { p99Ms: p99 * 1000, meanMs: ((after.sum - before.sum) * 1000) / count };
}

async function benchMaking(): Promise<void> {
  const slate = createSlate(FORMAT, 1).planes;
  const shrinkMs: number[] = [];
  for (let index = 0; index < 100; index++) {
    const fromMs = performance.now();
    await shrink(slate, FORMAT);
    shrinkMs.push(performance.now() - fromMs);
  }
  const { planes, ...size } = await shrink(slate, FORMAT);
  const text = planes.toString('base64');
  const encoder = createPictureEncoder({ clock: systemClock, onFailure: (error) => console.error(error) });
  const ask = (tick: number) =>
    encoder.encode({ tick, ...size, matrix: 'bt709', planes: text } satisfies AiredPicture);
  const firstMs = performance.now();
  await ask(0);
  const first = performance.now() - firstMs;
  const wallMs: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < 10; round++) {
    const fromMs = performance.now();
    const from = process.cpuUsage();
    await Promise.all(Array.from({ length: CHANNELS }, (_, channel) => ask(channel)));
    const { user, system } = process.cpuUsage(from);
    wallMs.push(performance.now() - fromMs);
    cpu.push((user + system) / 1000);
  }
  await encoder.stop();
  const plain = (what: string, figure: string) => ({ what, figure, bound: '', kept: undefined });
  printTable(`Making pictures of ${size.width}x${size.height}`, [
    plain('making a 1080p frame small, the first time', `${shrinkMs[0]?.toFixed(1)} ms, in slices`),
    {
      what: 'and later',
      figure: `median ${median(shrinkMs).toFixed(2)} ms, p90 ${quantile(shrinkMs, 0.9).toFixed(2)}`,
      bound: '< 1 ms',
      kept: median(shrinkMs) < 1,
    },
    plain('the first JPEG, its thread being started', `${Math.round(first)} ms`),
    plain(`${CHANNELS} JPEGs at once`, `${Math.round(median(wallMs))} ms`),
    plain('CPU for them, the engine included', `${Math.round(median(cpu))} ms`),
  ]);
}
