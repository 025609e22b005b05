/**
 * How many channels a processor carries: what a channel with one consumer costs at each of the usual sizes, its share of
 * the engine included, and how much memory it takes. For the capacity table in docs/operating.md.
 */
import { descendants, startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { startDrainingRenderer } from './draining-renderer.js';
import { makeStationFile } from './media.js';
import { perSecond, rssMiB, treeCpuMs } from './processes.js';
import { printTable } from './report.js';

const CHANNELS = 2;
const MEASURED_MS = 20_000;
/** So much of a processor may be planned with; the rest is for seeks, plan changes and the system. */
const PLANNED_SHARE = 0.7;

const SIZES = [
  { size: '854x480', megabitsPerSecond: 2 },
  { size: '1280x720', megabitsPerSecond: 4 },
  { size: '1920x1080', megabitsPerSecond: 8 },
] as const;

export async function benchCapacity({ ffmpeg, folder }: BenchContext): Promise<void> {
  for (const { size, megabitsPerSecond } of SIZES) {
    const movie = await makeStationFile(ffmpeg, folder, { size, megabitsPerSecond, turns: 12 });
    const engine = await startEngineProcess({
      ffmpeg,
      plans: folder,
      mediaRoots: [folder],
      format: `${size}@30`,
    });
    try {
      for (let channelId = 1; channelId <= CHANNELS; channelId++) {
        const { port, success, errorMessage } = await engine.client.startChannel({
          channelId,
          planHandle: movie,
          port: 0,
        });
        if (!success) throw new Error(errorMessage);
        startDrainingRenderer(port);
        await engine.snapshotWhere(channelId, ({ consumers }) => consumers === 1);
      }
      const cost = (await perSecond(() => treeCpuMs(engine.pid), MEASURED_MS)) / CHANNELS;
      const pids = await descendants(engine.pid);
      const memory = (await Promise.all(pids.map(rssMiB))).reduce((sum, each) => sum + each, 0);
      const missed = (await engine.snapshot(1)).counters.ticksMissed;
      printTable(
        `${size} at 30 frames per second, ${megabitsPerSecond} Mbit/s, ${CHANNELS} channels with a consumer each`,
        [
          {
            what: 'a channel',
            figure: `${Math.round(cost)} ms of CPU per second`,
            bound: '',
            kept: undefined,
          },
          {
            what: `channels for each processor at ${PLANNED_SHARE * 100} %`,
            figure: ((PLANNED_SHARE * 1000) / cost).toFixed(1),
            bound: '',
            kept: undefined,
          },
          {
            what: 'memory of hosts and decoders, the spare host included',
            figure: `${Math.round(memory)} MiB`,
            bound: '',
            kept: undefined,
          },
          { what: 'ticks missed by channel 1', figure: String(missed), bound: '', kept: undefined },
        ],
      );
    } finally {
      await engine.stop();
    }
  }
}
