/**
 * Plan swaps and previews as a Renderer sees them: whether a tick is missed, the longest time between two frames, and how
 * long it takes from the call to the first frame of the new content.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelView } from '../supervisors/engine/channel-view.js';
import { type EngineProcess, startEngineProcess } from '../test/support/engine-process.js';
import { paintMedia } from '../test/support/painted-media.js';
import type { BenchContext } from './context.js';
import { startIdleTimer } from './idle-timer.js';
import { startRenderer } from './renderer.js';
import { printTable, quantile, type Row, spread } from './report.js';

const RUNS = 30;
const CHANNEL = 1;
const INTERVAL_MS = 1000 / 30;
const LONGEST_MS = 1.5 * INTERVAL_MS;
/** So many frames has each of the two films; the second one's numbers begin behind the first one's. */
const FILM_FRAMES = 300;
const SECOND_FILM = 1000;

const SIZES = [
  { width: 854, height: 480, boundMs: 300 },
  { width: 1280, height: 720, boundMs: 300 },
  { width: 1920, height: 1080, boundMs: 800 },
] as const;

export async function benchSwap({ ffmpeg, folder }: BenchContext): Promise<void> {
  for (const { width, height, boundMs } of SIZES) {
    const films = ['first', 'second'] as const;
    for (const [i, name] of films.entries()) {
      const file = `${name}-${height}.mp4`;
      await paintMedia(
        { path: ffmpeg },
        {
          path: path.join(folder, file),
          width,
          height,
          frames: FILM_FRAMES,
          firstNumber: i * SECOND_FILM,
          gop: 60,
        },
      );
      const plan = { plan_id: name, loop: true, segments: [{ asset_uri: file }] };
      await writeFile(path.join(folder, `${name}-${height}.json`), JSON.stringify(plan));
    }
    const engine = await startEngineProcess({
      ffmpeg,
      plans: folder,
      mediaRoots: [folder],
      format: `${width}x${height}@30`,
    });
    try {
      const rows = await swaps(engine, width, height, boundMs);
      rows.push(await shortestSegment(engine, folder, height));
      printTable(`Swaps at ${width}x${height}@30, ${RUNS} each`, rows);
    } finally {
      await engine.stop();
    }
  }
}

async function swaps(engine: EngineProcess, width: number, height: number, boundMs: number): Promise<Row[]> {
  const handle = (i: number) => `${i % 2 === 0 ? 'first' : 'second'}-${height}`;
  const { port } = await engine.client.startChannel({ channelId: CHANNEL, planHandle: handle(0), port: 0 });
  const viewer = startRenderer({ port, width, height });
  await viewer.until((number) => number < SECOND_FILM);
  const before = await fullQueue(engine);
  viewer.longestSilenceMs();
  const idleTimer = startIdleTimer();

  const toNewContentMs: number[] = [];
  for (let i = 1; i <= RUNS; i++) {
    await fullQueue(engine);
    const calledMs = performance.now();
    const seen = viewer.until((number) => number >= SECOND_FILM === (i % 2 === 1));
    const { success, errorMessage } = await engine.client.updatePlan({
      channelId: CHANNEL,
      planHandle: handle(i),
    });
    if (!success) throw new Error(errorMessage);
    toNewContentMs.push((await seen) - calledMs);
  }
  await fullQueue(engine);
  const longest = viewer.longestSilenceMs();

  const switchedMs: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    // The plan on air is the first film's; the preview is the second's, and is over after ten seconds.
    const loaded = await engine.client.loadPreview({ channelId: CHANNEL, assetPath: `second-${height}.mp4` });
    if (!loaded.success) throw new Error(loaded.errorMessage);
    const calledMs = performance.now();
    const seen = viewer.until((number) => number >= SECOND_FILM);
    const { success, errorMessage } = await engine.client.switchToLive({ channelId: CHANNEL });
    if (!success) throw new Error(errorMessage);
    switchedMs.push((await seen) - calledMs);
    // Back to the plan, which ends the preview: one plan, then the other, so that it is a swap.
    for (const planHandle of [handle(1), handle(0)])
      await engine.client.updatePlan({ channelId: CHANNEL, planHandle });
    await viewer.until((number) => number < SECOND_FILM);
  }
  const after = (await fullQueue(engine)).counters;
  const longestOfPreviews = viewer.longestSilenceMs();
  const idleLateMs = await idleTimer.worstLateMs();
  await viewer.close();
  const aired = (which: 'hold' | 'slate') => after.framesAired[which] - before.counters.framesAired[which];
  const missed = after.ticksMissed - before.counters.ticksMissed;
  const p95 = quantile(toNewContentMs, 0.95);
  const switchTicks = Math.max(...switchedMs) / INTERVAL_MS;
  return [
    {
      what: 'ticks missed; frames held; frames of slate',
      figure: `${missed}; ${aired('hold')}; ${aired('slate')}`,
      bound: '0; 0; 0',
      kept: missed + aired('hold') + aired('slate') === 0,
    },
    {
      what: 'longest time between two frames, swaps; previews',
      figure: `${longest.toFixed(1)}; ${longestOfPreviews.toFixed(1)} ms`,
      bound: `<= ${LONGEST_MS.toFixed(0)} ms`,
      kept: Math.max(longest, longestOfPreviews) <= LONGEST_MS,
    },
    {
      what: '  meanwhile: a timer of a thread that does nothing else, late by at most',
      figure: `${idleLateMs.toFixed(1)} ms`,
      bound: '',
      kept: undefined,
    },
    {
      what: 'UpdatePlan: from the call to the first frame of the new content',
      figure: `p95 ${Math.round(p95)} ms; ${spread(toNewContentMs, 'ms')}`,
      bound: `p95 <= ${boundMs} ms`,
      kept: p95 <= boundMs,
    },
    {
      what: 'SwitchToLive: from the call to the first frame of the preview',
      figure: `worst ${switchTicks.toFixed(1)} ticks; ${spread(switchedMs, 'ms')}`,
      bound: '<= 2 ticks',
      kept: switchTicks <= 2,
    },
  ];
}

