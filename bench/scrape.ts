/**
 * What a scrape of `/metrics` costs. A hundred channels do not fit on small machines, so it is measured in two halves:
 * the scrape itself over a hundred real snapshots, copies of one that a channel on air has sent, served by the real
 * server over a real socket with as many processes below it as a hundred channels have; and what scraping a real engine
 * far too often does to the ticks of its channels.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../src/clock/system-clock.js';
import { createTelemetryServer } from '../src/observe/http-server.js';
import { createMetrics } from '../src/observe/metrics.js';
import { createProcessCensus } from '../src/observe/process-census.js';
import { metricsRoute } from '../src/observe/telemetry-pages.js';
import type { ChannelView } from '../supervisors/engine/channel-view.js';
import { startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { makeMovie } from './media.js';
import { printTable, quantile, type Row } from './report.js';

const CHANNELS = 100;
/** A host, its decoder, and the decoder of the coming segment. */
const PROCESSES_PER_CHANNEL = 3;
const SCRAPES = 100;
const BOUND_MS = 100;

const REAL_CHANNELS = 4;
const SCRAPES_PER_SECOND = 20;
const ROUND_MS = 20_000;
const ROUNDS = 3;

export async function benchScrape({ ffmpeg, folder }: BenchContext): Promise<void> {
  const movie = await makeMovie(ffmpeg, folder, '854x480', 30);
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '854x480@30',
  });
  try {
    for (let channelId = 1; channelId <= REAL_CHANNELS; channelId++) {
      const outcome = await engine.client.startChannel({ channelId, planHandle: movie, port: 0 });
      if (!outcome.success) throw new Error(outcome.errorMessage);
    }
    const snapshots = async () =>
      (await (await fetch(`http://${engine.http}/channels`)).json()) as ChannelView[];
    const ticks = async () => {
      const all = await snapshots();
      const sum = (read: (snapshot: ChannelView) => number) =>
        all.reduce((total, each) => total + read(each), 0);
      return {
        sent: sum(({ tick }) => tick),
        missed: sum(({ counters }) => counters.ticksMissed),
        onTime: sum(
          ({
            counters: {
              tickLatenessSeconds: { bounds, counts },
            },
          }) => counts[bounds.indexOf(0.005)] ?? 0,
        ),
      };
    };
    const round = async (scraped: boolean) => {
      const before = await ticks();
      const tookMs = scraped ? await scrapeFor(ROUND_MS, engine.metrics) : [];
      if (!scraped) await sleep(ROUND_MS);
      const after = await ticks();
      return {
        sent: after.sent - before.sent,
        missed: after.missed - before.missed,
        onTime: after.onTime - before.onTime,
        tookMs,
      };
    };
    const rounds: Record<'without' | 'with', Awaited<ReturnType<typeof round>>[]> = { without: [], with: [] };
    for (let i = 0; i < ROUNDS; i++) {
      rounds.without.push(await round(false));
      rounds.with.push(await round(true));
    }
    const row = (what: string, measured: Awaited<ReturnType<typeof round>>[]): Row => {
      const sum = (field: 'sent' | 'missed' | 'onTime') =>
        measured.reduce((total, each) => total + each[field], 0);
      const share = ((100 * sum('onTime')) / sum('sent')).toFixed(2);
      return {
        what,
        figure: `${sum('missed')} of ${sum('sent')} ticks missed, ${share} % within 5 ms`,
        bound: what.startsWith('scraped') ? '0 missed' : '',
        kept: what.startsWith('scraped') ? sum('missed') === 0 : undefined,
      };
    };
    const model = (await snapshots())[0];
    if (model === undefined) throw new Error('the engine shows no channel');
    printTable(`${REAL_CHANNELS} channels at 854x480@30, ${ROUNDS} rounds of ${ROUND_MS / 1000} s each way`, [
      row('not scraped', rounds.without),
      row(`scraped ${SCRAPES_PER_SECOND} times a second`, rounds.with),
      {
        what: 'such a scrape',
        figure: inMs(rounds.with.flatMap(({ tookMs }) => tookMs)),
        bound: '',
        kept: undefined,
      },
    ]);
    await engine.stop();
    await aHundred(model);
  } finally {
    await engine.stop();
  }
}

/** Scrapes at an even pace; answers how long each took. */
async function scrapeFor(durationMs: number, scrape: () => Promise<string>): Promise<number[]> {
  const tookMs: number[] = [];
  const startMs = performance.now();
  for (let i = 0; performance.now() - startMs < durationMs; i++) {
    const askedMs = performance.now();
    await scrape();
    tookMs.push(performance.now() - askedMs);
    await sleep(Math.max(0, startMs + ((i + 1) * 1000) / SCRAPES_PER_SECOND - performance.now()));
  }
  return tookMs;
}

async function aHundred(model: ChannelView): Promise<void> {
  const snapshots = Array.from({ length: CHANNELS }, (_, i) => ({ ...model, channelId: i + 1 }));
  const views = { snapshots: () => snapshots };
  const children = await idleProcesses(CHANNELS * PROCESSES_PER_CHANNEL);
  // One that is never fresh: Prometheus comes so seldom that it always pays for the count.
  const counted = () => createProcessCensus({ rootPid: process.pid, clock: systemClock }).count();
  const metrics = createMetrics({
    views,
    build: { version: '0', apiVersion: '0', ffmpegVersion: '0' },
    async processes() {
      const census = await counted();
      return census && { expected: children.length, ...census };
    },
  });
  const server = createTelemetryServer({
    routes: [metricsRoute(metrics)],
    address: { host: '127.0.0.1', port: 0 },
    onError: (error) => console.error(error),
  });
  try {
    const { port } = await server.start();
    let bytes = 0;
    const scrape = async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      bytes = text.length;
      if (!text.includes(`retrovue_playout_children_actual ${children.length}\n`))
        throw new Error('the scrape does not show the processes that there are');
    };
    for (let i = 0; i < 5; i++) await scrape();
    const cpuBefore = process.cpuUsage();
    const scrapeMs = await times(SCRAPES, scrape);
    const { user, system } = process.cpuUsage(cpuBefore);
    const censusMs = await times(SCRAPES, counted);
    const p95 = quantile(scrapeMs, 0.95);
    printTable(`${CHANNELS} channels, ${children.length} processes, ${SCRAPES} scrapes one after the other`, [
      {
        what: `a scrape of ${(bytes / 1e6).toFixed(1)} MB, as its client sees it`,
        figure: inMs(scrapeMs),
        bound: `p95 <= ${BOUND_MS} ms`,
        kept: p95 <= BOUND_MS,
      },
      {
        what: 'its processor time, server and client together',
        figure: `${((user + system) / 1000 / SCRAPES).toFixed(1)} ms each`,
        bound: '',
        kept: undefined,
      },
      { what: 'of the scrape: counting the processes', figure: inMs(censusMs), bound: '', kept: undefined },
    ]);
  } finally {
    await server.stop();
    await endAll(children);
  }
}

async function times(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    await run();
    tookMs.push(performance.now() - startMs);
  }
  return tookMs;
}

/** Processes that do nothing until their standard input ends, as it does with this one. */
async function idleProcesses(count: number): Promise<ChildProcess[]> {
  const children = Array.from({ length: count }, () => spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] }));
  await Promise.all(children.map((child) => once(child, 'spawn')));
  return children;
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  const gone = children.map((child) => once(child, 'close'));
  for (const child of children) child.stdin?.end();
  await Promise.all(gone);
}

function inMs(values: readonly number[]): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(1));
  return `p50 ${p50} ms, p95 ${p95} ms, max ${max} ms`;
}
