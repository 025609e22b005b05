/** `status` and `tree`: what is shown, what is told by the exit code, and what they say when there is no engine. */
import { stripVTControlCharacters } from 'node:util';
import t from 'tap';
import { runStatus } from '../../../src/cli/status.js';
import { runTree } from '../../../src/cli/tree.js';
import { capturedIo } from './captured-io.js';
import { fakePages, view } from './fake-engine.js';

const EVIL = 'evil\u001b[2J\u202e\ntitle';
const onAir = {
  planHandle: 'morning',
  planHash: 'h',
  segmentIndex: 0,
  segmentType: 'content',
  title: 'The Bee',
  assetUri: 'b.mp4',
  segmentFrame: 300,
  segmentFrames: 600,
  positionMs: 10_000,
  durationMs: 20_000,
  startedUtcMs: 1_795_334_391_000,
  endsUtcMs: 1_795_334_411_000,
  turn: 0,
};
const ready = view({ channelId: 1, onAir, budget: { ...view().budget, used: 0, remaining: 5 } });
const failed = view({
  channelId: 12,
  state: 'error',
  machine: { value: { error: 'slate' }, status: 'active', context: {}, tags: [] },
  frameGapSeconds: -0.0345,
  worstLatenessMs: 3,
  clockOffsetSeconds: 0.25,
  counters: { ...view().counters, ticksMissed: 11, bufferUnderruns: 12 },
  childrenActual: 0,
  healthy: false,
  airing: 'slate',
  airingSinceUtcMs: 1_795_334_389_000,
  detail: `Unusable: ${EVIL}`,
  port: 0,
  onAir: { ...onAir, title: EVIL, assetUri: EVIL, segmentType: EVIL },
  bufferDepthFrames: 0,
  consumers: 1,
  consumerList: [{ address: EVIL, connectedMs: 2000, framesWaiting: 1, framesDropped: 3 }],
  preview: { assetPath: EVIL, loaded: true },
  pendingPlan: { planHandle: EVIL, startUtcMs: null },
  coming: [
    {
      segmentIndex: 1,
      segmentType: EVIL,
      title: EVIL,
      assetUri: EVIL,
      startsUtcMs: 1_795_334_411_000,
      durationMs: 5000,
      problem: EVIL,
    },
  ],
  decoders: [
    {
      incarnation: 4,
      role: 'next',
      pid: 99,
      asset: EVIL,
      segmentIndex: 1,
      framesDelivered: 2,
      framesOrdered: 150,
      waitingForRoom: true,
      uptimeMs: 1500,
      lastFrameAgeMs: 900,
      speed: 0.5,
      usage: { rssBytes: 57_000_000, cpuPercent: 12 },
      arguments: ['ffmpeg', '-i', EVIL],
    },
  ],
  lastExit: {
    incarnation: 3,
    pid: 98,
    how: 'crashed',
    reason: EVIL,
    code: 1,
    signal: null,
    segmentIndex: 0,
    asset: EVIL,
    frames: 12,
    uptimeMs: 900,
    stderrTail: `first ${EVIL}\nlast`,
    atUtcMs: 1_795_334_399_000,
  },
  transitions: [{ atUtcMs: 1_795_334_399_000, event: EVIL, from: 'ready', to: 'error.slate' }],
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is asserted
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;

const json = (value: unknown) => ({ body: JSON.stringify(value) });

t.test('the table tells which channel is wrong, what is seen, why, and what is done', async (t) => {
  const httpAddress = await fakePages(t, { '/channels': json([ready, failed]) });
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress, json: false }, io), 2);
  t.same(io.printed.stdout.split('\n'), [
    'CHANNEL  STATE  AIRING   ON AIR                           QUEUE  BUDGET  CONSUMERS  PORT  WHY',
    '1        ready  content  The Bee                          58/60  0 of 5  2          9007',
    '12       error  slate    evil\\u{1b}[2J\\u{202e}\\u{a}title  0/60   1 of 5  1          -     ' +
      'slate for 12 s; Unusable: evil\\u{1b}[2J\\u{202e}\\u{a}title; an attempt is under way',
    '',
  ]);
});

