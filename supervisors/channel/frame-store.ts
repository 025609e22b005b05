/**
 * The ports through which a channel keeps decoded frames: one pool of preallocated slots per channel, and a queue
 * per plan that ties every frame to the frame number of the plan that it shows. `src/frames` implements both.
 */
import type { FrameSlot } from './frame-slot.js';

/** Preallocated frame memory, leased and returned. */
export interface FramePool {
  /** A free slot, owned by the caller until released; undefined when all are in use. */
  lease(): FrameSlot | undefined;
  readonly free: number;
}

/** Decoded frames of one plan, staged for the ticks to come, by the plan's own frame numbers. */
export interface FrameQueue {
  /** How many frames are staged. */
  readonly size: number;
  /** Takes over the slot. A frame that is already staged is replaced. */
  stage(planFrame: number, slot: FrameSlot): void;
  /** The staged frame, which passes to the caller; undefined when there is none. */
  take(planFrame: number): FrameSlot | undefined;
  /** How many consecutive frames from `planFrame` on are staged, counted up to `atMost`. */
  run(planFrame: number, atMost: number): number;
  /** Releases all frames before `planFrame`; answers how many. */
  dropBefore(planFrame: number): number;
  /** Releases everything; answers how many frames that were. */
  clear(): number;
}
