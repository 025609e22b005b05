/** The frame reader: whole frames out of any chunking, no byte lost or copied needlessly, no slot kept. */

import { once } from 'node:events';
import type net from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { createFramePool } from '../../../src/frames/frame-pool.js';
import { createFrameReader } from '../../../src/media/frame-reader.js';
import { openSocketPair } from '../../../src/media/socket-pair.js';
import { y4mHeader } from '../../../src/output/y4m.js';
import type { FrameSlot } from '../../../supervisors/channel/frame-slot.js';

const FORMAT = { width: 16, height: 8, fpsNum: 30, fpsDen: 1 };
const MARK = 'FRAME\n';
/** Bytes of a frame with its mark. */
const FRAME = MARK.length + 192;
const HEADER = y4mHeader(FORMAT);

/** Frame `n` is filled with bytes that depend on `n` and on the place. */
function frames(from: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * FRAME);
  for (let i = 0; i < bytes.length; i++) bytes[i] = ((i % FRAME) % 7) + 11 * (from + Math.floor(i / FRAME));
  for (let at = 0; at < bytes.length; at += FRAME) bytes.write(MARK, at, 'latin1');
  return bytes;
}

/** @param header what the stream begins with; has been read already */
function world(slots: number, ordered: number, header: Buffer | string = HEADER) {
  const pool = createFramePool(FORMAT, slots);
  const got: FrameSlot[] = [];
  const garbage: string[] = [];
  let overruns = 0;
  const reader = createFrameReader(
    { lease: () => pool.lease(), staged: (slot) => got.push(slot), exited: () => {} },
    { frames: ordered, format: FORMAT },
    {
      overrun() {
        overruns++;
      },
      garbage: (what) => garbage.push(what),
    },
  );
  // As Node does it: the next buffer is asked for as soon as the callback returns, whatever it answered.
  const { buffer, callback } = reader.onread as {
    buffer: () => Uint8Array;
    callback: (bytes: number, buffer: Uint8Array) => boolean;
  };
  let next = buffer();
  let reading = true;
  const w = {
    pool,
    got,
    garbage,
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
    content: () => Buffer.concat(got.map(({ y4m }) => y4m)),
  };
  w.read(Buffer.from(header));
  return w;
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
          const w = world(slots, count, '');
          const sent = Buffer.concat([HEADER, frames(0, count)]);
          const seen: Buffer[] = [];
          const drain = () => {
            for (const slot of w.got.splice(0)) {
              seen.push(Buffer.from(slot.y4m));
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
          const whole = Buffer.concat([HEADER, ...seen]).equals(sent);
          return w.reader.frames === count && whole && w.pool.free === slots;
        },
      ),
      { numRuns: 300 },
    ),
  );
});

t.test('bytes are read straight into the slot once there is one', async (t) => {
  const w = world(4, 10, '');
  // The first read happens before any slot is wanted.
  w.read(Buffer.concat([HEADER, frames(0, 1).subarray(0, 10)]));
  const { buffer } = w.reader.onread as { buffer: () => Uint8Array };
  const where = buffer();
  t.equal(where.length, FRAME - 10);
  w.read(frames(0, 1).subarray(10));
  t.equal(where.buffer, w.got[0]?.y4m.buffer);
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
      seen.push(Buffer.from(slot.y4m));
      slot.release();
    }
    w.resume();
  }
  w.read(rest.subarray(250));
  seen.push(...w.got.map(({ y4m }) => Buffer.from(y4m)));
  t.ok(Buffer.concat(seen).equals(frames(0, 3)));
});

t.test(
  'bytes that arrive after the pause, when there is room again, do not overtake those that were kept',
  async (t) => {
    const w = world(1, 5);
    w.read(frames(0, 1));
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

t.test('what does not begin as the ordered pictures do is refused, and nothing of it is kept', async (t) => {
  const cases = [
    [y4mHeader({ ...FORMAT, width: 8 }), 'wrote pictures of 8x8 instead of 16x8'],
    [y4mHeader({ ...FORMAT, height: 12 }), 'wrote pictures of 16x12 instead of 16x8'],
    ['YUV4MPEG2 W16 H8 F30:1 Ip C444\n', 'wrote something else than pictures'],
    ['ffmpeg version 5\n', 'wrote something else than pictures'],
    [Buffer.alloc(300), 'wrote something else than pictures'],
    ['\n', 'wrote something else than pictures'],
  ] as const;
  for (const [header, what] of cases) {
    const w = world(2, 5, header);
    t.same(w.garbage, [what]);
    t.notOk(w.reading);
    w.read(frames(0, 1));
    t.same(w.got, []);
    t.equal(w.garbage.length, 1, 'told once');
    t.equal(w.pool.free, 2);
  }
});

t.test(
  'a frame that is not led by its mark is never delivered, and the slot is fit for the next',
  async (t) => {
    for (const inPieces of [false, true]) {
      const w = world(2, 5);
      const shifted = Buffer.concat([frames(0, 1), Buffer.from('x'), frames(1, 2)]);
      for (let rest = shifted; rest.length > 0 && w.reading; ) {
        rest = rest.subarray(w.read(rest, inPieces ? 7 : rest.length));
      }
      t.equal(w.reader.frames, 1);
      t.same(w.garbage, ['wrote something else where a frame was due']);
      t.ok(w.content().equals(frames(0, 1)));
      t.notOk(w.reader.resume());
      t.equal(w.pool.free, 1);
      t.equal(w.pool.lease()?.y4m.toString('latin1', 0, MARK.length), MARK);
    }
  },
);

t.test(
  'the picture in which bytes were lost is delivered, for its own mark is right; what follows is not',
  async (t) => {
    const w = world(3, 5);
    const torn = Buffer.concat([frames(0, 1).subarray(0, -1), frames(1, 2)]);
    for (let rest = torn; rest.length > 0 && w.reading; ) rest = rest.subarray(w.read(rest));
    t.equal(w.reader.frames, 1);
    t.same(w.garbage, ['wrote something else where a frame was due']);
  },
);

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
        if (!slot.y4m.equals(frames(seen % 20, 1))) wrong.push(seen);
        seen++;
        // The consumer of the frame is slower than the socket.
        setImmediate(() => {
          slot.release();
          if (reader.resume()) socket.resume();
        });
      },
      exited: () => {},
    },
    { frames: count, format: FORMAT },
    { overrun: () => wrong.push(-1), garbage: () => wrong.push(-2) },
  );
  const pair = await openSocketPair(reader.onread);
  const socket: net.Socket = pair.reader;
  t.teardown(() => {
    socket.destroy();
    pair.writer.destroy();
  });
  const ended = once(socket, 'close');
  socket.resume();
  pair.writer.write(HEADER);
  for (let i = 0; i < count; i += 20) pair.writer.write(frames(0, 20));
  pair.writer.end();
  await ended;
  reader.close();
  t.same(wrong, []);
  t.equal(reader.frames, count);
  t.equal(pool.free, 3);
});