t.test('on a terminal it has colours, and no line is wider', async (t) => {
  const httpAddress = await fakePages(t, { '/channels': json([ready, failed]) });
  const io = capturedIo({ columns: 70, rows: 24 });
  t.equal(await runStatus({ httpAddress, json: false }, io), 2);
  t.match(io.printed.stdout, '\u001b[32mready\u001b[39m');
  t.match(io.printed.stdout, '\u001b[31merror\u001b[39m');
  for (const line of stripVTControlCharacters(io.printed.stdout).split('\n')) {
    t.ok(line.length <= 70, line);
    t.notMatch(line, UNSAFE);
  }
});

t.test('one channel is told in full, its last exit with what ffmpeg said last', async (t) => {
  const httpAddress = await fakePages(t, { '/channels/12': json(failed) });
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress, channelId: 12, json: false }, io), 2);
  const { stdout } = io.printed;
  t.notMatch(stdout, UNSAFE);
  const evil = 'evil\\u{1b}[2J\\u{202e}\\u{a}title';
  for (const line of [
    'Channel 12',
    '  state     error.slate since 2026-11-22 08:00:00 UTC (1 s)',
    '  children  0 of 1 expected',
    `  why       Unusable: ${evil}`,
    '  next      an attempt is under way',
    '  viewers see   slate for 12 s',
    `  segment       [0] ${evil} "${evil}", turn 0`,
    '  position      00:10 of 00:20, ends 08:00:11 UTC',
    `  preview       ${evil}, waits for switch`,
    `  08:00:11  [1] ${evil} "${evil}", 00:05: ${evil}`,
    '  budget      1 of 5 in 60 s, next slot in 21 s',
    '  last exit   2026-11-22 07:59:59 UTC: decoder 3, pid 98 went by itself, code 1',
    '  its stderr  | first evil\\u{1b}[2J\\u{202e}',
    '              | last',
    `  4  next, pid 99, ${evil}, 2 of 150 frames, up 2 s, waits for room, speed 0.5, 57 MB, 12 % CPU`,
    `     ffmpeg -i '${evil}'`,
    '  frame gap     the last frame was sent 34.5 ms late',
    '  latest tick   3 ms late, in the last minute',
    '  clock offset  the wall clock has moved by 0.25 s since its plan went on air',
    '  ticks missed  11 since the process began',
    '  underruns     12 since the process began',
    `  ${evil}  for 2 s, 1 frames wait, 3 lost`,
    `  2026-11-22 07:59:59  ready → error.slate (${evil})`,
  ]) {
    t.ok(stdout.split('\n').includes(line), line);
  }
  t.match(stdout, /^ {2}SlateActive +yes since /m);
});

t.test('a channel that is stopped is not wrong, and is told in short', async (t) => {
  const stopped = view({
    state: 'stopped',
    hostPid: null,
    airing: null,
    onAir: null,
    port: 0,
    consumers: 0,
  });
  const httpAddress = await fakePages(t, { '/channels/7': json(stopped), '/channels': json([stopped]) });
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress, channelId: 7, json: false }, io), 0);
  t.match(io.printed.stdout, /^ {2}process +none$/m);
  t.notMatch(io.printed.stdout, 'viewers see');
  t.equal(await runStatus({ httpAddress, json: false }, io), 0);
});

t.test('with json it is what the engine gives, whatever else that says', async (t) => {
  const more = { ...failed, added: { later: true } };
  const httpAddress = await fakePages(t, { '/channels': json([ready, more]), '/channels/12': json(more) });
  const all = capturedIo();
  t.equal(await runStatus({ httpAddress, json: true }, all), 2);
  t.same(JSON.parse(all.printed.stdout), [ready, more]);
  const one = capturedIo();
  t.equal(await runStatus({ httpAddress, channelId: 12, json: true }, one), 2);
  t.same(JSON.parse(one.printed.stdout), more);
  t.equal(one.printed.stdout.trimEnd().split('\n').length, 1);
});

