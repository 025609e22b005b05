/**
 * Proves an ffmpeg by what it will have to do, not by its `-version`: it makes half a second of test pattern as
 * MPEG-TS and decodes that through the real filter chain to YUV4MPEG2, which is counted to the byte. (There
 * are builds in circulation that run well until they meet MPEG-TS, and then crash.)
 */
import { type Format, frameBytes } from '../../supervisors/channel/format.js';
import { FRAME_HEADER } from '../frames/frame-pool.js';
import { boundedRun, type RunEnd } from './bounded-run.js';
import { isExecutable } from './child-prefix.js';
import { filterChain } from './filter-chain.js';
import { cutLines } from './lines.js';
import { stderrTail } from './stderr-tail.js';
import { headerFault } from './stream-header.js';

export type Proof =
  | { readonly proven: true; readonly version: string }
  /** `reason` is a clause whose subject is the binary: "is not ffmpeg". */
  | { readonly proven: false; readonly reason: string };

/** For both steps together; a good binary needs a quarter of a second. */
const TIMEOUT_MS = 10_000;
const FRAMES = 15;
const OUTPUT_FORMAT: Format = { width: 96, height: 54, fpsNum: 30, fpsDen: 1 };
/** Another shape than the output's, so that scaling and padding are proven as well. */
const MAKE_CLIP = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=30'],
  ...['-frames:v', String(FRAMES), '-c:v', 'mpeg2video', '-f', 'mpegts', 'pipe:1'],
];
/** Far above the clip's size and below any harm. */
const MAX_CLIP_BYTES = 4_000_000;

/** @param path of the binary, absolute. Takes at most 10 s, leaves nothing behind. */
export async function proveFfmpeg(path: string): Promise<Proof> {
  if (!isExecutable(path)) {
    return { proven: false, reason: 'does not exist or is not executable (chmod +x would allow it)' };
  }
  const deadlineMs = performance.now() + TIMEOUT_MS;
  // The banner, with the version, is printed in this first step only.
  const made = await run([path, '-nostats', ...MAKE_CLIP], undefined, deadlineMs);
  const version = /^ffmpeg version (\S+)/m.exec(made.firstLines)?.[1];
  if (version === undefined) {
    return { proven: false, reason: `is not ffmpeg, or did not start: ${made.howItEnded}` };
  }
  if (!made.succeeded || made.output.length === 0) {
    return {
      proven: false,
      reason: `is version ${version}, which could not make a short MPEG-TS clip: ${made.howItEnded}`,
    };
  }
  const decode = [
    '-hide_banner',
    '-nostats',
    '-v',
    'error',
    '-threads',
    '1',
    '-i',
    'pipe:0',
    '-map',
    '0:V:0',
  ];
  const raw = ['-vf', filterChain(OUTPUT_FORMAT), '-f', 'yuv4mpegpipe', '-pix_fmt', 'yuv420p', 'pipe:1'];
  const decoded = await run([path, ...decode, ...raw], made.output, deadlineMs);
  if (!decoded.succeeded) {
    return {
      proven: false,
      reason: `is version ${version}, which could not decode a short MPEG-TS clip: ${decoded.howItEnded}`,
    };
  }
  const headerBytes = decoded.output.indexOf('\n') + 1;
  const wrong = headerFault(decoded.output.toString('latin1', 0, headerBytes), OUTPUT_FORMAT);
  if (wrong !== undefined) {
    return { proven: false, reason: `is version ${version}, which for a short MPEG-TS clip ${wrong}` };
  }
  const expected = headerBytes + FRAMES * (FRAME_HEADER.length + frameBytes(OUTPUT_FORMAT));
  if (decoded.output.length !== expected) {
    const got = `${decoded.output.length} bytes instead of ${expected}`;
    return { proven: false, reason: `is version ${version}, which decoded a short MPEG-TS clip to ${got}` };
  }
  return { proven: true, version };
}

interface Step {
  readonly succeeded: boolean;
  readonly output: Buffer;
  /** The beginning of its stderr. */
  readonly firstLines: string;
  readonly howItEnded: string;
}

async function run(command: readonly string[], input: Buffer | undefined, deadlineMs: number): Promise<Step> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const firstLines: string[] = [];
  const tail = stderrTail();
  const head = cutLines((line) => {
    if (firstLines.length < 3) firstLines.push(line);
  });
  const tooMuch = new AbortController();
  const end = await boundedRun({
    command,
    ...(input === undefined ? {} : { input }),
    timeoutMs: Math.max(1, deadlineMs - performance.now()),
    signal: tooMuch.signal,
    receivers: [
      (chunk) => {
        bytes += chunk.length;
        if (bytes > MAX_CLIP_BYTES) tooMuch.abort();
        else chunks.push(chunk);
      },
      (chunk) => {
        head.push(chunk);
        tail.push(chunk);
      },
    ],
  });
  return {
    succeeded: end.kind === 'exited' && end.code === 0,
    output: Buffer.concat(chunks),
    firstLines: firstLines.join('\n'),
    howItEnded: howItEnded(end, tail.lastLine()),
  };
}

function howItEnded(end: RunEnd, lastLine: string): string {
  if (end.kind === 'not_started') return end.reason;
  if (end.kind === 'timeout') return `killed after ${TIMEOUT_MS / 1000} s`;
  if (end.kind === 'aborted') return 'killed because its output did not end';
  if (end.signal !== null) return `crashed (${end.signal})`;
  return `exit code ${end.code}${lastLine === '' ? '' : `, "${lastLine}"`}`;
}