/** Segments as short as these many frames follow each other for so long. */
const LENGTHS = [30, 15, 10, 6, 4, 3, 2, 1];
const SUSTAINED_MS = 10_000;
const SEGMENTS = 60;

/** The shortest segments that follow each other for ten seconds with nothing held, no slate and no restart. */
async function shortestSegment(engine: EngineProcess, folder: string, height: number): Promise<Row> {
  let shortest: number | undefined;
  for (const frames of LENGTHS) {
    const segments = Array.from({ length: SEGMENTS }, (_, i) => ({
      asset_uri: `first-${height}.mp4`,
      asset_start_offset_ms: Math.round((i * 4 * 1000) / 30),
      segment_duration_ms: Math.round((frames * 1000) / 30),
    }));
    const handle = `short-${frames}-${height}`;
    const plan = { plan_id: handle, loop: true, segments };
    await writeFile(path.join(folder, `${handle}.json`), JSON.stringify(plan));
    const { success, errorMessage } = await engine.client.updatePlan({
      channelId: CHANNEL,
      planHandle: handle,
    });
    if (!success) {
      // Decoders that last for one frame each may never get ahead of the clock: such a plan is refused.
      if (/gave no frame within/.test(errorMessage)) break;
      throw new Error(errorMessage);
    }
    const before = await faults(engine);
    await sleep(SUSTAINED_MS);
    if ((await faults(engine)) > before) break;
    shortest = frames;
  }
  return {
    what: 'the shortest segments that follow each other without a gap',
    figure: shortest === undefined ? `longer than ${LENGTHS[0]} frames` : `${shortest} frames each`,
    bound: '',
    kept: undefined,
  };
}

/** Frames that were not the schedule's, and decoders that were started again. */
async function faults(engine: EngineProcess): Promise<number> {
  const { framesAired, decoderRestarts } = (await engine.snapshot(CHANNEL)).counters;
  const restarts = Object.values(decoderRestarts).reduce((sum, count) => sum + count, 0);
  return framesAired.hold + framesAired.slate + restarts;
}

/** Asked for seldom: asking takes CPU from what is measured. */
async function fullQueue(engine: EngineProcess): Promise<ChannelView> {
  for (;;) {
    const now = await engine.snapshot(CHANNEL);
    if (now.state === 'ready' && now.bufferDepthFrames >= now.queueFrames - 1) return now;
    await sleep(100);
  }
}
