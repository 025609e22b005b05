/** The frame reader: whole frames out of any chunking, no byte lost or copied needlessly, no slot kept. */

import { once } from 'node:events';
import type net from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { createFramePool } from '../../../src/frames/frame-pool.js';
import { createFrameReader } from '../../../src/media/frame-reader.js';
import { openSocketPair } from '../../../src/media/socket-pair.js';
import type { FrameSlot } from '../../../supervisors/channel/frame-slot.js';

const FORMAT = { width: 16, height: 8, fpsNum: 30, fpsDen: 1 };
const FRAME = 192;

/** Frame `n` is filled with bytes that depend on `n` and on the place. */
function frames(from: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * FRAME);
  for (let i = 0; i < bytes.length; i++) bytes[i] = ((i % FRAME) % 7) + 11 * (from + Math.floor(i / FRAME));
  return bytes;
}

function world(slots: number, ordered: number) {
  const pool = createFramePool(FORMAT, slots);
  const got: FrameSlot[] = [];
  let overruns = 0;
  const reader = createFrameReader(
    { lease: () => pool.lease(), staged: (slot) => got.push(slot), exited: () => {} },
    ordered,
    () => {
      overruns++;
    },
  );
  // As Node does it: the next buffer is asked for as soon as the callback returns, whatever it answered.
  const { buffer, callback } = reader.onread as {
    buffer: () => Uint8Array;
    callback: (bytes: number, buffer: Uint8Array) => boolean;
  };
  let next = buffer();
  let reading = true;
  return {
    pool,
    got,
    reader,
    get overruns() {
      return overruns;
    },
    get reading() {
      return reading;
    },
    /** One read of at most `most` bytes; answers how many it took. */
    read(bytes: Buffer, most = bytes.length): number {
      const taken = Math.min(bytes.length, most, next.length);
      bytes.copy(next, 0, 0, taken);
      reading = callback(taken, next);
      next = buffer();
      return taken;
    },
    resume() {
      if (reader.resume()) reading = true;
    },
    content: () => Buffer.concat(got.map(({ planes }) => planes)),
  };
}

t.test('frames come out whole whatever the chunks are, and however little room there is', async (t) => {
  const chunks = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        chunks,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 20 }),
        (sizes, slots, count) => {
          const w = world(slots, count);
          const sent = frames(0, count);
          const seen: Buffer[] = [];
          const drain = () => {
            for (const slot of w.got.splice(0)) {
              seen.push(Buffer.from(slot.planes));
              slot.release();
            }
          };
          let at = 0;
          for (let turn = 0; at < sent.length; turn++) {
            if (w.reading) at += w.read(sent.subarray(at), sizes[turn % sizes.length]);
            else {
              drain();
              w.resume();
            }
          }
          // What stands in the spill buffer comes with the room for it.
          while (w.reader.waitingForRoom) {
            drain();
            w.resume();
          }
          drain();
          w.reader.close();
          return w.reader.frames === count && Buffer.concat(seen).equals(sent) && w.pool.free === slots;
        },
      ),
      { numRuns: 300 },
    ),
  );
});

t.test('bytes are read straight into the slot once there is one', async (t) => {
  const w = world(4, 10);
  w.read(frames(0, 1), 10); // The first read happens before any slot is wanted.
  const { buffer } = w.reader.onread as { buffer: () => Uint8Array };
  const where = buffer();
  t.equal(where.length, FRAME - 10);
  w.read(frames(0, 1).subarray(10));
  t.equal(where.buffer, w.got[0]?.planes.buffer);
  t.ok(w.content().equals(frames(0, 1)));
});

