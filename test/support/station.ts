/**
 * A station under attack: one engine on real media with a bystander on air, a channel that nobody touches and that a
 * Renderer reads all the time. Whatever is done to the engine meanwhile, the bystander must not lose a frame, and
 * in the end nothing of the engine may be left: no process, no port, no file.
 */
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { Test } from 'tap';
import { createSlate } from '../../src/frames/slate.js';
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';
import { descendants, type EngineProcess, isAlive, startEngineProcess } from './engine-process.js';
import { testFfmpeg } from './ffmpeg.js';
import { paintMedia } from './painted-media.js';
import { watchPort } from './port-watch.js';
import { type HasTeardown, tempDir } from './temp-dir.js';
import { connectY4m } from './y4m-reader.js';

export const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 } as const;

/** The channel that must not notice anything, and how many numbered frames it airs over and over. */
export const BYSTANDER = 900;
export const TURN_FRAMES = 300;

export interface Station {
  readonly engine: EngineProcess;
  /** Plan directory and media root in one. Holds `bystander.mp4`, numbered 0..299, and `bystander.json`. */
  readonly folder: string;
  /** Where the engine and its children may put temporary files. */
  readonly temp: string;
  readonly bystanderPort: number;
  /** Writes `<name>.json`: an object as a plan, text as it is. */
  writePlan(name: string, content: object | string): Promise<void>;
  /** To be called last: asserts that the bystander was not disturbed and that the engine leaves nothing behind. */
  close(t: Test): Promise<void>;
}

/** @param environment further variables for the engine */
export async function openStation(
  t: HasTeardown,
  environment: Readonly<Record<string, string>> = {},
): Promise<Station> {
  const folder = tempDir(t);
  const temp = path.join(folder, 'temp');
  mkdirSync(temp);
  const ffmpeg = await testFfmpeg();
  await paintMedia(ffmpeg, { path: path.join(folder, 'bystander.mp4'), frames: TURN_FRAMES });
  const writePlan: Station['writePlan'] = (name, content) =>
    writeFile(
      path.join(folder, `${name}.json`),
      typeof content === 'string' ? content : JSON.stringify({ plan_id: name, ...content }),
    );
  await writePlan('bystander', { loop: true, segments: [{ asset_uri: 'bystander.mp4' }] });

  const engine = await startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    environment: { TMPDIR: temp, ...environment },
  });
  t.teardown(() => engine.stop());
  const outcome = await engine.client.startChannel({
    channelId: BYSTANDER,
    planHandle: 'bystander',
    port: 0,
  });
  if (!outcome.success) throw new Error(outcome.errorMessage);
  const watch = watchPort(t, outcome.port, TURN_FRAMES);
  await watch.begun;

  return {
    engine,
    folder,
    temp,
    bystanderPort: outcome.port,
    writePlan,
    async close(t) {
      const { frames, gaps, end, lateTicks } = await watch.report();
      t.ok(frames > 30, 'the bystander was watched all the time');
      t.same(gaps, [], 'the bystander aired every frame, in order, none twice');
      t.equal(end, 'closed');
      const { state, counters } = await engine.snapshot(BYSTANDER);
      t.equal(state, 'ready');
      t.match(counters, { bufferUnderruns: 0, decodeFailures: 0, consumerFramesDropped: 0 });
      t.ok(
        counters.ticksMissed <= lateTicks,
        `the bystander sent ${counters.ticksMissed} frames late; who only watched was late for ${lateTicks}`,
      );
      const ports = [engine.grpc, engine.http].map((address) => Number(address.split(':').at(-1)));
      await endsClean(t, engine, [...ports, outcome.port], folder);
      t.same(readdirSync(temp), [], 'no temporary file is left');
    },
  };
}

