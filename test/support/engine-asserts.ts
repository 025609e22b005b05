/**
 * What is promised of every engine whatever it is given, as assertions: how a refusal reads and what it leaves on the
 * air, how a channel looks once it is stopped, and that an engine that ends leaves nothing behind.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import type { Test } from 'tap';
import { createSlate } from '../../src/frames/slate.js';
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';
import { descendants, type EngineProcess, isAlive } from './engine-process.js';
import { connectY4m } from './y4m-reader.js';

/** The format of engines under test. */
const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 } as const;

/** Ends the engine with SIGTERM: exit code 0, no process that names `folder`, and `ports` free. */
export async function endsClean(
  t: Test,
  engine: EngineProcess,
  ports: readonly number[],
  folder: string,
): Promise<void> {
  const below = await descendants(engine.pid);
  t.ok(below.length > 0, 'there is something to leave behind');
  engine.signal('SIGTERM');
  t.same(await engine.exited, { code: 0, signal: null });
  await leavesNothing(t, below, ports, folder);
}

/** Asserts that an engine that has ended, with `below` once below it, left no process and no port behind. */
export async function leavesNothing(
  t: Test,
  below: readonly number[],
  ports: readonly number[],
  folder: string,
): Promise<void> {
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

/** The ports of the engine's own servers. */
export function serverPorts(engine: EngineProcess): number[] {
  return [engine.grpc, engine.http].map((address) => Number(address.split(':').at(-1)));
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
export function isRunning(pid: number): boolean {
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
