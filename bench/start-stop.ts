/**
 * How long StartChannel and StopChannel take, as ChannelManager and a waiting Renderer see it; twenty starts at once; and
 * the end of an engine with as many channels on air.
 */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSlate } from '../src/frames/slate.js';
import { y4mHeader } from '../src/output/y4m.js';
import type { Format } from '../supervisors/channel/format.js';
import { type EngineProcess, startEngineProcess } from '../test/support/engine-process.js';
import type { BenchContext } from './context.js';
import { makeMovie } from './media.js';
import { printTable, type Row, worstRow } from './report.js';

const RUNS = 15;
const MANY = 20;
const HD: Format = { width: 1280, height: 720, fpsNum: 30, fpsDen: 1 };

export async function benchStartStop({ ffmpeg, folder }: BenchContext): Promise<void> {
  const movie = await makeMovie(ffmpeg, folder, '1280x720', 30);
  const engine = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '1280x720@30',
  });
  const rows: Row[] = [];
  try {
    const answers: number[] = [];
    const contents: number[] = [];
    const stops: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      // Time for the spare host to be there again, as between any two starts of a running station.
      await sleep(1500);
      const port = await freePort();
      const beganMs = performance.now();
      const content = firstContent(port, HD, 1);
      const outcome = await engine.client.startChannel({ channelId: 1, planHandle: movie, port });
      if (!outcome.success) throw new Error(outcome.errorMessage);
      answers.push(performance.now() - beganMs);
      contents.push((await content) - beganMs);
      const stopMs = performance.now();
      await engine.client.stopChannel({ channelId: 1 });
      stops.push(performance.now() - stopMs);
    }
    rows.push(
      worstRow('StartChannel to its answer, 720p30', answers, 500),
      worstRow('StartChannel to the first content frame at a waiting consumer', contents, 500),
      worstRow('StopChannel', stops, 300),
    );
  } finally {
    await engine.stop();
  }
  rows.push(...(await manyChannels(ffmpeg, folder)));
  printTable('Start and stop', rows);
}

async function manyChannels(ffmpeg: string, folder: string): Promise<Row[]> {
  const movie = await makeMovie(ffmpeg, folder, '640x360', 30);
  const engine: EngineProcess = await startEngineProcess({
    ffmpeg,
    plans: folder,
    mediaRoots: [folder],
    format: '640x360@30',
  });
  const rows: Row[] = [];
  try {
    const beganMs = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: MANY }, (_, i) =>
        engine.client.startChannel({ channelId: i + 1, planHandle: movie, port: 0 }),
      ),
    );
    const tookMs = performance.now() - beganMs;
    const ready = outcomes.filter(({ success }) => success).length;
    rows.push({
      what: `${MANY} StartChannel at once, 360p30, until the last is answered`,
      figure: `${ready} ready after ${Math.round(tookMs)} ms`,
      bound: `${MANY} within 5000 ms`,
      kept: ready === MANY && tookMs <= 5000,
    });
  } finally {
    const askedMs = performance.now();
    await engine.stop();
    rows.push(
      worstRow(
        `SIGTERM with ${MANY} channels on air, until the engine is gone`,
        [performance.now() - askedMs],
        5000,
      ),
    );
  }
  return rows;
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Connects as soon as someone listens; resolves with the time at which the first frame that is no slate is whole. */
async function firstContent(port: number, format: Format, channelId: number): Promise<number> {
  const slate = createSlate(format, channelId).y4m;
  const socket = await connectWhenOpen(port);
  let pending = Buffer.alloc(0);
  let headerSeen = false;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    if (!headerSeen && pending.length >= y4mHeader(format).length) {
      pending = pending.subarray(y4mHeader(format).length);
      headerSeen = true;
    }
    while (headerSeen && pending.length >= slate.length) {
      if (!pending.subarray(0, slate.length).equals(slate)) {
        const atMs = performance.now();
        socket.destroy();
        return atMs;
      }
      pending = pending.subarray(slate.length);
    }
  }
  throw new Error('the stream ended without content');
}

async function connectWhenOpen(port: number): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await sleep(2);
    }
  }
}
