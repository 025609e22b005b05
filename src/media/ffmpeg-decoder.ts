/**
 * The decoder port on ffmpeg: one process per order, in its own process group, at low priority, with a kernel
 * guarantee (Linux) that it dies with us. Nothing here decides about restarts; it reports how each process ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type net from 'node:net';
import type {
  Decoder,
  DecoderExit,
  DecoderOrder,
  DecoderSink,
  StartDecoder,
} from '../../supervisors/channel/decoder.js';
import { deferred } from '../../supervisors/deferred.js';
import type { MasterClock } from '../../supervisors/master-clock.js';
import { spawnPrefix } from './child-prefix.js';
import { decoderArguments } from './decoder-arguments.js';
import { createFrameReader } from './frame-reader.js';
import { lowerPriority } from './lower-priority.js';
import { maskSecrets } from './mask-secrets.js';
import { openSocketPair } from './socket-pair.js';
import { readStderr } from './stderr-reader.js';
import { stderrTail } from './stderr-tail.js';
import { climbDown, signalGroup } from './stop-ladder.js';

export interface FfmpegDecoders {
  readonly start: StartDecoder;
  /** Pids of the processes that have not been seen to exit. */
  pids(): number[];
  /** Kills every process at once; for a host that is about to exit. */
  killAll(): void;
}

/** @param settings.nice scheduling priority of decoders: frames on air come first, decoding ahead has 2 s of time */
export function createFfmpegDecoders(settings: {
  readonly ffmpegPath: string;
  readonly clock: MasterClock;
  readonly nice: number;
}): FfmpegDecoders {
  const running = new Set<ChildProcess>();

  const launch = (args: string[], stdout: net.Socket): ChildProcess => {
    const [command, ...before] = [...spawnPrefix(), settings.ffmpegPath];
    const child = spawn(command as string, [...before, ...args], {
      // stdin stays a pipe: `q` ends ffmpeg, and with -nostdin ffmpeg 7 ignores the first SIGTERM.
      stdio: ['pipe', stdout, 'pipe'],
      detached: true,
      // Nothing of ours is a decoder's business, credentials least of all.
      env: { PATH: process.env.PATH ?? '', AV_LOG_FORCE_NOCOLOR: '1' },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.once('error', () => running.delete(child));
    child.stdin?.on('error', () => {}); // EPIPE when it is gone before it read its `q`.
    const { pid } = child;
    if (pid !== undefined) lowerPriority(pid, settings.nice);
    return child;
  };

  return {
    start: (order, sink) => startDecoder(order, sink, launch, settings.clock),
    pids: () => [...running].flatMap(({ pid }) => pid ?? []),
    killAll() {
      for (const { pid } of running) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    },
  };
}

function startDecoder(
  order: DecoderOrder,
  sink: DecoderSink,
  launch: (args: string[], stdout: net.Socket) => ChildProcess,
  clock: MasterClock,
): Decoder {
  let asked = false;
  let overrun = false;
  let garbage: string | undefined;
  let child: ChildProcess | undefined;
  let reader: net.Socket | undefined;
  const frameReader = createFrameReader(sink, order, {
    overrun() {
      overrun = true;
      void stopProcess('ask');
    },
    garbage(what) {
      garbage = what;
      void stopProcess('kill');
    },
  });
  const stderr = stderrTail();
  const args = decoderArguments(order);
  const shownArguments = ['ffmpeg', ...args].map(maskSecrets);

  /** Resolves once the process has exited, with what is known of how. */
  const { promise: gone, resolve: markGone } = deferred<void>();

  const stopProcess = async (how: 'ask' | 'kill'): Promise<number | undefined> => {
    frameReader.close();
    // A decoder blocked in a write gets EPIPE and goes at once.
    reader?.destroy();
    return child === undefined ? undefined : climbDown(child, gone, clock, how);
  };

  const run = async () => {
    const pair = await openSocketPair(frameReader.onread);
    reader = pair.reader;
    reader.on('error', () => {}); // ECONNRESET of a killed decoder; its exit tells more.
    if (asked) {
      pair.reader.destroy();
      pair.writer.destroy();
      return { code: null, signal: null };
    }
    const drained = new Promise<void>((resolve) => reader?.once('close', () => resolve()));
    try {
      child = launch(args, pair.writer);
    } finally {
      pair.writer.destroy();
    }
    const stderrEnded = child.stderr === null ? undefined : readStderr(child.stderr, clock, stderr.push);
    reader.resume();
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    markGone();
    // An orderly end leaves frames in the socket that are still wanted; a crash's are decoded again.
    if (code !== 0 && frameReader.waitingForRoom) reader.destroy();
    await Promise.all([drained, stderrEnded]);
    return { code, signal };
  };

  const ended = run().then(
    (how) => ({ ...how, failure: undefined }),
    (error: Error) => ({ code: null, signal: null, failure: error.message }),
  );
  void ended.then(({ code, signal, failure }) => {
    markGone();
    frameReader.close();
    reader?.destroy();
    const { frames } = frameReader;
    const exit = classify(order, { asked, overrun, garbage, code, signal, frames, failure });
    sink.exited({ ...exit, code, signal, frames, stderrTail: stderr.text() });
  });

  return {
    get pid() {
      return child?.pid;
    },
    arguments: shownArguments,
    get waitingForRoom() {
      return frameReader.waitingForRoom;
    },
    resume() {
      if (frameReader.resume()) reader?.resume();
    },
    async stop(how) {
      asked = true;
      const stuck = await stopProcess(how);
      if (stuck === undefined) await ended;
      return stuck;
    },
  };
}

function classify(
  order: DecoderOrder,
  end: {
    asked: boolean;
    overrun: boolean;
    garbage: string | undefined;
    code: number | null;
    signal: string | null;
    frames: number;
    failure: string | undefined;
  },
): Pick<DecoderExit, 'kind' | 'reason'> {
  const after = `after ${end.frames} of ${order.frames} frames`;
  // What was asked comes first: ffmpeg's own code 255 after SIGTERM is no crash.
  if (end.asked) return { kind: 'asked', reason: `stopped ${after}` };
  if (end.frames >= order.frames) {
    return {
      kind: 'completed',
      reason: end.overrun ? 'delivered all frames and went on' : 'delivered all frames',
    };
  }
  // From there on the signal that ended it is ours.
  if (end.garbage !== undefined) return { kind: 'crashed', reason: `${end.garbage} ${after}` };
  if (end.failure !== undefined) {
    return { kind: 'crashed', reason: `could not be started: ${end.failure}` };
  }
  if (end.signal !== null) return { kind: 'crashed', reason: `was killed by ${end.signal} ${after}` };
  if (end.code === 0) return { kind: 'ended', reason: `ended ${after}` };
  return { kind: 'crashed', reason: `exited with code ${end.code} ${after}` };
}
