/** The socket pair: two ends of one connection, straight into our memory, and nothing left of how they met. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import t, { type Test } from 'tap';
import { MAX_READ_BYTES, openSocketPair } from '../../../src/media/socket-pair.js';

/** A pair whose reader collects what it reads. */
async function open(t: Test) {
  const memory = Buffer.alloc(1 << 16);
  const chunks: Buffer[] = [];
  const where = new Set<Uint8Array>();
  const pair = await openSocketPair({
    buffer: memory,
    callback(bytes, buffer) {
      where.add(buffer);
      chunks.push(Buffer.from(buffer.subarray(0, bytes)));
      return true;
    },
  });
  t.teardown(() => {
    pair.reader.destroy();
    pair.writer.destroy();
  });
  return { ...pair, memory, where, text: () => Buffer.concat(chunks).toString() };
}

t.test('what is written at one end is read into the memory given at the other', async (t) => {
  const { reader, writer, memory, where, text } = await open(t);
  writer.end('frames');
  reader.resume();
  await once(reader, 'close');
  t.equal(text(), 'frames', 'and nothing of the handshake');
  t.same([...where], [memory]);
});

t.test("a child writes to it as its stdout; its end is the stream's end", async (t) => {
  const { reader, writer, text } = await open(t);
  const child = spawn('sh', ['-c', 'echo one; echo two'], { stdio: ['ignore', writer, 'ignore'] });
  writer.destroy();
  reader.resume();
  await Promise.all([once(reader, 'close'), once(child, 'close')]);
  t.equal(text(), 'one\ntwo\n');
});

t.test('a stream that always has more leaves the event loop a turn between two reads', async (t) => {
  const memory = Buffer.alloc(1024);
  let reads = 0;
  let readsInTurn = 0;
  let most = 0;
  const { reader, writer } = await openSocketPair({
    buffer: memory,
    callback() {
      reads++;
      most = Math.max(most, ++readsInTurn);
      return true;
    },
  });
  let turning = setImmediate(function turn() {
    readsInTurn = 0;
    turning = setImmediate(turn);
  });
  t.teardown(() => clearImmediate(turning));
  // It waits in the socket, whole, before the first read.
  await new Promise<void>((resolve) => writer.end(Buffer.alloc(64 * memory.length), resolve));
  reader.resume();
  await once(reader, 'close');
  t.equal(reads, 64);
  t.equal(most, 1);
});

t.test('no read is longer than a turn may be', async (t) => {
  const memory = Buffer.alloc(2 * MAX_READ_BYTES);
  let longest = 0;
  let total = 0;
  const { reader, writer } = await openSocketPair({
    buffer: () => memory,
    callback(bytes) {
      longest = Math.max(longest, bytes);
      total += bytes;
      return true;
    },
  });
  const child = spawn('head', ['-c', String(40 * MAX_READ_BYTES), '/dev/zero'], {
    stdio: ['ignore', writer, 'ignore'],
  });
  writer.destroy();
  reader.resume();
  await Promise.all([once(reader, 'close'), once(child, 'close')]);
  t.equal(total, 40 * MAX_READ_BYTES, 'and nothing is lost');
  t.ok(longest <= MAX_READ_BYTES);
});

t.test('a reader that goes takes the writer with it', async (t) => {
  const { reader, writer } = await open(t);
  const child = spawn('sh', ['-c', 'while echo y; do :; done'], { stdio: ['ignore', writer, 'ignore'] });
  writer.destroy();
  reader.resume();
  reader.destroy();
  const [code, signal] = await once(child, 'close');
  t.ok(signal === 'SIGPIPE' || code !== null, 'it ended by itself');
});

t.test('pairs opened at once do not get mixed up', async (t) => {
  const pairs = await Promise.all(Array.from({ length: 20 }, () => open(t)));
  const ends = pairs.map(async ({ reader, writer, text }, index) => {
    writer.end(`pair ${index}`);
    reader.resume();
    await once(reader, 'close');
    return text();
  });
  t.same(
    await Promise.all(ends),
    pairs.map((_, index) => `pair ${index}`),
  );
});

t.test('nothing stays of the rendezvous: no file, and nobody else can connect', async (t) => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('retrovue-playout-'));
  const names: unknown[] = [];
  const listen = net.Server.prototype.listen;
  t.intercept(net.Server.prototype, 'listen', {
    value(this: net.Server, ...args: Parameters<typeof listen>) {
      names.push(args[0]);
      return listen.apply(this, args);
    },
  });
  await open(t);
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith('retrovue-playout-'));
  t.same(after, before);
  t.equal(names.length, 1);
  const stranger = net.connect(String(names[0]));
  const [error] = await once(stranger, 'error');
  t.match(error, { code: /ECONNREFUSED|ENOENT/ });
});

t.test('a stranger who meets us first is turned away, and the pair is still ours', async (t) => {
  const listen = net.Server.prototype.listen;
  const strangers: net.Socket[] = [];
  t.intercept(net.Server.prototype, 'listen', {
    value(this: net.Server, name: string, listening: () => void) {
      return listen.call(this, name, () => {
        const stranger = net.connect(name);
        stranger.on('error', () => {});
        stranger.write('sixteen bytes!!!');
        strangers.push(stranger);
        stranger.once('connect', listening);
      });
    },
  });
  const { reader, writer, text } = await open(t);
  writer.end('ours');
  reader.resume();
  await once(reader, 'close');
  t.equal(text(), 'ours');
  const [stranger] = strangers;
  if (stranger !== undefined && !stranger.closed) await once(stranger.resume(), 'close');
  t.ok(stranger?.closed);
});