t.test('an engine without channels says so', async (t) => {
  const io = capturedIo();
  const httpAddress = await fakePages(t, { '/channels': json([]) });
  t.equal(await runStatus({ httpAddress, json: false }, io), 0);
  t.equal(io.printed.stdout, 'no channels\n');
});

t.test('a channel that is not known is exit code 1, with the engine’s reason', async (t) => {
  const page = { body: `{"error":"channel 9 is not known${'\\u001b'}[2J"}`, status: 404 };
  const httpAddress = await fakePages(t, { '/channels/9': page });
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress, channelId: 9, json: false }, io), 1);
  t.equal(io.printed.stderr, 'channel 9 is not known\\u{1b}[2J\n');
  t.equal(await runStatus({ httpAddress, channelId: 9, json: true }, io), 1);
  t.match(JSON.parse(io.printed.stdout).error_message, 'channel 9 is not known');
});

t.test('no engine, or something else in its place, is exit code 69 with address and remedy', async (t) => {
  for (const [body, status, reason] of [
    ['[]', 503, /HTTP status 503/],
    ['<html>', 200, /JSON/],
    ['{"channels":[]}', 200, /not a playout engine/],
    ['[{"channelId":1}]', 200, /not a playout engine, or one of an older version/],
    [
      JSON.stringify([{ ...ready, version: 2 }]),
      200,
      /snapshots are of version 2 and this command reads version 1/,
    ],
  ] as const) {
    const io = capturedIo();
    const httpAddress = await fakePages(t, { '/channels': { body, status } });
    t.equal(await runStatus({ httpAddress, json: false }, io), 69);
    t.match(io.printed.stderr, reason);
    t.match(io.printed.stderr, new RegExp(`http://${httpAddress} .*--http HOST:PORT\n$`));
  }
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress: '127.0.0.1:1', json: true }, io), 69);
  t.match(JSON.parse(io.printed.stdout).error_message, /127\.0\.0\.1:1 .*retrovue-playout serve/);
});

const node = (id: string, changes: object = {}) => ({
  id,
  type: 'worker',
  state: 'running',
  sinceUtcMs: 1000,
  restarts: 0,
  pid: null,
  detail: '',
  children: [],
  ...changes,
});
const tree = (state: string) =>
  node('root', {
    pid: 7,
    detail: 'one_for_one',
    children: [
      node('channels', {
        children: [
          node('channel-1', { children: [node(EVIL, { state, restarts: 2, pid: 8, detail: EVIL })] }),
          node('channel-2'),
        ],
      }),
      node('control'),
    ],
  });

t.test('the tree is drawn with lines, states, restarts and pids', async (t) => {
  const httpAddress = await fakePages(t, { '/tree': json(tree('restarting')) });
  const io = capturedIo();
  t.equal(await runTree({ httpAddress, json: false }, io, 61_000), 2, 'a part of it does not run');
  const evil = 'evil\\u{1b}[2J\\u{202e}\\u{a}title';
  t.same(
    io.printed.stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  ')),
    [
      'CHILD  STATE  FOR  RESTARTS  PID  DETAIL',
      'root  running  1 min 00 s  0  7  one_for_one',
      '├─ channels  running  1 min 00 s  0  -',
      '│  ├─ channel-1  running  1 min 00 s  0  -',
      `│  │  └─ ${evil}  restarting  1 min 00 s  2  8  ${evil}`,
      '│  └─ channel-2  running  1 min 00 s  0  -',
      '└─ control  running  1 min 00 s  0  -',
      '',
    ],
  );
});

t.test('with json the tree is the engine’s; one that runs is exit code 0', async (t) => {
  const httpAddress = await fakePages(t, { '/tree': json(tree('starting')) });
  const io = capturedIo();
  t.equal(await runTree({ httpAddress, json: true }, io), 0);
  t.same(JSON.parse(io.printed.stdout), tree('starting'));
  t.equal(await runTree({ httpAddress: '127.0.0.1:1', json: false }, io), 69);
});
