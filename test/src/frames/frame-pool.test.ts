/** The frame pool: bounded, counted, never two frames in one memory. */
import t from 'tap';
import { createFramePool } from '../../../src/frames/frame-pool.js';

const FORMAT = { width: 16, height: 8, fpsNum: 30, fpsDen: 1 };

t.test('a pool leases as many slots as it has, and not one more', async (t) => {
  const pool = createFramePool(FORMAT, 3);
  const slots = [pool.lease(), pool.lease(), pool.lease()];
  t.equal(new Set(slots.map((slot) => slot?.planes)).size, 3);
  t.equal(pool.free, 0);
  t.equal(pool.lease(), undefined);
  slots[1]?.release();
  t.equal(pool.free, 1);
  t.equal(pool.lease(), slots[1], 'the memory that came back');
});

t.test('a slot returns with its last reference', async (t) => {
  const pool = createFramePool(FORMAT, 1);
  const slot = pool.lease();
  slot?.retain();
  slot?.retain();
  slot?.release();
  slot?.release();
  t.equal(pool.free, 0);
  slot?.release();
  t.equal(pool.free, 1);
});

t.test('releasing too often, or retaining what went back, is a defect and says so', async (t) => {
  const pool = createFramePool(FORMAT, 1);
  const slot = pool.lease();
  slot?.release();
  t.throws(() => slot?.release(), /released more often than retained/);
  t.throws(() => slot?.retain(), /retained after it was returned/);
  t.equal(pool.free, 1);
});

t.test('the planes are the y4m frame without its six bytes of header', async (t) => {
  const slot = createFramePool(FORMAT, 1).lease();
  t.equal(slot?.planes.length, 16 * 8 * 1.5);
  slot?.planes.fill(7);
  t.equal(slot?.y4m.toString('latin1', 0, 6), 'FRAME\n');
  t.equal(slot?.y4m.length, 6 + 192);
  t.ok(
    slot?.y4m.subarray(6).every((byte) => byte === 7),
    'shared memory, no copy',
  );
});
