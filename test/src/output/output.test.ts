/** The output over real sockets: who gets what, who loses what, and that nobody can keep the channel's memory. */
import { once } from 'node:events';
import net from 'node:net';
import t, { type Test } from 'tap';
import { createFramePool } from '../../../src/frames/frame-pool.js';
import { createOutput, type OutputSettings } from '../../../src/output/output.js';
import type { Format } from '../../../supervisors/channel/format.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { type Y4mHeader, y4mParser } from '../../support/y4m-parser.js';

const SMALL: Format = { width: 16, height: 16, fpsNum: 30, fpsDen: 1 };
/** 12 MB a frame: more than the system buffers for a connection. */
const LARGE: Format = { width: 3840, height: 2160, fpsNum: 30, fpsDen: 1 };
const SLOTS = 10;

async function world(t: Test, format: Format, more: Partial<OutputSettings> = {}) {
  const clock = new FakeClock(1_000);
  const pool = createFramePool(format, SLOTS);
  const settings = { format, maxPinnedFrames: 4, maxPinnedSlots: 5, stallMs: 10_000, ...more };
  const output = createOutput(settings, clock);
  const server = net.createServer((socket) => output.add(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as net.AddressInfo;
  const sockets: net.Socket[] = [];
  let number = 0;
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    void output.close(0);
    server.close();
  });
  return {
    clock,
    pool,
    output,
    /** Airs the next frame, or, if all memory is in use, answers false. */
    air(): boolean {
      const slot = pool.lease();
      if (slot === undefined) return false;
      slot.planes.writeUInt32LE(number++, 0);
      output.air(slot);
      slot.release();
      return true;
    },
    /** A connected consumer that does not read yet. */
    async connect(): Promise<net.Socket> {
      const before = output.consumers;
      const socket = net.connect({ port, host: '127.0.0.1' });
      sockets.push(socket);
      socket.on('error', () => {});
      await until(() => output.consumers === before + 1);
      return socket;
    },
  };
}

/** Lets the event loop turn until something holds; the test's own timeout is the limit. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await settle();
}

/** Reads a consumer's stream strictly. */
function watch(socket: net.Socket) {
  const seen = { header: undefined as Y4mHeader | undefined, frames: [] as number[], ended: false };
  const parser = y4mParser({
    header: (header) => {
      seen.header = header;
    },
    frame: (planes) => seen.frames.push(planes.readUInt32LE(0)),
  });
  socket.on('data', (chunk: Buffer) => parser.push(chunk));
  socket.on('end', () => {
    parser.end();
    seen.ended = true;
  });
  return seen;
}

t.test('a consumer gets one header, then every frame from the tick at which it connected', async (t) => {
  const w = await world(t, SMALL);
  w.air();
  w.air();
  const seen = watch(await w.connect());
  for (let i = 0; i < 3; i++) {
    w.air();
    await settle();
  }
  const late = watch(await w.connect());
  w.air();
  await until(() => seen.frames.length === 4 && late.frames.length === 1);
  t.match(seen.header, { width: 16, height: 16, fpsNum: 30, fpsDen: 1 });
  t.same(seen.frames, [2, 3, 4, 5]);
  t.same(late.frames, [5]);
  t.equal(w.output.consumers, 2);
  t.equal(w.output.framesDropped, 0);
});

t.test('no consumer at all is normal', async (t) => {
  const w = await world(t, SMALL);
  for (let i = 0; i < 100; i++) t.ok(w.air());
  t.equal(w.pool.free, SLOTS);
  await w.output.close(100);
});

t.test('consumers share the memory of a frame, and it returns when the last has taken it', async (t) => {
  const w = await world(t, LARGE);
  const sockets = [await w.connect(), await w.connect(), await w.connect()];
  w.air();
  t.equal(w.pool.free, SLOTS - 1, 'one slot, three consumers');
  const views = sockets.map(watch);
  await until(() => w.pool.free === SLOTS);
  await until(() => views.every(({ frames }) => frames.length === 1));
  t.pass();
});

t.test(
  'a consumer that does not read pins four frames and loses whole ones; read later, its stream is intact',
  async (t) => {
    const w = await world(t, LARGE);
    const socket = await w.connect();
    for (let i = 0; i < 12; i++) {
      t.ok(w.air(), 'memory is there for every tick');
      await settle();
    }
    t.equal(w.pool.free, SLOTS - 4);
    t.equal(w.output.framesDropped, 8);
    const seen = watch(socket);
    await until(() => seen.frames.length === 4);
    t.same(seen.frames, [0, 1, 2, 3]);
    w.air();
    await until(() => seen.frames.length === 5);
    t.equal(seen.frames[4], 12, 'it goes on with what is on air');
    t.equal(w.pool.free, SLOTS);
  },
);

t.test(
  'however many do not read, the memory they keep is bounded, and those who read miss nothing',
  async (t) => {
    const w = await world(t, LARGE);
    const good = watch(await w.connect());
    let aired = 0;
    for (let i = 0; i < 8; i++) {
      await w.connect(); // Each one gets stuck at another frame.
      for (let k = 0; k < 2; k++) {
        w.clock.advance(33);
        t.ok(w.air());
        aired++;
        await until(() => good.frames.length === aired);
        t.ok(w.pool.free >= SLOTS - 5, `${SLOTS - w.pool.free} slots pinned, five may be`);
      }
    }
    t.same(
      good.frames,
      Array.from({ length: aired }, (_, i) => i),
    );
    t.ok(w.output.framesDropped > 0);
    t.ok(w.output.consumers < 9, 'some had to go');
    t.ok(w.output.consumers >= 1);
  },
);

