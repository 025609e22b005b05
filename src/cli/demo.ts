/**
 * `demo`: an engine with one channel on air, for a first look. It goes through the same door as everyone: the
 * engine is started as `serve` starts it, the channel by a gRPC call.
 */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';
import { systemClock } from '../clock/system-clock.js';
import { hostPortLabel } from '../config/host-port.js';
import { loadConfig } from '../config/load-config.js';
import { createControlClient } from '../control/client.js';
import { type Engine, startEngine } from '../engine.js';
import { renderOwnSlates } from '../frames/own-slates.js';
import { FfmpegNotFoundError, findFfmpeg } from '../media/ffmpeg-locator.js';
import { createLog } from '../observe/logger.js';
import { readPackageVersion } from '../package-version.js';
import { printable } from './cli-io.js';
import { EXIT } from './serve.js';

const CHANNEL = 1;
const STATUS_EVERY_MS = 500;

/** @param files aired in a row, over and over; none: the built-in test pattern */
export async function runDemo(files: readonly string[], port: number): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'retrovue-demo-'));
  try {
    const { handle, roots } = await planFor(files, folder);
    return await air(handle, roots, folder, port);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`retrovue-playout demo: ${message.split('\n').map(printable).join('\n')}\n`);
    return error instanceof FfmpegNotFoundError ? EXIT.misconfigured : EXIT.cannotStart;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function planFor(
  files: readonly string[],
  folder: string,
): Promise<{ handle: string; roots: string[] }> {
  if (files.length === 0) return { handle: 'mock', roots: [folder] };
  const paths = await Promise.all(
    files.map((file) =>
      realpath(file).catch(() => {
        throw new Error(`there is no file ${JSON.stringify(file)}`);
      }),
    ),
  );
  const plan = { plan_id: 'demo', loop: true, segments: paths.map((asset_uri) => ({ asset_uri })) };
  await writeFile(path.join(folder, 'demo.json'), JSON.stringify(plan));
  return { handle: 'demo', roots: [...new Set(paths.map((each) => path.dirname(each)))] };
}

async function air(handle: string, roots: string[], folder: string, port: number): Promise<number> {
  const loaded = await loadConfig({
    environment: process.env,
    flags: { plans: folder, mediaRoot: roots },
  });
  // Its one plan lies in the folder, whatever store the environment names.
  const config = { ...loaded, plans: { ...loaded.plans, urlTemplate: null } };
  const ffmpeg = await findFfmpeg({ explicit: config.ffmpeg });
  const ownSlates = await renderOwnSlates(config, ffmpeg.path);
  const { logger } = createLog({ level: 'silent', fields: {}, clock: systemClock });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, resolve);
  });
  const engine = await startEngine({
    config,
    ffmpeg,
    ownSlates,
    version: readPackageVersion(),
    logger,
    clock: systemClock,
  });
  try {
    const client = createControlClient(hostPortLabel({ ...config.grpc, port: engine.grpcPort }));
    const outcome = await client.startChannel({ channelId: CHANNEL, planHandle: handle, port });
    client.close();
    if (!outcome.success) throw new Error(outcome.errorMessage);
    const http = hostPortLabel({ ...config.http, port: engine.httpPort });
    const production = ffmpeg.fitForProduction ? '' : ', a development fallback unfit for production';
    process.stdout.write(
      [
        `Channel ${CHANNEL} is on air (ffmpeg ${ffmpeg.version}${production}).`,
        '',
        `  watch it:  ffplay tcp://127.0.0.1:${outcome.port}`,
        `  dashboard: http://${http}/`,
        `  metrics:   http://${http}/metrics`,
        '  stop it:   Ctrl-C',
        '',
        '',
      ].join('\n'),
    );
    await showStatus(engine, stopped);
    return EXIT.stopped;
  } finally {
    await engine.stop();
  }
}

/** One line, written over on a terminal, every few seconds a new one elsewhere. */
async function showStatus(engine: Engine, stopped: Promise<void>): Promise<void> {
  const live = process.stdout.isTTY;
  const everyMs = live ? STATUS_EVERY_MS : 10 * STATUS_EVERY_MS;
  const show = () => {
    const snapshot = engine.views.snapshot(CHANNEL);
    if (snapshot === undefined) return;
    process.stdout.write(live ? `\r\x1b[2K${statusLine(snapshot)}` : `${statusLine(snapshot)}\n`);
  };
  show();
  const timer = setInterval(show, everyMs);
  await stopped;
  clearInterval(timer);
  process.stdout.write(live ? '\r\x1b[2Kstopped\n' : 'stopped\n');
}

function statusLine(snapshot: ChannelSnapshot): string {
  const { content, hold, slate } = snapshot.counters.framesAired;
  const { bufferDepthFrames: depth, queueFrames, consumers } = snapshot;
  return [
    snapshot.state.toUpperCase(),
    `aired ${content + hold + slate} frames`,
    `queue ${depth}/${queueFrames}`,
    `late ticks ${snapshot.counters.ticksMissed}`,
    `consumers ${consumers}`,
  ].join('  |  ');
}
