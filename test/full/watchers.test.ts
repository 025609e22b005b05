/** Two hundred watchers, of whom half never read: the others are told everything, and no frame is lost. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type Client, type ClientReadableStream, credentials } from '@grpc/grpc-js';
import tap, { type Test, test } from 'tap';
import type { WatchChannelsResponse__Output } from '../../src/control/generated/retrovue/playout/WatchChannelsResponse.js';
import { loadPlayoutPackage } from '../../src/control/playout-package.js';
import { openStation } from '../support/station.js';

const station = await openStation(tap);
const { engine } = station;
const [host = '', port = ''] = engine.http.split(':');
const { PlayoutOperations } = loadPlayoutPackage();
const operations = new PlayoutOperations(engine.grpc, credentials.createInsecure());
tap.teardown(() => (operations as unknown as Client).close());

/** Reads a connection. */
class Reader {
  /** All that came, or the last of it. */
  text = '';
  bytes = 0;
  readonly ended: Promise<'ended'>;
  #wanted: { readonly text: string; readonly come: () => void } | undefined;

  /** @param keep how many of the last characters are kept, but for those that came last */
  constructor(socket: Socket, keep = Number.POSITIVE_INFINITY) {
    socket.setEncoding('latin1').on('data', (part: string) => {
      this.bytes += part.length;
      const from = Math.max(0, this.text.length - 100);
      this.text += part;
      this.#look(from);
      if (this.text.length > 2 * keep) this.text = this.text.slice(-keep);
    });
    this.ended = new Promise((resolve) => socket.on('close', () => resolve('ended')));
    socket.resume();
  }

  /** Resolves once `text` has come. */
  has(text: string): Promise<'has'> {
    return new Promise((resolve) => {
      this.#wanted = { text, come: () => resolve('has') };
      this.#look(0);
    });
  }

  #look(from: number): void {
    if (this.#wanted === undefined || !this.text.includes(this.#wanted.text, from)) return;
    this.#wanted.come();
    this.#wanted = undefined;
  }
}

const WATCHERS = 200;
/** More than the system keeps for two ends of a connection nobody reads from. */
const STORM_BYTES = 6 * 1024 * 1024;
const LAST_CHANNEL = 299;

function open(t: Test, bytes: string): Socket {
  const socket = connect(Number(port), host).on('error', () => {});
  t.teardown(() => socket.destroy());
  socket.write(bytes);
  return socket;
}

function refusedStart(channelId: number, invalidPort: number) {
  return engine.client.startChannel({ channelId, planHandle: 'bystander', port: invalidPort });
}

const MINUTES = { timeout: 900_000 };

test(
  'half of the watchers never read: the others are told everything, and memory stays as it was',
  MINUTES,
  async (t) => {
    const watchers = Array.from({ length: WATCHERS }, () =>
      open(t, 'GET /events HTTP/1.1\r\nHost: x\r\n\r\n').pause(),
    );
    const readers = watchers.slice(0, WATCHERS / 2).map((socket) => new Reader(socket, 64 * 1024));
    const unread = operations.WatchChannels({}) as ClientReadableStream<WatchChannelsResponse__Output>;
    let sequence = 0;
    let snapshots = 0;
    const told = new Promise<'told afresh'>((resolve) => {
      unread.on('data', (message: WatchChannelsResponse__Output) => {
        if (sequence === 0) unread.pause();
        if (Number(message.sequence) !== ++sequence) t.fail(`${message.sequence} instead of ${sequence}`);
        if (message.snapshot && ++snapshots > 1) resolve('told afresh');
      });
    });
    const dropped = once(unread, 'error').then(([error]) => error as unknown);
    await Promise.all(readers.map((reader) => reader.has('event: snapshot')));
    const before = residentBytes();

    let round = 0;
    while ((readers[0]?.bytes ?? 0) < STORM_BYTES) {
      round++;
      const ids = Array.from({ length: 100 }, (_, index) => 100 + index);
      await Promise.all(ids.map((channelId) => refusedStart(channelId, -round)));
    }
    const grown = residentBytes() - before;
    t.equal((await fetch(`http://${engine.http}/metrics`)).status, 200);
    await refusedStart(LAST_CHANNEL, -1);
    await Promise.all(readers.map((reader) => reader.has(`"channelId":${LAST_CHANNEL},`)));
    t.ok(grown < 150 * 1024 * 1024, `it grew by ${Math.round(grown / 1024 / 1024)} MiB in ${round} rounds`);

    const ends: string[] = [];
    for (const socket of watchers.slice(WATCHERS / 2)) {
      const late = new Reader(socket);
      const end = await Promise.race([late.has(`"channelId":${LAST_CHANNEL},`), late.ended]);
      const ids = [...late.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
      if (!ids.every((id, index) => id === index + 1)) t.fail(`a number is left out: ${ids}`);
      const snapshots = late.text.match(/^event: snapshot$/gm)?.length ?? 0;
      ends.push(end === 'ended' ? end : snapshots > 1 ? 'told afresh' : 'told all that happened');
      socket.destroy();
    }
    t.ok(
      ends.every((end) => end !== 'told all that happened'),
      `who begins to read late is told everything afresh, and after 30 s is gone: ${ends}`,
    );

    unread.resume();
    const end = await Promise.race([told, dropped]);
    if (end !== 'told afresh') t.match(end, { code: 8, details: 'nothing was read for 30 s' });
    t.ok(sequence > 0, `over gRPC the same, after ${sequence} messages`);
    unread.cancel();
    for (const socket of watchers) socket.destroy();
  },
);

test('nobody on the air noticed', (t) => station.close(t));

function residentBytes(): number {
  const status = readFileSync(`/proc/${engine.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
