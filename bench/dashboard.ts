/**
 * The dashboard in Debian's Chromium: how soon a killed decoder is seen on it, and whether 50 channels keep the
 * browser busy. A task is bounded in the processor time that it takes; the time that passes is told beside it, because on
 * a busy machine others have the processor meanwhile.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { systemClock } from '../src/clock/system-clock.js';
import { pictureRoutes } from '../src/observe/picture-page.js';
import { createPictureEncoder } from '../src/pictures/picture-encoder.js';
import type { AiredPicture } from '../supervisors/channel/aired-picture.js';
import { launchBrowser, NO_BROWSER } from '../test/support/browser.js';
import { airingView, openDashboardStation, slateView } from '../test/support/dashboard-station.js';
import { startEngineProcess } from '../test/support/engine-process.js';
import { paintFrameNumber, paintMedia } from '../test/support/painted-media.js';
import type { BenchContext } from './context.js';
import { printTable, type Row, spread } from './report.js';

const CHANNELS = 50;
const WATCHED_MS = 20_000;
const LONG_TASK_MS = 50;
const KILLS = 10;
const SHOWN_MS = 2000;
const CHANNEL = 7;

export async function benchDashboard(context: BenchContext): Promise<void> {
  if (NO_BROWSER !== false) return console.log(`\ndashboard: not measured, ${NO_BROWSER}`);
  const browser = await launchBrowser();
  try {
    printTable(
      `The dashboard with ${CHANNELS} channels, each changing every second`,
      await longTasks(browser),
    );
    printTable(`A decoder is killed, ${KILLS} times, and the channel's page shows it`, [
      await killed(browser, context),
    ]);
  } finally {
    await browser.close();
  }
}

async function longTasks(browser: Browser): Promise<Row[]> {
  const views = Array.from({ length: CHANNELS }, (_, index) => airingView(index + 1));
  const encoder = createPictureEncoder({
    clock: systemClock,
    onFailure: (error) => {
      throw error;
    },
  });
  const pictures = { picture: async () => ({ kind: 'picture', picture: paint() }) as const };
  const station = await openDashboardStation({ views, routes: pictureRoutes({ pictures, encoder }) });
  // So high that every channel's card is in view, and asks for its picture.
  const page = await browser.newPage({ viewport: { width: 1600, height: 8000 } });
  const drawn = new Set<string>();
  page.on('response', (response) => {
    if (response.ok() && response.url().includes('/picture.jpg')) drawn.add(new URL(response.url()).pathname);
  });
  try {
    await browser.startTracing(page, { categories: ['toplevel'] });
    await page.goto(station.url);
    await page
      .locator('.wall > li')
      .nth(CHANNELS - 1)
      .waitFor({ state: 'attached' });
    const opening = tasksIn(await browser.stopTracing());
    await browser.startTracing(page, { categories: ['toplevel'] });
    // News beside the progress: channels fail and recover all the time.
    const until = performance.now() + WATCHED_MS;
    for (let id = 1; performance.now() < until; id = (id % CHANNELS) + 1) {
      station.show(slateView(id));
      await sleep(200);
      station.show(airingView(id));
    }
    const watching = tasksIn(await browser.stopTracing());
    return [
      {
        what: 'channels whose live picture was drawn',
        figure: `${drawn.size}`,
        bound: `${CHANNELS}`,
        kept: drawn.size === CHANNELS,
      },
      ...rows('opening the page', opening),
      ...rows(`${WATCHED_MS / 1000} s of changes`, watching),
    ];
  } finally {
    await page.close();
    await station.stop();
    await encoder.stop();
  }
}

const PICTURE = { width: 320, height: 180 };
let painted = 0;

/** Another one each time, as of a film. */
function paint(): AiredPicture {
  const planes = Buffer.alloc((PICTURE.width * PICTURE.height * 3) / 2);
  paintFrameNumber(planes, PICTURE.width, PICTURE.height, ++painted);
  return { ...PICTURE, matrix: 'bt601', planes: planes.toString('base64'), tick: painted };
}

interface Task {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** The tasks of the page's main thread, from a trace of the browser's. */
function tasksIn(trace: Buffer): Task[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && threads.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ cpuMs: tdur / 1000, wallMs: dur / 1000 }));
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: passed, and on the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

function rows(what: string, tasks: readonly Task[]): Row[] {
  const figure = (times: readonly number[]) =>
    `${times.filter((time) => time > LONG_TASK_MS).length} over ${LONG_TASK_MS} ms, the longest ${Math.max(0, ...times).toFixed(1)} ms, n ${times.length}`;
  const cpu = tasks.map(({ cpuMs }) => cpuMs);
  return [
    {
      what: `${what}: a task's processor time`,
      figure: figure(cpu),
      bound: `<= ${LONG_TASK_MS} ms`,
      kept: Math.max(0, ...cpu) <= LONG_TASK_MS,
    },
    {
      what: `${what}: with others' share`,
      figure: figure(tasks.map(({ wallMs }) => wallMs)),
      bound: '',
      kept: undefined,
    },
  ];
}

async function killed(browser: Browser, { ffmpeg, folder }: BenchContext): Promise<Row> {
  const movie = path.join(folder, 'dashboard.mp4');
  await paintMedia({ path: ffmpeg }, { path: movie, frames: 900 });
  const engine = await startEngineProcess({ ffmpeg, plans: folder, mediaRoots: [folder] });
  const page = await browser.newPage();
  const times: number[] = [];
  try {
    await engine.client.startChannel({ channelId: CHANNEL, planHandle: movie, port: 0 });
    await page.goto(`http://${engine.http}/#/channels/${CHANNEL}`);
    await page.locator('.state.lit.ready').waitFor();
    for (let run = 0; run < KILLS; run++) {
      await engine.client.resetBudget({ channelId: CHANNEL });
      const { decoders } = await engine.snapshotWhere(
        CHANNEL,
        ({ state, decoders }) =>
          state === 'ready' && decoders.some(({ role, pid }) => role === 'live' && pid !== null),
      );
      const pid = decoders.find(({ role }) => role === 'live')?.pid as number;
      const shown = page.evaluate(
        `new Promise((resolve) => {
          const look = () =>
            document.querySelector('.exit')?.textContent.includes('Pid ${pid},') ? resolve(Date.now()) : requestAnimationFrame(look);
          look();
        })`,
      );
      const killedMs = Date.now();
      process.kill(pid, 'SIGKILL');
      times.push(Number(await shown) - killedMs);
    }
  } finally {
    await page.close();
    await engine.stop();
  }
  return {
    what: 'from the kill to the page',
    figure: spread(times, 'ms'),
    bound: `<= ${SHOWN_MS} ms`,
    kept: Math.max(...times) <= SHOWN_MS,
  };
}
