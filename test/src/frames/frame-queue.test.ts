/** The frame queue: frames by their number, nothing shifted, everything released once. */
import fc from 'fast-check';
import t from 'tap';
import { createFramePool } from '../../../src/frames/frame-pool.js';
import { createFrameQueue } from '../../../src/frames/frame-queue.js';
import type { FrameSlot } from '../../../supervisors/channel/frame-slot.js';

const FORMAT = { width: 2, height: 2, fpsNum: 30, fpsDen: 1 };

function world(slots = 20) {
  const pool = createFramePool(FORMAT, slots);
  const queue = createFrameQueue();
  const stage = (...frames: number[]) => {
    for (const frame of frames) {
      const slot = pool.lease() as FrameSlot;
      slot.planes[0] = frame;
      queue.stage(frame, slot);
    }
  };
  return { pool, queue, stage };
}

t.test('a frame is taken by its number, once', async (t) => {
  const { queue, stage, pool } = world();
  stage(7, 3);
  const slot = queue.take(7);
  t.equal(slot?.planes[0], 7);
  t.equal(queue.take(7), undefined);
  t.equal(queue.take(4), undefined);
  t.equal(queue.size, 1);
  t.equal(pool.free, 18, 'a taken slot belongs to the taker');
  slot?.release();
  t.equal(pool.free, 19);
});

t.test('a run counts consecutive frames, up to what is asked', async (t) => {
  const { queue, stage } = world();
  stage(5, 6, 7, 9, 10);
  t.equal(queue.run(5, 10), 3);
  t.equal(queue.run(5, 2), 2);
  t.equal(queue.run(8, 10), 0);
  t.equal(queue.run(9, 10), 2);
});

t.test('frames before a position are released and counted, in whatever order they were staged', async (t) => {
  const { queue, stage, pool } = world();
  stage(10, 11, 2, 12, 3);
  t.equal(queue.dropBefore(11), 3);
  t.equal(queue.size, 2);
  t.equal(pool.free, 18);
  t.equal(queue.dropBefore(11), 0);
});

t.test('a frame staged twice replaces the first', async (t) => {
  const { queue, stage, pool } = world();
  stage(1, 1);
  t.equal(queue.size, 1);
  t.equal(pool.free, 19);
});

t.test('clearing gives everything back', async (t) => {
  const { queue, stage, pool } = world();
  stage(1, 2, 5);
  t.equal(queue.clear(), 3);
  t.equal(pool.free, 20);
  t.equal(queue.size, 0);
});

t.test('whatever is done to it, every slot is in the queue, in the pool, or was taken', async (t) => {
  const act = fc.tuple(fc.constantFrom('stage', 'take', 'drop', 'clear'), fc.integer({ min: 0, max: 30 }));
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(act, { maxLength: 100 }), (acts) => {
        const { pool, queue, stage } = world();
        const staged = new Set<number>();
        for (const [what, frame] of acts) {
          if (what === 'stage' && pool.free > 0) {
            stage(frame);
            staged.add(frame);
          } else if (what === 'take') {
            const slot = queue.take(frame);
            if ((slot !== undefined) !== staged.delete(frame)) return false;
            if (slot !== undefined && slot.planes[0] !== frame) return false;
            slot?.release();
          } else if (what === 'drop') {
            const early = [...staged].filter((other) => other < frame);
            if (queue.dropBefore(frame) !== early.length) return false;
            for (const other of early) staged.delete(other);
          } else if (what === 'clear') {
            queue.clear();
            staged.clear();
          }
          if (queue.size !== staged.size || pool.free !== 20 - staged.size) return false;
        }
        return true;
      }),
    ),
  );
});
