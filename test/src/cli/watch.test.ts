/** `watch`: what is drawn, what is told line by line, and that it survives the engine. */
import { stripVTControlCharacters } from 'node:util';
import t, { type Test } from 'tap';
import { runWatch } from '../../../src/cli/watch.js';
import { type CapturedIo, capturedIo } from './captured-io.js';
import { type FakeFeed, fakeFeed, fakePages, view } from './fake-engine.js';

async function watching(
  t: Test,
  options: { io?: CapturedIo; json?: boolean; channelIds?: readonly number[] } = {},
): Promise<{ feed: FakeFeed; io: CapturedIo; end: () => Promise<number> }> {
  const feed = await fakeFeed(t);
  const io = options.io ?? capturedIo();
  const { json = false, channelIds = [] } = options;
  const control = new AbortController();
  const ended = runWatch({ httpAddress: feed.address, channelIds, json, signal: control.signal }, io);
  t.teardown(() => control.abort());
  await feed.connected();
  return {
    feed,
    io,
    end() {
      control.abort();
      return ended;
    },
  };
}

const shows = (text: string) => (stdout: string) => stdout.includes(text);
const withoutTimes = (stdout: string) => stdout.replace(/^\d{4}-\d\d-\d\dT\S+Z {2}/gm, '').split('\n');

t.test('piped, each change that is news is one line', async (t) => {
  const { feed, io, end } = await watching(t);
  const one = view({ channelId: 1 });
  feed.tell('snapshot', { sequence: 1, instance: 'a', channels: [one, view({ channelId: 2 })] });
  feed.tell('change', { sequence: 2, channel: { ...one, tick: 2000, bufferDepthFrames: 1 } });
  feed.tell('change', {
    sequence: 3,
    channel: view({ channelId: 1, state: 'error', detail: 'bad\u001b[2J 動画' }),
  });
  feed.tell('gone', { sequence: 4, channelId: 2 });
  feed.tell('weather', { sequence: 5 });
  feed.tell('change', { sequence: 6, channel: view({ channelId: 3 }) });
  await io.until(shows('channel 3'));
  t.same(withoutTimes(io.printed.stdout), [
    'channel 1  ready  content  -',
    'channel 2  ready  content  -',
    'channel 1  error  content  -  bad\\u{1b}[2J 動画; an attempt is under way',
    'channel 2  gone',
    'channel 3  ready  content  -',
    '',
  ]);
  t.equal(await end(), 2, 'channel 1 is wrong');
});

t.test('when the engine goes it is said once, and asked again until it is back', async (t) => {
  const { feed, io, end } = await watching(t);
  feed.tell('snapshot', { channels: [view({ channelId: 1 }), view({ channelId: 2 })] });
  await io.until(shows('channel 2'));
  feed.hangUp('break');
  await io.until(shows('does not answer'));
  await feed.connected();
  feed.hangUp('end');
  await feed.connected();
  feed.tell('snapshot', { channels: [view({ channelId: 1 })] });
  await io.until(shows('channel 2  gone'));
  t.match(withoutTimes(io.printed.stdout), [
    'channel 1  ready',
    'channel 2  ready',
    /^the engine does not answer \(.+\); what is above is stale, it is asked again$/,
    'the engine answers again',
    'channel 2  gone',
    '',
  ]);
  t.equal(await end(), 0);
});

t.test('with json, each message is a line, also that there are none', async (t) => {
  const { feed, io, end } = await watching(t, { json: true, channelIds: [7, 8] });
  t.same(feed.asked, ['/events?channel=7&channel=8']);
  const channel = { ...view({ channelId: 7 }), added: 'later' };
  feed.tell('snapshot', { sequence: 1, instance: 'a', channels: [channel] });
  feed.tell('change', { sequence: 2, channel });
  await io.until((stdout) => stdout.split('\n').length > 2);
  feed.hangUp('end');
  await io.until(shows('"lost"'));
  const lines = io.printed.stdout.trimEnd().split('\n');
  t.same(
    lines.map((line) => JSON.parse(line)),
    [
      { event: 'snapshot', sequence: 1, instance: 'a', channels: [channel] },
      { event: 'change', sequence: 2, channel },
      { event: 'lost', error_message: 'it has closed the connection' },
    ],
  );
  t.equal(await end(), 2, 'nothing is known of the engine');
});

t.test('on a terminal the table is drawn in place, and the screen is given back', async (t) => {
  const io = capturedIo({ columns: 60, rows: 12 });
  const { feed, end } = await watching(t, { io });
  const channels = Array.from({ length: 30 }, (_, index) => view({ channelId: index + 1 }));
  channels[28] = view({ channelId: 29, state: 'error', detail: 'gone\u001b[2J' });
  feed.tell('snapshot', { channels });
  await io.until(shows('30 channels, 1 wrong'));
  const [enter, screen = ''] = io.printed.stdout.split('\u001b[H');
  t.equal(enter, '\u001b[?1049h\u001b[?25l', 'a screen of its own, without a cursor');
  const lines = stripVTControlCharacters(screen).split('\r\n');
  t.ok(lines.length <= 12, 'no more lines than it has');
  t.match(lines[3], /^29 +error/, 'those that are wrong first, where not all have room');
  t.match(lines[4], '  gone\\u{1b}[2J; an attempt');
  t.match(lines.at(-3), /^… and \d+ channels more$/);
  for (const line of lines) t.ok(line.length <= 60, line);
  feed.hangUp('end');
  await io.until(shows('STALE for'));
  await feed.connected();
  const before = io.printed.stdout.length;
  feed.tell('snapshot', { channels: [view()] });
  await io.until((stdout) => stdout.slice(before).includes('1 channel, 0 wrong'));
  t.equal(await end(), 0);
  t.ok(io.printed.stdout.endsWith('\u001b[?25h\u001b[?1049l'));
});

t.test('without an engine, or with something else in its place, it ends with exit code 69', async (t) => {
  const { signal } = new AbortController();
  const options = { channelIds: [], json: false, signal };
  const refused = await fakePages(t, { '/events': { body: '{"error":"too many"}', status: 503 } });
  const other = await fakePages(t, { '/events': { body: '{}' } });
  for (const [httpAddress, says] of [
    ['127.0.0.1:2', 'ECONNREFUSED'],
    [refused, 'HTTP status 503: too many'],
    [other, 'what answers there has no events'],
  ] as const) {
    const io = capturedIo();
    t.equal(await runWatch({ ...options, httpAddress }, io), 69);
    t.match(io.printed.stderr, `no playout engine answers at http://${httpAddress} (`);
    t.match(io.printed.stderr, says);
    t.equal(io.printed.stdout, '');
  }
});

t.test('what is not understood is taken for no engine, not for channels', async (t) => {
  const { feed, io, end } = await watching(t);
  feed.tell('snapshot', { channels: [{ ...view(), version: 2 }] });
  while (io.printed.stderr === '') await new Promise((resolve) => setImmediate(resolve));
  t.match(io.printed.stderr, 'what it tells is not understood here, use the command line of that engine');
  t.equal(await end(), 69);
});
