/**
 * A Renderer in a process of its own, so that nothing a test does can hold it up: it reads a port of numbered frames
 * until its stdin ends, and then tells in one line of JSON what it has seen. Run from `dist`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './engine-process.js';
import { readFrameNumber } from './frame-number.js';
import type { HasTeardown } from './temp-dir.js';
import { connectY4m } from './y4m-reader.js';

const GAPS_SHOWN = 3;

export interface WatchReport {
  readonly frames: number;
  /** The first places where a number did not follow the one before: `[index, expected, seen]`. */
  readonly gaps: readonly (readonly [number, number, number | null])[];
  /** How the stream ended: `closed` by the watch itself, or why not. */
  readonly end: string;
}

export interface PortWatch {
  /** Resolves once the first frame has come. */
  readonly begun: Promise<void>;
  /** Ends the watch. */
  report(): Promise<WatchReport>;
}

/** @param turnFrames the numbers on that port run from 0 to this, exclusive, over and over */
export function watchPort(t: HasTeardown, port: number, turnFrames: number): PortWatch {
  const program = fileURLToPath(new URL('../../dist/test/support/port-watch.js', import.meta.url));
  const child = spawn(process.execPath, [program, String(port), String(turnFrames)], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill());
  let said = '';
  const begun = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      resolve();
    });
  });
  const closed = once(child, 'close');
  return {
    begun,
    async report() {
      child.stdin.end();
      await closed;
      return JSON.parse(said.slice(said.indexOf('\n') + 1)) as WatchReport;
    },
  };
}

async function watch(port: number, turnFrames: number): Promise<void> {
  const renderer = connectY4m(port);
  process.stdin.resume().on('end', renderer.close);
  const gaps: [number, number, number | null][] = [];
  const { width, height } = await renderer.header;
  let frames = 0;
  let expected: number | undefined;
  for await (const { index, planes } of renderer) {
    if (frames++ === 0) process.stdout.write('begun\n');
    const number = readFrameNumber(planes, width, height);
    if (number !== (expected ?? number) && gaps.length < GAPS_SHOWN) {
      gaps.push([index, expected ?? 0, number ?? null]);
    }
    expected = number === undefined ? expected : (number + 1) % turnFrames;
  }
  const end = String(await renderer.ended);
  process.stdout.write(JSON.stringify({ frames, gaps, end } satisfies WatchReport));
  process.exit();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await watch(Number(process.argv[2]), Number(process.argv[3]));
}