t.test('without room it waits, says so, and goes on where it was', async (t) => {
  const w = world(1, 5);
  w.read(frames(0, 1));
  t.equal(w.reader.frames, 1);
  t.notOk(w.reading, 'reading is paused');
  t.ok(w.reader.waitingForRoom);
  w.resume();
  t.ok(w.reader.waitingForRoom, 'still no room');
  w.got.pop()?.release();
  w.resume();
  t.ok(w.reading);
  t.notOk(w.reader.waitingForRoom);
  w.read(frames(1, 1));
  w.got.pop();
  t.equal(w.reader.frames, 2);
});

t.test('bytes that still arrive after the pause are kept in order', async (t) => {
  const w = world(1, 5);
  w.read(frames(0, 1));
  t.notOk(w.reading);
  const rest = frames(1, 2);
  // Node may deliver what it had read already.
  w.read(rest.subarray(0, 100));
  w.read(rest.subarray(100, 250));
  const seen: Buffer[] = [];
  for (let turn = 0; turn < 3; turn++) {
    for (const slot of w.got.splice(0)) {
      seen.push(Buffer.from(slot.planes));
      slot.release();
    }
    w.resume();
  }
  w.read(rest.subarray(250));
  seen.push(...w.got.map(({ planes }) => Buffer.from(planes)));
  t.ok(Buffer.concat(seen).equals(frames(0, 3)));
});

t.test(
  'bytes that arrive after the pause, when there is room again, do not overtake those that were kept',
  async (t) => {
    const w = world(1, 5);
    w.read(frames(0, 1).subarray(0, 192));
    w.read(frames(1, 1).subarray(0, 50));
    w.got.pop()?.release(); // Room, but nobody has said so yet.
    w.read(frames(1, 1).subarray(50, 120));
    w.resume();
    w.read(frames(1, 1).subarray(120));
    t.ok(w.content().equals(frames(1, 1)));
  },
);

t.test('nothing is kept of what comes after the ordered frames', async (t) => {
  const w = world(3, 2);
  for (let bytes = frames(0, 2); bytes.length > 0; ) bytes = bytes.subarray(w.read(bytes));
  t.ok(w.reading, 'it reads on, to learn of the end');
  t.equal(w.overruns, 0);
  t.equal(w.pool.free, 1, 'without another slot');
  w.read(Buffer.from('more'));
  t.equal(w.overruns, 1);
  t.equal(w.reader.frames, 2);
  t.notOk(w.reading);
});

t.test('a closed reader has given back the slot that was half filled, and delivers nothing', async (t) => {
  const w = world(2, 5);
  w.read(frames(0, 1), 100);
  t.equal(w.pool.free, 1);
  w.reader.close();
  t.equal(w.pool.free, 2);
  t.notOk(w.reader.waitingForRoom);
  w.read(frames(0, 1));
  t.notOk(w.reading);
  t.notOk(w.reader.resume());
  t.same(w.got, []);
  w.reader.close();
  t.equal(w.pool.free, 2, 'once');
});

t.test('over a real socket, with little room, every frame arrives, and so does the end', async (t) => {
  const count = 2_000;
  const pool = createFramePool(FORMAT, 3);
  const wrong: number[] = [];
  let seen = 0;
  const reader = createFrameReader(
    {
      lease: () => pool.lease(),
      staged(slot) {
        if (!slot.planes.equals(frames(seen % 20, 1))) wrong.push(seen);
        seen++;
        // The consumer of the frame is slower than the socket.
        setImmediate(() => {
          slot.release();
          if (reader.resume()) socket.resume();
        });
      },
      exited: () => {},
    },
    count,
    () => wrong.push(-1),
  );
  const pair = await openSocketPair(reader.onread);
  const socket: net.Socket = pair.reader;
  t.teardown(() => {
    socket.destroy();
    pair.writer.destroy();
  });
  const ended = once(socket, 'close');
  socket.resume();
  for (let i = 0; i < count; i += 20) pair.writer.write(frames(0, 20));
  pair.writer.end();
  await ended;
  reader.close();
  t.same(wrong, []);
  t.equal(reader.frames, count);
  t.equal(pool.free, 3);
});
