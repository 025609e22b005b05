/** The feed as server-sent events, into a stream whose client the test plays. */
import { type Test, test } from 'tap';
import { eventStream } from '../../../src/observe/event-stream.js';
import type { PageStream } from '../../../src/observe/page.js';
import { sightsOf } from '../control/sights.js';
import { sampleSnapshot } from './sample-snapshot.js';

/** A client: it holds what it was sent, and has room or not. */
class Client implements PageStream {
  text = '';
  hasRoom = true;
  ended = false;

  write(...parts: readonly (string | Buffer)[]): boolean {
    this.text += parts.map(String).join('');
    return this.hasRoom;
  }

  end(): void {
    this.ended = true;
  }

  /** The lines of each event and comment since this was asked last. */
  heard(): string[][] {
    const blocks = this.text.split('\n\n');
    // Whatever is written is whole.
    if (blocks.pop() !== '') throw new Error(`half a message: ${this.text}`);
    this.text = '';
    return blocks.map((block) => block.split('\n'));
  }
}

interface Told {
  readonly id: number;
  readonly event: string;
  readonly data: {
    readonly sequence: number;
    readonly channels?: readonly { readonly channelId: number; readonly consumers: number }[];
    readonly channel?: { readonly channelId: number; readonly consumers: number };
    readonly channelId?: number;
  };
}

function parsed([id = '', event = '', data = '', ...more]: string[]): Told {
  if (!id.startsWith('id: ') || !event.startsWith('event: ') || !data.startsWith('data: ') || more.length > 0)
    throw new Error(`no event: ${[id, event, data, ...more].join('\n')}`);
  return { id: Number(id.slice(4)), event: event.slice(7), data: JSON.parse(data.slice(6)) };
}

function ask(query: string, sights = sightsOf()) {
  return eventStream(
    {
      params: {},
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.alloc(0),
    },
    sights,
  );
}

/** A stream of channels 7 and 8 that has begun: its `retry` is heard already. */
function opened(t: Test, query = '') {
  const sights = sightsOf([sampleSnapshot({ channelId: 7 }), sampleSnapshot({ channelId: 8 })]);
  const page = ask(query, sights);
  if (!('open' in page)) throw new Error(`refused: ${page.body}`);
  const client = new Client();
  const { onRoom, onEnd } = page.open(client);
  const [retry, ...first] = client.heard();
  t.strictSame(retry, ['retry: 1000']);
  /** Some news of a channel, after so long that it is told at once. */
  const news = (channelId: number, consumers: number) => {
    sights.clock.advance(100);
    sights.show(sampleSnapshot({ channelId, consumers }));
  };
  return { ...sights, page, client, first: first.map(parsed), news, onRoom, onEnd };
}

test('what is told is the snapshot, the change, the end of a channel', (t) => {
  const { page, client, first, news, forget, onEnd, show, clock } = opened(t);
  t.equal(page.contentType, 'text/event-stream; charset=utf-8');
  t.match(first, [
    {
      id: 1,
      event: 'snapshot',
      data: { sequence: 1, instance: 'this life', channels: [{ channelId: 7 }, { channelId: 8 }] },
    },
  ]);
  news(7, 40);
  forget(8);
  t.match(client.heard().map(parsed), [
    { id: 2, event: 'change', data: { sequence: 2, channel: { channelId: 7, consumers: 40 } } },
    { id: 3, event: 'gone', data: { sequence: 3, channelId: 8 } },
  ]);
  onEnd();
  show(sampleSnapshot({ channelId: 7, state: 'error' }));
  t.equal(client.text, '', 'nothing once it is over');
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('one that is full is not written to, and is told everything afresh once it has room', (t) => {
  const { client, news, forget, clock, onRoom, onEnd } = opened(t);
  client.hasRoom = false;
  news(7, 41);
  t.match(client.heard().map(parsed), [{ id: 2, event: 'change' }]);
  for (let consumers = 42; consumers < 50; consumers++) news(7, consumers);
  forget(8);
  clock.advance(25_000);
  t.equal(client.text, '', 'not even that all is well');

  client.hasRoom = true;
  onRoom();
  const told = client.heard().map(parsed);
  t.match(told, [{ id: 3, event: 'snapshot', data: { sequence: 3 } }]);
  t.match(told[0]?.data.channels, [{ channelId: 7, consumers: 49 }]);
  t.equal(told.length, 1);
  t.equal(told[0]?.data.channels?.length, 1);

  clock.advance(10_000);
  t.strictSame(client.heard(), [[': all is well']], 'it is one like others again');
  news(7, 50);
  t.match(client.heard().map(parsed), [{ id: 4, event: 'change', data: { channel: { consumers: 50 } } }]);
  clock.advance(30_000);
  t.equal(client.ended, false, 'whose patience has begun anew');
  onEnd();
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('one that has no room for 30 s is ended', (t) => {
  const { client, news, clock, onEnd } = opened(t);
  client.hasRoom = false;
  news(7, 41);
  client.heard();
  clock.advance(29_999);
  t.equal(client.ended, false);
  clock.advance(1);
  t.equal(client.ended, true);
  onEnd();
  t.equal(client.text, '');
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('a stream that nothing happens on says every 10 s that it lives', (t) => {
  const { client, news, clock, onEnd } = opened(t);
  clock.advance(9_999);
  t.equal(client.text, '');
  clock.advance(1);
  t.strictSame(client.heard(), [[': all is well']]);
  clock.advance(5_000);
  news(7, 41);
  t.equal(client.heard().length, 1);
  clock.advance(9_999);
  t.equal(client.text, '', 'news say it as well');
  clock.advance(20_001);
  t.equal(client.heard().length, 3);
  onEnd();
  t.equal(clock.pendingTimers, 0);
  t.end();
});

test('?channel= picks channels, known or not', (t) => {
  const { client, first, news, forget, onEnd } = opened(t, 'channel=7&channel=9');
  t.strictSame(
    first[0]?.data.channels?.map(({ channelId }) => channelId),
    [7],
  );
  news(8, 41);
  news(7, 42);
  news(9, 43);
  forget(8);
  forget(9);
  t.match(client.heard().map(parsed), [
    { id: 2, event: 'change', data: { channel: { channelId: 7 } } },
    { id: 3, event: 'change', data: { channel: { channelId: 9 } } },
    { id: 4, event: 'gone', data: { channelId: 9 } },
  ]);
  onEnd();
  t.end();
});

test('a filter that is none is refused, even next to a good one', (t) => {
  for (const written of ['', '0', '-1', 'seven', '7,8', '2147483648']) {
    const page = ask(`channel=7&channel=${written}`);
    if (!('status' in page)) throw new Error(`${written} was taken`);
    t.equal(page.status, 400, written);
    t.equal(
      JSON.parse(String(page.body)).error,
      `channel id "${written}" is not valid: write a whole number from 1 to 2147483647`,
    );
  }
  t.end();
});

test('a feed that fails leaves no heartbeat behind', async (t) => {
  const sights = sightsOf();
  const feed = {
    ...sights.feed,
    watch() {
      throw new Error('it fails');
    },
  };
  const page = ask('', { ...sights, feed });
  if (!('open' in page)) throw new Error(`refused: ${page.body}`);
  t.throws(() => page.open(new Client()), /it fails/);
  t.equal(sights.clock.pendingTimers, 0);
});
