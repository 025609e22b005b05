/**
 * The frame queue of one plan: a frame belongs to a frame number of the plan from the moment it is decoded, so
 * nothing here can shift, repeat or reorder. Sparse, because the first frames of a coming segment wait in it
 * beside the frames of the one on air; its size is bounded by the pool that the slots come from.
 */
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import type { FrameQueue } from '../../supervisors/channel/frame-store.js';

export function createFrameQueue(): FrameQueue {
  const staged = new Map<number, FrameSlot>();

  const remove = (planFrame: number): FrameSlot | undefined => {
    const slot = staged.get(planFrame);
    staged.delete(planFrame);
    return slot;
  };

  return {
    get size() {
      return staged.size;
    },
    stage(planFrame, slot) {
      remove(planFrame)?.release();
      staged.set(planFrame, slot);
    },
    take: remove,
    run(planFrame, atMost) {
      let frames = 0;
      while (frames < atMost && staged.has(planFrame + frames)) frames++;
      return frames;
    },
    dropBefore(planFrame) {
      let dropped = 0;
      // Frames are staged almost in order, so the early ones stand first; a decoder restarted at an earlier
      // position may put some behind, hence no early exit.
      for (const frame of staged.keys()) {
        if (frame >= planFrame) continue;
        remove(frame)?.release();
        dropped++;
      }
      return dropped;
    },
    clear() {
      const dropped = staged.size;
      for (const slot of staged.values()) slot.release();
      staged.clear();
      return dropped;
    },
  };
}
