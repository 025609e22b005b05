/**
 * `npm run bench [-- NAME...]`: measures what the engine promises in numbers and prints it as tables. Nothing here
 * is asserted: a shared or busy machine gives other figures, and the reader is told which bound was kept.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { findFfmpeg } from '../src/media/ffmpeg-locator.js';
import { benchCapacity } from './capacity.js';
import { benchCompare } from './compare.js';
import type { BenchContext } from './context.js';
import { benchCpu } from './cpu.js';
import { benchDashboard } from './dashboard.js';
import { benchFailover } from './failover.js';
import { benchLongPlan } from './long-plan.js';
import { benchMemory } from './memory.js';
import { benchPicture } from './picture.js';
import { benchScrape } from './scrape.js';
import { benchStartStop } from './start-stop.js';
import { benchSwap } from './swap.js';

const BENCHES: Readonly<Record<string, (context: BenchContext) => Promise<void>>> = {
  start: benchStartStop,
  failover: benchFailover,
  swap: benchSwap,
  plan: benchLongPlan,
  cpu: benchCpu,
  capacity: benchCapacity,
  memory: benchMemory,
  scrape: benchScrape,
  picture: benchPicture,
  dashboard: benchDashboard,
  compare: benchCompare,
};
/** Measures others, and for long: only when it is named. */
const ON_REQUEST: readonly string[] = ['compare'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`bench: there is no ${unknown.join(', ')}; choose from ${Object.keys(BENCHES).join(', ')}`);
  process.exit(64);
}
const folder = await mkdtemp(path.join(tmpdir(), 'retrovue-bench-'));
const cleanUp = () => rmSync(folder, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
}
try {
  const ffmpeg = await findFfmpeg({ explicit: process.env.FFMPEG_BIN });
  console.log(
    `Node ${process.version}, ffmpeg ${ffmpeg.version} (${ffmpeg.source}), ${cpus().length} processors`,
  );
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length === 0 ? !ON_REQUEST.includes(name) : wanted.includes(name))
      await bench({ ffmpeg: ffmpeg.path, folder });
  }
} finally {
  cleanUp();
}
