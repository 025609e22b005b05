/** Two hundred watchers over HTTP and sixty over gRPC, of whom half never read: the others are told everything, and no frame is lost. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import {
  type Client,
  type ClientReadableStream,
  credentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import tap, { type Test, test } from 'tap';
import type { WatchChannelsResponse__Output } from '../../src/control/generated/retrovue/playout/WatchChannelsResponse.js';
import { loadPlayoutPackage } from '../../src/control/playout-package.js';
import { openStation } from '../support/station.js';

const station = await openStation(tap);
const { engine } = station;
const [host = '', port = ''] = engine.http.split(':');
const { PlayoutOperations } = loadPlayoutPackage();

/** Reads an HTTP connection. */
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

/** A call of WatchChannels on a connection of its own, as that of another process would be. It reads until paused. */
class Call {
  /** Told so often of everything. */
  snapshots = 0;
  readonly sequences: number[] = [];
  readonly ended: Promise<ServiceError>;
  readonly stream: ClientReadableStream<WatchChannelsResponse__Output>;
  #wanted: { readonly channelId: number; readonly come: () => void } | undefined;

  constructor(t: Test) {
    const client = new PlayoutOperations(engine.grpc, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    t.teardown(() => (client as unknown as Client).close());
    this.stream = client.WatchChannels({});
    this.ended = new Promise((resolve) => this.stream.on('error', resolve));
    this.stream.on('data', ({ sequence, snapshot, change }: WatchChannelsResponse__Output) => {
      this.sequences.push(Number(sequence));
      if (snapshot) this.snapshots++;
      const channels = snapshot?.channels ?? (change ? [change] : []);
      if (channels.some(({ channel_id }) => channel_id === this.#wanted?.channelId)) this.#wanted?.come();
    });
  }

  /** Resolves once it is told of a channel from now on. */
  has(channelId: number): Promise<'has'> {
    return new Promise((resolve) => {
      this.#wanted = { channelId, come: () => resolve('has') };
    });
  }
}

const WATCHERS = 200;
/** 64 are let in. */
const CALLS = 60;
/**
 * What one that never reads may cost: the 512 KiB that wait for it, and as much again for what goes with them and for
 * garbage that waits to be collected. docs/feed.md has the sum for as many as there can be.
 */
const UNREAD_BYTES = 1024 * 1024;
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
    const calls = Array.from({ length: CALLS }, () => new Call(t));
    const [readingCalls, unreadCalls] = [calls.slice(0, CALLS / 2), calls.slice(CALLS / 2)];
    await Promise.all([
      ...readers.map((reader) => reader.has('event: snapshot')),
      ...calls.map(({ stream }) => new Promise((resolve) => stream.once('data', resolve))),
    ]);
    for (const { stream } of unreadCalls) stream.pause();
    const before = residentBytes();

    let round = 0;
    while ((readers[0]?.bytes ?? 0) < STORM_BYTES) {
      round++;
      const ids = Array.from({ length: 100 }, (_, index) => 100 + index);
      await Promise.all(ids.map((channelId) => refusedStart(channelId, -round)));
    }
    const grown = residentBytes() - before;
    t.equal((await fetch(`http://${engine.http}/metrics`)).status, 200);
    const callsTold = readingCalls.map((call) => call.has(LAST_CHANNEL));
    await refusedStart(LAST_CHANNEL, -1);
    await Promise.all([...readers.map((reader) => reader.has(`"channelId":${LAST_CHANNEL},`)), ...callsTold]);
    t.ok(
      readingCalls.every(({ sequences }) => isUnbroken(sequences)),
      'nothing is left out for who reads over gRPC',
    );
    t.ok(
      grown < (WATCHERS / 2 + CALLS / 2) * UNREAD_BYTES,
      `it grew by ${Math.round(grown / 1024 / 1024)} MiB in ${round} rounds`,
    );

    const ends: string[] = [];
    for (const socket of watchers.slice(WATCHERS / 2)) {
      const late = new Reader(socket);
      const end = await Promise.race([late.has(`"channelId":${LAST_CHANNEL},`), late.ended]);
      const ids = [...late.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
      if (!isUnbroken(ids)) t.fail(`a number is left out: ${ids}`);
      const snapshots = late.text.match(/^event: snapshot$/gm)?.length ?? 0;
      ends.push(end === 'ended' ? end : snapshots > 1 ? 'told afresh' : 'told all that happened');
      socket.destroy();
    }
    t.ok(
      ends.every((end) => end !== 'told all that happened'),
      `who begins to read late is told everything afresh, and after 30 s is gone: ${ends}`,
    );

    const callEnds: string[] = [];
    for (const late of unreadCalls) {
      const told = late.has(LAST_CHANNEL);
      late.stream.resume();
      const end = await Promise.race([told, late.ended]);
      if (!isUnbroken(late.sequences)) t.fail(`a number is left out over gRPC: ${late.sequences}`);
      if (end !== 'has') callEnds.push(`${status[end.code]}: ${end.details}`);
      else callEnds.push(late.snapshots > 1 ? 'told afresh' : 'told all that happened');
    }
    const dropped = 'RESOURCE_EXHAUSTED: nothing was read for 30 s';
    t.ok(
      callEnds.every((end) => end === 'told afresh' || end === dropped),
      `over gRPC the same: ${callEnds}`,
    );

    for (const { stream } of calls) stream.cancel();
    for (const socket of watchers) socket.destroy();
  },
);

test('nobody on the air noticed', (t) => station.close(t));

/** Whether these are 1, 2, 3 and so on. */
function isUnbroken(sequences: readonly number[]): boolean {
  return sequences.every((sequence, index) => sequence === index + 1);
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${engine.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
