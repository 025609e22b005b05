/** That memory stays: the engine's over many starts and stops, a host's beside its frame slots. */
import { startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { rssMiB } from './processes.js';
import { printTable } from './report.js';

const CYCLES = 50;
const FIRST = 5;
/** 75 slots of 1280x720 yuv420p. */
const SLOTS_MB = 104;
const HOST_MB = 60;

export async function benchMemory({ ffmpeg, folder }: BenchContext): Promise<void> {
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '1280x720@30',
  });
  try {
    const start = async () => {
      const outcome = await engine.client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 });
      if (!outcome.success) throw new Error(outcome.errorMessage);
    };
    let early = Number.NaN;
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      await start();
      await engine.client.stopChannel({ channelId: 1 });
      if (cycle === FIRST) early = await rssMiB(engine.pid);
    }
    const late = await rssMiB(engine.pid);
    await start();
    // A full turn of the queue has touched every slot that will ever be.
    const { hostPid } = await engine.snapshotWhere(1, ({ tick }) => tick > 300);
    const host = ((await rssMiB(hostPid ?? 0)) * 1024 * 1024) / 1e6;
    const growth = late / early - 1;
    printTable('Memory', [
      {
        what: `engine after ${FIRST} start/stop cycles`,
        figure: `${early.toFixed(0)} MiB`,
        bound: '',
        kept: undefined,
      },
      {
        what: `engine after ${CYCLES}`,
        figure: `${late.toFixed(0)} MiB (${(growth * 100).toFixed(1)} %)`,
        bound: 'within 10 %',
        kept: growth <= 0.1,
      },
      {
        what: 'a 720p host after 10 s on air',
        figure: `${host.toFixed(0)} MB resident`,
        bound: `<= ${SLOTS_MB} MB of slots + ${HOST_MB} MB`,
        kept: host <= SLOTS_MB + HOST_MB,
      },
    ]);
  } finally {
    await engine.stop();
  }
}
