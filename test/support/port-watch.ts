/**
 * Renderers in a process of their own, so that nothing a test does can hold them up: it reads ports of numbered frames
 * until its stdin ends, and tells in a line of JSON what it has seen, then and whenever it is asked. Run from `dist`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { deferred } from '../../supervisors/deferred.js';
import { cleanEnvironment } from './engine-process.js';
import { readFrameNumber } from './frame-number.js';
import type { HasTeardown } from './temp-dir.js';
import { connectY4m } from './y4m-reader.js';

const GAPS_SHOWN = 3;

export interface WatchedPort {
  readonly port: number;
  /** The numbers on that port run through so many, from `firstNumber` on, over and over. */
  readonly turnFrames: number;
  /** 0 by default. */
  readonly firstNumber?: number;
}

export interface WatchReport {
  readonly frames: number;
  /** The first places where a number did not follow the one before: `[index, expected, seen]`. */
  readonly gaps: readonly (readonly [number, number, number | null])[];
  /** How the stream ended: `closed` by the watch itself, or why not; empty while it goes on. */
  readonly end: string;
}

export interface PortWatch {
  /** Resolves once the first frame has come. */
  readonly begun: Promise<void>;
  /** Ends the watch. */
  report(): Promise<WatchReport>;
}

export interface PortsWatch {
  /** Resolves once the first frame of each port has come. */
  readonly begun: Promise<void>;
  /** What has been seen so far, port by port. */
  look(): Promise<readonly WatchReport[]>;
  /** Ends the watch. */
  report(): Promise<readonly WatchReport[]>;
}

/** Watches one port. */
export function watchPort(t: HasTeardown, port: number, turnFrames: number): PortWatch {
  const { begun, report } = watchPorts(t, [{ port, turnFrames }]);
  return {
    begun,
    async report() {
      const [only] = await report();
      if (only === undefined) throw new Error('the watch has no report');
      return only;
    },
  };
}

/** Watches all of these ports, in one process. */
export function watchPorts(t: HasTeardown, ports: readonly WatchedPort[]): PortsWatch {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/test/support/' : './';
  const program = fileURLToPath(new URL(`${compiled}port-watch.js`, import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(ports)], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value } = await lines.next();
    if (value === undefined) throw new Error('the watch ended by itself');
    return value;
  };
  const begun = next().then(() => {});
  // Who never waits for the beginning must not crash on its absence.
  begun.catch(() => {});
  const answer = async (): Promise<readonly WatchReport[]> => {
    await begun;
    return JSON.parse(await next()) as readonly WatchReport[];
  };
  return {
    begun,
    look() {
      child.stdin.write('look\n');
      return answer();
    },
    async report() {
      const closed = once(child, 'close');
      child.stdin.end();
      const reports = await answer();
      await closed;
      return reports;
    },
  };
}

/** A port under watch: how its reports come about. */
function watchOne({ port, turnFrames, firstNumber = 0 }: WatchedPort) {
  const renderer = connectY4m(port);
  const gaps: [number, number, number | null][] = [];
  let frames = 0;
  let end = '';
  const { promise: firstFrame, resolve: begin } = deferred<void>();
  const read = async () => {
    const { width, height } = await renderer.header;
    let expected: number | undefined;
    for await (const { index, planes } of renderer) {
      frames += 1;
      begin();
      const number = readFrameNumber(planes, width, height);
      if (number !== (expected ?? number) && gaps.length < GAPS_SHOWN) {
        gaps.push([index, expected ?? 0, number ?? null]);
      }
      if (number !== undefined) expected = firstNumber + ((number + 1 - firstNumber) % turnFrames);
    }
  };
  const finished = read()
    .catch(() => {}) // `ended` tells it.
    .then(async () => {
      end = String(await renderer.ended);
    });
  return {
    /** A stream that ends before is not waited for; its report tells. */
    begun: Promise.race([firstFrame, finished]),
    close: renderer.close,
    finished,
    report: (): WatchReport => ({ frames, gaps, end }),
  };
}

async function watch(ports: readonly WatchedPort[]): Promise<void> {
  const watches = ports.map(watchOne);
  const tell = () => process.stdout.write(`${JSON.stringify(watches.map(({ report }) => report()))}\n`);
  await Promise.all(watches.map(({ begun }) => begun));
  process.stdout.write('begun\n');
  for await (const _ of createInterface({ input: process.stdin })) tell();
  for (const { close } of watches) close();
  await Promise.all(watches.map(({ finished }) => finished));
  tell();
  process.exit();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await watch(JSON.parse(process.argv[2] ?? '[]') as readonly WatchedPort[]);
}
