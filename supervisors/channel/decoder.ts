/**
 * The port through which a channel runs decoders. A decoder is one operating-system process that decodes one
 * stretch of one asset into frame slots; `src/media` implements it with ffmpeg, tests with a fake.
 */
import type { Format } from './format.js';
import type { FrameSlot } from './frame-slot.js';
import type { ReadyAsset } from './plan.js';

/** What a decoder is asked to deliver. */
export interface DecoderOrder {
  /** Names this attempt in events, logs and snapshots; never used twice within a channel. */
  readonly incarnation: number;
  readonly asset: ReadyAsset;
  /** Position within the asset of the first frame to deliver. */
  readonly positionMs: number;
  /** Deliver this many frames, then end. */
  readonly frames: number;
  readonly format: Format;
}

/** Who receives a decoder's frames. Calls come from the event loop, never from within {@link StartDecoder}. */
export interface DecoderSink {
  /** A slot for the next frame, or undefined when there is no room: the decoder then pauses until `resume()`. */
  lease(): FrameSlot | undefined;
  /** A whole frame stands in the slot; the slot now belongs to the receiver. */
  staged(slot: FrameSlot): void;
  /** The process is gone and every frame it wrote was delivered. Called exactly once, last. */
  exited(exit: DecoderExit): void;
}

/** How a decoder ended. */
export interface DecoderExit {
  /**
   * `asked`: we stopped it. `completed`: it delivered all it was ordered to. `ended`: exit code 0 before that.
   * `crashed`: anything else, a process that could not be started included.
   */
  readonly kind: 'asked' | 'completed' | 'ended' | 'crashed';
  readonly code: number | null;
  readonly signal: string | null;
  /** Whole frames delivered. */
  readonly frames: number;
  /** The last lines it wrote to stderr, without control characters; at most 2 kB. */
  readonly stderrTail: string;
  /** One line for people: what happened, in words. */
  readonly reason: string;
}

/** A running decoder. */
export interface Decoder {
  /** Undefined where the process could not be started (then `exited` follows) or is not a process (tests). */
  readonly pid: number | undefined;
  /** Its command line for people, secrets masked; empty where it is not a process (tests). */
  readonly arguments: readonly string[];
  /** True while it is paused because `lease()` had nothing. */
  readonly waitingForRoom: boolean;
  /** There may be room again. Does nothing unless it waits. */
  resume(): void;
  /**
   * Stops the process by the stop ladder and resolves once it is gone; frames still on their way are thrown away.
   * Resolves to the pid of a process that would not die within a second, else to undefined. Safe to call twice.
   *
   * @param how `ask` climbs down the whole ladder; `kill` starts at its last step, for one that hangs
   */
  stop(how: 'ask' | 'kill'): Promise<number | undefined>;
}

/** Starts a decoder; never throws: what goes wrong is told through `exited`. */
export type StartDecoder = (order: DecoderOrder, sink: DecoderSink) => Decoder;
