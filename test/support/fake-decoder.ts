/**
 * Decoders that decode nothing: each writes into its slots which frame of which asset the slot shows, at a rate on
 * the fake clock, and misbehaves when the test says so. They keep to the port as ffmpeg's do: the slot to fill is
 * leased ahead, no room means waiting for `resume()`, and `exited` comes once and last.
 */
import type {
  Decoder,
  DecoderExit,
  DecoderOrder,
  DecoderSink,
  StartDecoder,
} from '../../supervisors/channel/decoder.js';
import { tickMs } from '../../supervisors/channel/format.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** How one decoder behaves. Counts are of its own frames. */
export interface DecoderScript {
  /** From the order to the first frame. */
  readonly firstFrameMs: number;
  /** How fast it decodes when it has room. */
  readonly framesPerSecond: number;
  /** Instead of the frame with this number (from 0) it crashes, hangs, or ends with exit code 0. */
  readonly crashAt?: number;
  readonly stallAt?: number;
  readonly endAt?: number;
  /** Before the frame with this number it waits until it is let go. */
  readonly holdAt?: number;
  /** It delivers everything and then does not exit. */
  readonly lingers?: boolean;
  /** It survives every attempt to stop it. */
  readonly immortalPid?: number;
}

const USUAL: DecoderScript = { firstFrameMs: 100, framesPerSecond: 600 };

export interface FakeDecoder extends Decoder {
  readonly order: DecoderOrder;
  /** The asset's name. */
  readonly asset: string;
  readonly startedMs: number;
  readonly delivered: number;
  readonly alive: boolean;
  /** Dies at once, as by a signal. */
  crash(stderr?: string): void;
  /** Ends at once with exit code 0. */
  end(): void;
  /** Delivers nothing from now on, without dying. */
  stall(): void;
  /** Delivers nothing until it is let go. */
  hold(): void;
  /** Delivers whatever there is room for. */
  letGo(): void;
}

export interface FakeDecoders {
  readonly start: StartDecoder;
  /** Every decoder ever started, in order. */
  readonly all: FakeDecoder[];
  readonly running: FakeDecoder[];
  /** Decides how the next ones behave; `nth` counts the decoders of the same asset from 1. */
  script: (order: DecoderOrder, nth: number) => Partial<DecoderScript>;
}

const assets: string[] = [];

/** Writes into a slot what it shows. */
export function paint(slot: FrameSlot, asset: string, frame: number): void {
  if (!assets.includes(asset)) assets.push(asset);
  slot.planes.writeUInt32LE(assets.indexOf(asset), 0);
  slot.planes.writeInt32LE(frame, 4);
}

/** What a slot shows: the asset's name and the number of the asset's frame. */
export function shownIn(slot: FrameSlot): { readonly asset: string; readonly frame: number } {
  return {
    asset: assets[slot.planes.readUInt32LE(0)] ?? 'garbage',
    frame: slot.planes.readInt32LE(4),
  };
}

export function createFakeDecoders(clock: MasterClock): FakeDecoders {
  const decoders: FakeDecoders = {
    all: [],
    get running() {
      return decoders.all.filter(({ alive }) => alive);
    },
    script: () => ({}),
    start(order, sink) {
      const asset = nameOf(order);
      const nth = decoders.all.filter((other) => other.asset === asset).length + 1;
      const decoder = startFake(clock, order, sink, { ...USUAL, ...decoders.script(order, nth) });
      decoders.all.push(decoder);
      return decoder;
    },
  };
  return decoders;
}

function nameOf({ asset: { input } }: DecoderOrder): string {
  return input.kind === 'file' ? input.path : input.kind;
}

function startFake(
  clock: MasterClock,
  order: DecoderOrder,
  sink: DecoderSink,
  script: DecoderScript,
): FakeDecoder {
  const asset = nameOf(order);
  const firstFrame = Math.round(order.positionMs / tickMs(order.format));
  let slot: FrameSlot | undefined;
  let delivered = 0;
  let waiting = false;
  let stalled = false;
  let { holdAt } = script;
  let asked = false;
  let alive = true;
  let timer: Timer | undefined;

  const exit = (kind: DecoderExit['kind'], reason: string, stderrTail = '') => {
    if (!alive) return;
    alive = false;
    timer?.cancel();
    slot?.release();
    slot = undefined;
    const code = kind === 'crashed' ? 1 : 0;
    sink.exited({ kind, code, signal: null, frames: delivered, stderrTail, reason });
  };

  const after = (delayMs: number) => {
    timer?.cancel();
    timer = clock.at(clock.nowMs() + delayMs, step);
  };

  /** One frame, and the lease for the next; so a real reader does it, too. */
  const step = () => {
    if (!alive || stalled) return;
    if (delivered === holdAt) return;
    if (delivered === script.crashAt) return exit('crashed', `exited with code 1 after ${delivered} frames`);
    if (delivered === script.endAt) return exit('ended', `ended after ${delivered} frames`);
    if (delivered === script.stallAt) {
      stalled = true;
      return;
    }
    if (delivered === order.frames) {
      if (script.lingers !== true) exit('completed', 'delivered all frames');
      return;
    }
    slot ??= sink.lease();
    if (slot === undefined) {
      waiting = true;
      return;
    }
    const whole = slot;
    slot = undefined;
    paint(whole, asset, firstFrame + delivered++);
    sink.staged(whole);
    after(1000 / script.framesPerSecond);
  };
  after(script.firstFrameMs);

  return {
    order,
    asset,
    startedMs: clock.nowMs(),
    get delivered() {
      return delivered;
    },
    get alive() {
      return alive;
    },
    pid: script.immortalPid,
    arguments: [asset],
    get waitingForRoom() {
      return waiting;
    },
    resume() {
      if (!alive || !waiting) return;
      slot = sink.lease();
      if (slot === undefined) return;
      waiting = false;
      after(1000 / script.framesPerSecond);
    },
    async stop() {
      asked = true;
      waiting = false;
      await Promise.resolve();
      if (script.immortalPid !== undefined) {
        stalled = true;
        timer?.cancel();
        slot?.release();
        slot = undefined;
        return script.immortalPid;
      }
      exit('asked', `stopped after ${delivered} frames`);
      return undefined;
    },
    crash: (stderr) =>
      exit(asked ? 'asked' : 'crashed', `was killed by SIGSEGV after ${delivered} frames`, stderr),
    end: () => exit(asked ? 'asked' : 'ended', `ended after ${delivered} frames`),
    stall() {
      stalled = true;
    },
    hold() {
      holdAt = delivered;
    },
    letGo() {
      holdAt = undefined;
      if (alive && !waiting) after(0);
    },
  };
}
