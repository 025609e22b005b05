/**
 * Shows what was aired to whoever wants to see it, between two ticks: a tick is over when it does, and is not held up. While
 * nobody wants to, a tick costs one comparison more.
 */
import type { FrameSlot } from './frame-slot.js';

/** What all consumers got at a tick: content, the frame held, or slate. */
export interface AiredFrame {
  /** Retained for who asked: to be released, once, and soon; the decoder waits for it. */
  readonly frame: FrameSlot;
  readonly tick: number;
}

export class AiredFrames {
  #wanted: ((aired: AiredFrame) => void)[] = [];
  #frame: FrameSlot | undefined;

  /** Resolves once the next tick is over; never, if there is none. */
  next(): Promise<AiredFrame> {
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  /** This frame has been handed to the output. */
  aired(frame: FrameSlot): void {
    if (this.#wanted.length > 0) this.#frame = frame;
  }

  /** The tick is over; its frame is still the pacer's. */
  tickOver(tick: number): void {
    const frame = this.#frame;
    if (frame === undefined) return;
    const wanted = this.#wanted;
    this.#wanted = [];
    this.#frame = undefined;
    for (const resolve of wanted) {
      frame.retain();
      resolve({ frame, tick });
    }
  }
}
