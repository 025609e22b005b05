/**
 * What one 1080p30 channel with one consumer costs, beside the least that ffmpeg itself needs to decode the same file
 * at the same pace into a pipe. Both are measured in turn in one run, several times, because machines drift.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { startDrainingRenderer } from './draining-renderer.js';
import { makeStationFile } from './media.js';
import { cpuMs, perSecond, treeCpuMs } from './processes.js';
import { median, printTable } from './report.js';

const ROUNDS = 3;
const ROUND_MS = 20_000;

export async function benchCpu({ ffmpeg, folder }: BenchContext): Promise<void> {
  const movie = await makeStationFile(ffmpeg, folder, {
    size: '1920x1080',
    megabitsPerSecond: 8,
    turns: 20,
  });
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '1920x1080@30',
  });
  const ours: number[] = [];
  const bare: number[] = [];
  try {
    const { port, success, errorMessage } = await engine.client.startChannel({
      channelId: 1,
      planHandle: movie,
      port: 0,
    });
    if (!success) throw new Error(errorMessage);
    const reader = startDrainingRenderer(port);
    await engine.snapshotWhere(1, ({ consumers }) => consumers === 1);
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await perSecond(() => treeCpuMs(engine.pid), ROUND_MS));
      bare.push(await bareFfmpeg(ffmpeg, movie));
    }
    const { counters } = await engine.snapshot(1);
    reader.kill();
    const { bounds, counts, count } = counters.tickLatenessSeconds;
    const p99 = bounds[counts.findIndex((below) => below >= 0.99 * count)] ?? Number.POSITIVE_INFINITY;
    const ratios = ours.map((each, i) => each / (bare[i] ?? Number.NaN));
    const ratio = median(ratios);
    printTable(`One 1080p30 channel, one consumer, ${ROUNDS} rounds of ${ROUND_MS / 1000} s each`, [
      {
        what: 'engine, host and decoder',
        figure: `${Math.round(median(ours))} ms of CPU per second`,
        bound: '',
        kept: undefined,
      },
      {
        what: 'ffmpeg -re -threads 1 -i F -f rawvideo - | cat',
        figure: `${Math.round(median(bare))} ms of CPU per second`,
        bound: '',
        kept: undefined,
      },
      {
        what: 'ratio',
        figure: `median ${ratio.toFixed(2)} (${ratios.map((each) => each.toFixed(2)).join(', ')})`,
        bound: '<= 1.15',
        kept: ratio <= 1.15,
      },
      {
        what: 'tick lateness, p99',
        figure: `<= ${p99 * 1000} ms (${count} ticks)`,
        bound: '<= 5 ms',
        kept: p99 <= 0.005,
      },
      {
        what: 'ticks missed',
        figure: String(counters.ticksMissed),
        bound: '0',
        kept: counters.ticksMissed === 0,
      },
    ]);
  } finally {
    await engine.stop();
  }
}

async function bareFfmpeg(ffmpeg: string, movie: string): Promise<number> {
  const decoder: ChildProcess = spawn(
    ffmpeg,
    ['-v', 'error', '-re', '-threads', '1', '-i', movie, '-f', 'rawvideo', '-'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  if (decoder.stdout === null) throw new Error('no stdout');
  const cat = spawn('cat', [], { stdio: [decoder.stdout, 'ignore', 'ignore'] });
  decoder.stdout.destroy();
  // Past its start-up, as the channel is.
  await sleep(1000);
  const used = await perSecond(
    async () => (await cpuMs(decoder.pid ?? 0)) + (await cpuMs(cat.pid ?? 0)),
    ROUND_MS,
  );
  decoder.kill('SIGKILL');
  await once(cat, 'exit');
  return used;
}
