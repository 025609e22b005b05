/** One fault: starts a tool, lets its picture run, signals its decoder, watches, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnPrefix } from '../../src/media/child-prefix.js';
import { stderrTail } from '../../src/media/stderr-tail.js';
import { readFrameNumber } from '../../test/support/painted-media.js';
import { commandLine, processesNaming } from '../../test/support/processes.js';
import { judge, type Outcome, type SeenFrame } from './outcome.js';
import type { Tool, ToolInput } from './tools.js';

const WIDTH = 1280;
const HEIGHT = 720;
const FRAME_BYTES = (WIDTH * HEIGHT * 3) / 2;
/** liquidsoap alone takes five seconds to read its own library. */
const START_MS = 60_000;
/** From the first picture to the fault: what a tool stages is staged by then. */
const SETTLE_MS = 3000;
const END_MS = 5000;

export interface Fault {
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly watchMs: number;
}

/** What came of it; `exitedSaying` when the tool itself was gone before the watch was over. */
export interface FaultRun extends Outcome {
  readonly exitedSaying: string | undefined;
}

/** @throws Error when the tool shows no picture of the movie, with what it said */
export async function runFault(tool: Tool, fault: Fault, input: ToolInput): Promise<FaultRun> {
  await rm(input.log, { force: true });
  const [command = '', ...args] = [...spawnPrefix(), ...tool.command(input)];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const said = stderrTail();
  child.stderr.on('data', said.push);
  const frames: SeenFrame[] = [];
  // Its exit, not its close: an ffmpeg that it leaves behind holds its stderr open.
  const gone = once(child, 'exit').then(([code, signal]) => ({ exit: String(code ?? signal) }));
  const settled = new Promise<'settled'>((resolve) => {
    let firstMs: number | undefined;
    receiveFrames(child.stdout, (frame) => {
      frames.push(frame);
      if (frame.number === undefined) return;
      firstMs ??= frame.atMs;
      if (frame.atMs - firstMs > SETTLE_MS) resolve('settled');
    });
  });
  try {
    const started = await earliest<'settled' | { exit: string }>(START_MS, settled, gone);
    const [decoder] = started === 'settled' ? decoders(input) : [];
    if (decoder === undefined) {
      throw new Error(`${tool.name} shows no picture: ${await lastWords(input.log, said.text())}`);
    }
    const faultMs = performance.now();
    process.kill(decoder, fault.signal);
    const end = await earliest(fault.watchMs, gone);
    return {
      ...judge(frames, faultMs, faultMs + fault.watchMs),
      exitedSaying: end && `exit ${end.exit}: ${await lastWords(input.log, said.text())}`,
    };
  } finally {
    // The tool first, which might start more of them.
    child.kill('SIGKILL');
    await endDecoders(input.movie);
    await closed;
  }
}

/** What the first of these resolves to; undefined when the time is up before. */
async function earliest<T>(limitMs: number, ...events: readonly Promise<T>[]): Promise<T | undefined> {
  const decided = new AbortController();
  try {
    return await Promise.race([...events, sleep(limitMs, undefined, { signal: decided.signal })]);
  } finally {
    decided.abort();
  }
}

function receiveFrames(stream: Readable, receive: (frame: SeenFrame) => void): void {
  const planes = Buffer.alloc(FRAME_BYTES);
  let filled = 0;
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(planes, filled, at);
      at += copied;
      filled += copied;
      if (filled < FRAME_BYTES) return;
      filled = 0;
      receive({ atMs: performance.now(), number: readFrameNumber(planes, WIDTH, HEIGHT) });
    }
  });
}

/** The pids of the ffmpegs that decode the movie, not those of shells and tools that name them both. */
function decoders({ ffmpeg, movie }: ToolInput): number[] {
  return processesNaming(movie).filter((pid) => commandLine(pid).startsWith(`${ffmpeg}\0`));
}

/**
 * Kills all that still names the movie, a path that is ours alone, until there is no more of it.
 * @throws Error with the pids that a SIGKILL does not end
 */
async function endDecoders(movie: string): Promise<void> {
  const latestMs = performance.now() + END_MS;
  for (let left = processesNaming(movie); left.length > 0; left = processesNaming(movie)) {
    if (performance.now() > latestMs) throw new Error(`still there after SIGKILL: ${left.join(', ')}`);
    left.forEach(kill);
    await sleep(20);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** The last thing in its log that tells of trouble, else what it wrote to stderr. */
async function lastWords(log: string, stderr: string): Promise<string> {
  const lines = await readFile(log, 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const trouble = lines.findLast((line) => /crashed with|Error/.test(line))?.replace(/^[\d/]+ [\d:]+ /, '');
  return trouble ?? (stderr || 'nothing said');
}
