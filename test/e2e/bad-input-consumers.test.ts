/** Renderers that misbehave: whatever they do, those that read get every frame, and nothing of them stays. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import tap, { type Test, test } from 'tap';
import { stopsCleanly } from '../support/engine-asserts.js';
import { openStation, watchChannel } from '../support/station.js';

const STALL_MS = 1500;
const CHANNEL = 1;

const station = await openStation(tap, {
  RETROVUE_PLAYOUT_OUTPUT__CONSUMER_STALL_MS: String(STALL_MS),
});
const { engine } = station;

// The bad ones connect to a channel that has a good one too; the bystander is a channel of its own.
const { port } = await engine.client.startChannel({ channelId: CHANNEL, planHandle: 'bystander', port: 0 });
const good = await watchChannel(tap, engine, CHANNEL, port);

const onlyTheGoodOne = () => engine.snapshotWhere(CHANNEL, ({ consumers }) => consumers === 1);

async function connected(): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

test('who connects and never reads loses frames, which are counted, and is dropped in the end', async (t) => {
  const socket = (await connected()).pause();
  const losing = await engine.snapshotWhere(CHANNEL, ({ counters }) => counters.consumerFramesDropped > 0);
  t.equal(losing.consumers, 2, 'losing frames comes before losing the connection');
  const { counters } = await onlyTheGoodOne();
  const metrics = await engine.metrics();
  t.match(
    metrics,
    new RegExp(`^retrovue_playout_consumer_frames_dropped_total\\{channel="${CHANNEL}"\\} [1-9]`, 'm'),
  );
  t.ok(counters.consumerFramesDropped > 10, `it lost ${counters.consumerFramesDropped} frames`);
  socket.destroy();
});

test('who writes garbage is served as anyone, as long as it reads', async (t) => {
  const socket = await connected();
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  const garbage = Buffer.alloc(64 * 1024, 'GET / HTTP/1.1\r\n\r\n\0\xff');
  // More than the system will keep for a reader who never comes.
  for (let i = 0; i < 200; i += 1) socket.write(garbage);
  while (received < 5_000_000) await once(socket, 'data');
  t.equal((await engine.snapshot(CHANNEL)).consumers, 2);
  socket.destroy();
  await onlyTheGoodOne();
});

for (const [how, leave] of [
  ['hangs up', (socket: net.Socket) => socket.destroy()],
  ['resets the connection', (socket: net.Socket) => socket.resetAndDestroy()],
] as const) {
  test(`who ${how} in the middle of a frame is forgotten`, async (t) => {
    const sockets = await Promise.all(Array.from({ length: 20 }, connected));
    await Promise.all(
      sockets.map(async (socket) => {
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        t.match(chunk.toString('latin1', 0, 9), 'YUV4MPEG2');
        leave(socket);
      }),
    );
    t.ok(await onlyTheGoodOne());
  });
}

test('200 connections opened and closed leave nothing in any process', async (t) => {
  const { hostPid } = await onlyTheGoodOne();
  const before = [engine.pid, hostPid as number].map(openFiles);
  for (let round = 0; round < 4; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 50 }, connected));
    // Some before a byte has come, some after.
    await Promise.all(sockets.slice(25).map((socket) => once(socket, 'data')));
    for (const socket of sockets) socket.destroy();
  }
  await onlyTheGoodOne();
  const after = () => [engine.pid, hostPid as number].map(openFiles);
  while (after().some((count, index) => count > (before[index] as number))) await onlyTheGoodOne();
  t.equal((await engine.snapshot(CHANNEL)).hostPid, hostPid, 'it is still the same host');
});

test('20 at once who never read cost only themselves', async (t) => {
  const sockets = await Promise.all(Array.from({ length: 20 }, connected));
  for (const socket of sockets) socket.pause();
  await engine.snapshotWhere(CHANNEL, ({ consumers }) => consumers === 21);
  await onlyTheGoodOne();
  for (const socket of sockets) socket.destroy();
  t.match(await engine.snapshot(CHANNEL), { state: 'ready', counters: { bufferUnderruns: 0 } });
});

test('the one who read got every frame, through all of it', (t) => good.wasUndisturbed(t));

test('StopChannel does not wait for who does not read', async (t: Test) => {
  const sockets = await Promise.all(Array.from({ length: 3 }, connected));
  for (const socket of sockets) socket.pause();
  // Frames are lost to them: their sockets are full, and the frame in flight will never be taken.
  const before = (await engine.snapshot(CHANNEL)).counters.consumerFramesDropped;
  await engine.snapshotWhere(
    CHANNEL,
    ({ counters, consumers }) => consumers === 3 && counters.consumerFramesDropped >= before + 3,
  );
  await stopsCleanly(t, engine, CHANNEL);
  for (const socket of sockets) socket.destroy();
});

test('the bystander kept every tick, and nothing is left behind', (t) => station.close(t));

/** How many files and sockets a process has open. Linux only. */
function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
