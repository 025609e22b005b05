/**
 * Makes JPEGs of channels' pictures, in a thread of its own: the engine's event loop has better things to do. The thread
 * is there while pictures are asked for and ends when none has been for a while; one that dies or hangs takes the
 * pictures with it that it had to make, and nothing else.
 */
import { Worker } from 'node:worker_threads';
import type { AiredPicture } from '../../supervisors/channel/aired-picture.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';
import type { PictureJob, PictureResult } from './picture-worker.js';

/** Under a TypeScript loader too the compiled entry is run: threads know nothing of the loader. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/src/pictures/picture-worker.js' : './picture-worker.js',
  import.meta.url,
);

/** Several times what pages leave between two pictures. */
const IDLE_MS = 10_000;
/** Its start on a busy machine included; a picture takes a thousandth. */
const PATIENCE_MS = 5_000;
/** Of JavaScript; the codec's memory lies outside of it. */
const HEAP_MB = 32;

export interface PictureEncoder {
  /** Whether the thread is there. */
  readonly running: boolean;
  /** The picture as a JPEG; the same picture is made once. Rejects with an Error in words. */
  encode(picture: AiredPicture): Promise<Uint8Array>;
  /** Ends the thread; what it had to make is rejected. It would be started again. */
  stop(): Promise<void>;
}

interface Job {
  readonly resolve: (jpeg: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export interface PictureEncoderOptions {
  readonly clock: MasterClock;
  /** Told once of each failure, however many wait for pictures. */
  readonly onFailure: (error: Error) => void;
  /** What the thread runs. */
  readonly entry?: URL;
}

export function createPictureEncoder({
  clock,
  onFailure,
  entry = ENTRY,
}: PictureEncoderOptions): PictureEncoder {
  const made = new WeakMap<AiredPicture, Promise<Uint8Array>>();
  const jobs = new Map<number, Job>();
  let count = 0;
  let worker: Worker | undefined;
  let timer: Timer | undefined;

  /** @param reason for those whose pictures it had to make */
  const end = (reason: string): Promise<unknown> => {
    const mine = worker;
    worker = undefined;
    timer?.cancel();
    const lost = [...jobs.values()];
    jobs.clear();
    for (const { reject } of lost) reject(new Error(reason));
    return mine === undefined ? Promise.resolve() : mine.terminate();
  };

  const fail = (reason: string) => {
    void end(reason);
    onFailure(new Error(reason));
  };

  const start = (): Worker => {
    const mine = new Worker(entry, {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    mine.unref();
    mine.on('message', (result: PictureResult) => {
      const job = jobs.get(result.job);
      jobs.delete(result.job);
      if ('jpeg' in result) job?.resolve(result.jpeg);
      else {
        const error = new Error(`the picture could not be made: ${result.error}`);
        job?.reject(error);
        onFailure(error);
      }
      if (worker === mine) wait();
    });
    const died = (reason: string) => {
      if (worker === mine) fail(`the thread that makes pictures died: ${reason}`);
    };
    mine.on('error', (error) => died(error.message));
    mine.on('exit', (code) => died(`exit code ${code}`));
    return mine;
  };

  /** For the next of its messages, or for somebody to want something of it. */
  const wait = () => {
    timer?.cancel();
    const nowMs = clock.nowMs();
    timer =
      jobs.size === 0
        ? clock.at(nowMs + IDLE_MS, () => void end(''))
        : clock.at(nowMs + PATIENCE_MS, () => fail(`no picture was made within ${PATIENCE_MS / 1000} s`));
  };

  const make = (picture: AiredPicture): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      try {
        worker ??= start();
      } catch (cause) {
        const error = new Error(`the thread that makes pictures could not be started: ${cause}`, { cause });
        reject(error);
        onFailure(error);
        return;
      }
      const job = ++count;
      jobs.set(job, { resolve, reject });
      worker.postMessage({ job, picture } satisfies PictureJob);
      if (jobs.size === 1) wait();
    });

  return {
    get running() {
      return worker !== undefined;
    },
    encode(picture) {
      const known = made.get(picture);
      if (known !== undefined) return known;
      const jpeg = make(picture);
      made.set(picture, jpeg);
      return jpeg;
    },
    async stop() {
      await end('the engine is shutting down');
    },
  };
}
