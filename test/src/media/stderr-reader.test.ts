/** What a decoder says is read in full, but no faster than is good for who reads it. */
import { PassThrough } from 'node:stream';
import t from 'tap';
import { readStderr } from '../../../src/media/stderr-reader.js';
import { FakeClock, settle } from '../../support/fake-clock.js';

function world() {
  const clock = new FakeClock();
  const stream = new PassThrough({ highWaterMark: 1_000_000 });
  let read = 0;
  let ended = false;
  void readStderr(stream, clock, (chunk) => {
    read += chunk.length;
  }).then(() => {
    ended = true;
  });
  return {
    clock,
    stream,
    get read() {
      return read;
    },
    get ended() {
      return ended;
    },
  };
}

const KB_10 = Buffer.alloc(10_000);

t.test('the usual is read as it comes', async (t) => {
  const w = world();
  for (let i = 0; i < 6; i++) w.stream.write(KB_10);
  await settle();
  t.equal(w.read, 60_000);
  t.equal(w.clock.pendingTimers, 0);
});

t.test('a flood is read at 64 kB in 20 ms, to its end', async (t) => {
  const w = world();
  for (let i = 0; i < 20; i++) w.stream.write(KB_10);
  w.stream.end();
  const after: number[] = [];
  for (let i = 0; i < 4; i++) {
    await settle();
    after.push(w.read);
    await w.clock.run(20);
  }
  t.same(after, [70_000, 140_000, 200_000, 200_000]);
  t.ok(w.ended);
  t.equal(w.clock.pendingTimers, 0);
});

t.test('what is said now and then is never held up, however much it is in sum', async (t) => {
  const w = world();
  for (let i = 1; i <= 20; i++) {
    w.stream.write(KB_10);
    await w.clock.run(20);
    t.equal(w.read, i * 10_000);
  }
});

t.test('a stream that is destroyed while it rests leaves no timer', async (t) => {
  const w = world();
  w.stream.write(Buffer.alloc(100_000));
  await settle();
  t.equal(w.clock.pendingTimers, 1);
  w.stream.destroy(new Error('cut'));
  await settle();
  t.ok(w.ended);
  t.equal(w.clock.pendingTimers, 0);
});