t.test('a consumer that takes nothing for 10 s is dropped, one that takes something is not', async (t) => {
  const w = await world(t, LARGE);
  const stuck = await w.connect();
  const good = watch(await w.connect());
  const gone = once(stuck, 'close');
  for (let i = 0; i < 4; i++) {
    w.air();
    await until(() => good.frames.length === i + 1);
    w.clock.advance(3_000);
  }
  t.equal(w.output.consumers, 2, 'not yet looked at');
  w.air();
  await until(() => w.output.consumers === 1);
  stuck.resume();
  await gone;
  await until(() => good.frames.length === 5);
  t.equal(w.pool.free, SLOTS);
});

t.test('at the end a consumer gets the frame in flight whole, and then a clean end', async (t) => {
  const w = await world(t, LARGE);
  const idle = watch(await w.connect());
  const busy = await w.connect();
  w.air();
  await until(() => idle.frames.length === 1);
  w.air();
  w.air();
  const closed = w.output.close(100);
  const seen = watch(busy);
  await closed;
  await until(() => seen.ended && idle.ended);
  t.equal(w.output.consumers, 0);
  t.equal(w.pool.free, SLOTS);
  t.ok(seen.frames.length < 3, 'what waited is discarded');
  t.equal(w.clock.pendingTimers, 0);
});

t.test('an end waits for a consumer that does not read, but not for ever', async (t) => {
  const w = await world(t, LARGE);
  await w.connect();
  w.air();
  const closed = w.output.close(100);
  await settle();
  t.equal(w.output.consumers, 1);
  w.clock.advance(100);
  await closed;
  t.equal(w.output.consumers, 0);
  t.equal(w.pool.free, SLOTS);
});

t.test('a second close is the first', async (t) => {
  const w = await world(t, SMALL);
  const seen = watch(await w.connect());
  await Promise.all([w.output.close(100), w.output.close(100)]);
  await until(() => seen.ended);
  await w.output.close(100);
  t.equal(w.output.consumers, 0);
});

t.test('what a consumer sends is never read and does it no harm', async (t) => {
  const w = await world(t, SMALL);
  const socket = await w.connect();
  const seen = watch(socket);
  socket.write(Buffer.alloc(32_000_000, 'garbage\r\n\0'));
  for (let i = 0; i < 50; i++) {
    w.air();
    await settle();
  }
  await until(() => seen.frames.length === 50 - w.output.framesDropped);
  t.equal(w.output.consumers, 1);
  t.ok(socket.writableLength > 0, 'more than the kernel takes: it still stands on the other side');
});

t.test(
  'a consumer that disconnects in the middle of a frame is forgotten, others notice nothing',
  async (t) => {
    const w = await world(t, LARGE);
    const leaving = await w.connect();
    const staying = watch(await w.connect());
    w.air();
    leaving.once('data', () => leaving.resetAndDestroy());
    await until(() => w.output.consumers === 1);
    w.air();
    await until(() => staying.frames.length === 2);
    t.equal(w.pool.free, SLOTS);
  },
);

t.test('a consumer that only closes its own side is let go without harm', async (t) => {
  const w = await world(t, SMALL);
  const socket = await w.connect();
  socket.end();
  socket.resume();
  await until(() => {
    w.air();
    return w.output.consumers === 0;
  });
  await until(() => w.pool.free === SLOTS);
  t.pass();
});

t.test('200 connections that come and go leave nothing behind', async (t) => {
  const w = await world(t, SMALL);
  for (let i = 0; i < 200; i++) {
    const socket = await w.connect();
    w.air();
    if (i % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
    await until(() => {
      w.air();
      return w.output.consumers === 0;
    });
  }
  await until(() => w.pool.free === SLOTS);
  t.equal(w.output.consumers, 0);
});

t.test('a socket that comes after the end, or was closed on its way, is not taken in', async (t) => {
  const w = await world(t, SMALL);
  const dead = new net.Socket();
  dead.destroy();
  await once(dead, 'close');
  w.output.add(dead);
  t.equal(w.output.consumers, 0);
  await w.output.close(100);
  const late = new net.Socket();
  w.output.add(late);
  t.ok(late.destroyed);
  t.equal(w.output.consumers, 0);
});

t.test('consumers are told one by one, the first to connect first, as many as are asked for', async (t) => {
  const { clock, output, air, connect } = await world(t, LARGE, { maxPinnedFrames: 2 });
  const reads = await connect();
  reads.resume();
  await clock.run(1_500.4);
  const lags = await connect();
  const address = (socket: net.Socket) => `127.0.0.1:${socket.localPort}`;
  t.match(output.list(9), [
    { address: address(reads), connectedMs: 1500, framesWaiting: 0, framesDropped: 0 },
    { address: address(lags), connectedMs: 0, framesWaiting: 0, framesDropped: 0 },
  ]);
  for (let frame = 0; frame < 4; frame++) {
    air();
    await until(() => output.list(1)[0]?.framesWaiting === 0);
  }
  t.match(output.list(9), [{ framesDropped: 0 }, { framesWaiting: 2, framesDropped: 2 }]);
  t.equal(output.framesDropped, 2, 'the sum of all');
  t.same(
    output.list(1).map((consumer) => consumer.address),
    [address(reads)],
  );
});