/** Ends the engine with SIGTERM and asserts exit code 0, no process that names `folder`, and free ports. */
export async function endsClean(
  t: Test,
  engine: EngineProcess,
  ports: readonly number[],
  folder: string,
): Promise<void> {
  const below = await descendants(engine.pid);
  t.ok(below.length > 0, 'there is something to leave behind');
  t.equal(await engine.stop(), 0, 'SIGTERM ends the engine with exit code 0');
  t.same(below.filter(isRunning), [], 'no process below the engine lives on');
  t.same(processesNaming(folder), [], 'nor one that was started later');
  for (const port of ports) t.equal(await isFree(port), true, `port ${port} is free`);
}

/**
 * Starts a channel with a plan that cannot be used and asserts all that is promised then: an answer with these words
 * in it, state `error`, slate on the port, and a StopChannel that cleans up.
 */
export async function refusesPlan(
  t: Test,
  engine: EngineProcess,
  request: { readonly channelId: number; readonly planHandle: string },
  words: readonly (string | RegExp)[],
): Promise<void> {
  const { channelId } = request;
  const answer = await engine.client.startChannel({ ...request, port: 0 });
  t.equal(answer.success, false);
  tells(t, answer.errorMessage, [...words, `; slate airs on port ${answer.port}`]);
  t.match(await isShownAsError(t, engine, channelId), { port: answer.port, hostPid: Number });
  await airsSlate(t, answer.port, channelId);
  await stopsCleanly(t, engine, channelId);
  t.equal(await isFree(answer.port), true);
}

/** Asserts that the port airs the slate of its channel, to the byte. */
async function airsSlate(t: Test, port: number, channelId: number): Promise<void> {
  const renderer = connectY4m(port);
  const frames = await renderer.frames(3);
  renderer.close();
  const slate = createSlate(FORMAT, channelId).planes;
  t.ok(
    frames.every(({ planes }) => planes.equals(slate)),
    `port ${port} airs the slate of channel ${channelId}`,
  );
}

/** Asserts what snapshot and metrics say of a channel that could not be put on air. */
export async function isShownAsError(
  t: Test,
  engine: EngineProcess,
  channelId: number,
): Promise<ChannelSnapshot> {
  const snapshot = await engine.snapshot(channelId);
  t.match(snapshot, { channelId, state: 'error', healthy: false, detail: /\S/ });
  await hasMetric(t, engine, `channel_state{channel="${channelId}"} 3`);
  await hasMetric(t, engine, `channel_health{channel="${channelId}"} 0`);
  return snapshot;
}

/** Asserts that StopChannel succeeds and that the channel is `stopped` for everyone afterwards. */
export async function stopsCleanly(t: Test, engine: EngineProcess, channelId: number): Promise<void> {
  t.same(await engine.client.stopChannel({ channelId }), { success: true, errorMessage: '' });
  t.match(await engine.snapshot(channelId), { state: 'stopped', port: 0, hostPid: null });
  await hasMetric(t, engine, `channel_state{channel="${channelId}"} 0`);
}

async function hasMetric(t: Test, engine: EngineProcess, line: string): Promise<void> {
  const lines = (await engine.metrics()).split('\n');
  t.ok(lines.includes(`retrovue_playout_${line}`), `the metrics say ${line}`);
}

/** Asserts that a message can be shown to an operator: one line, not endless, and each of these words in it. */
export function tells(t: Test, message: string, words: readonly (string | RegExp)[]): void {
  for (const word of words) t.match(message, word);
  t.notMatch(message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, 'escaped, on one line');
  t.ok(message.length < 700, `short enough to be read (${message.length} characters)`);
}

/** Whether a port of this machine can be listened on now. */
export async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen({ host: '127.0.0.1', port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Processes that carry `text` in their arguments or environment, this one excepted. Linux only. */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => ['cmdline', 'environ'].some((file) => procText(pid, file).includes(text)));
}

/** Alive, and not merely waiting for someone to take note of its end. */
function isRunning(pid: number): boolean {
  const stat = procText(pid, 'stat');
  return isAlive(pid) && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

function procText(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return ''; // Gone since it was listed, or another user's.
  }
}
