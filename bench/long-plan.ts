/** A plan of 100 000 segments: how long `plan check` takes for it, as a whole process, and how soon it is on air. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { makeMovie } from './media.js';
import { printTable, worstRow } from './report.js';

const SEGMENTS = 100_000;
const RUNS = 10;
const CHECKED_MS = 1000;
/** As any other plan. */
const STARTED_MS = 500;
const CLI = new URL('../src/cli/main.js', import.meta.url).pathname;

export async function benchLongPlan({ ffmpeg, folder }: BenchContext): Promise<void> {
  const movie = await makeMovie(ffmpeg, folder, '640x360', 30);
  const segments = Array.from({ length: SEGMENTS }, (_, i) => ({
    asset_uri: path.basename(movie),
    asset_start_offset_ms: (i % 10) * 500,
    segment_duration_ms: 1000,
  }));
  const file = path.join(folder, 'long.json');
  await writeFile(file, JSON.stringify({ plan_id: 'long', loop: true, segments }));
  printTable(`A plan of ${SEGMENTS} segments`, [
    worstRow('plan check, the whole process', await checks(ffmpeg, folder, file), CHECKED_MS),
    worstRow('StartChannel to its answer, content ready', await starts(ffmpeg, folder), STARTED_MS),
  ]);
}

async function checks(ffmpeg: string, folder: string, file: string): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const beganMs = performance.now();
    const args = [CLI, 'plan', 'check', file, '--media-root', folder, '--ffmpeg', ffmpeg];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 27 });
    times.push(performance.now() - beganMs);
    if (stdout.split('\n').length < SEGMENTS)
      throw new Error(`plan check printed too little: ${stdout.slice(0, 500)}`);
  }
  return times;
}

async function starts(ffmpeg: string, folder: string): Promise<number[]> {
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '640x360@30',
  });
  const times: number[] = [];
  try {
    for (let run = 0; run < RUNS; run++) {
      // Time for the spare host to be there again, as between any two starts of a running station.
      await sleep(1500);
      const beganMs = performance.now();
      const outcome = await engine.client.startChannel({ channelId: 1, planHandle: 'long', port: 0 });
      if (!outcome.success) throw new Error(outcome.errorMessage);
      times.push(performance.now() - beganMs);
      await engine.client.stopChannel({ channelId: 1 });
    }
  } finally {
    await engine.stop();
  }
  return times;
}
