/** The tests' own tools: what they read must be what is there. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import t from 'tap';
import { createMachine } from 'xstate';
import { MAX_FRAME_NUMBER, paintFrameNumber, readFrameNumber } from './support/frame-number.js';
import { transitionsOf } from './support/machine-transitions.js';
import { watchPorts } from './support/port-watch.js';
import type { HasTeardown } from './support/temp-dir.js';
import { inWords, offSchedule, type Sight } from './support/viewer.js';
import { type Y4mHeader, y4mParser } from './support/y4m-parser.js';
import { connectY4m } from './support/y4m-reader.js';

const HEADER = 'YUV4MPEG2 W4 H2 F30000:1001 Ip A1:1 C420jpeg\n';
const frame = (value: number): Buffer => Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(12, value)]);
/** Frames that contain what looks like marks and line ends. */
const stream = Buffer.concat([Buffer.from(HEADER), frame(0x0a), frame(0x46), frame(7)]);

t.test('every painted number is read back, at any size', async (t) => {
  for (const [width, height] of [
    [320, 180],
    [1920, 1080],
    [64, 36],
    [854, 480],
  ] as const) {
    const planes = Buffer.alloc((width * height * 3) / 2);
    for (const number of [0, 1, 255, 256, 4_711, 32_768, MAX_FRAME_NUMBER]) {
      paintFrameNumber(planes, width, height, number);
      t.equal(readFrameNumber(planes, width, height), number, `${number} at ${width}x${height}`);
    }
  }
});

t.test('a picture without a number is not taken for one', async (t) => {
  const [width, height] = [320, 180];
  const size = (width * height * 3) / 2;
  for (const luma of [0, 16, 64, 128, 235, 255]) {
    t.equal(readFrameNumber(Buffer.alloc(size, luma), width, height), undefined, `plain ${luma}`);
  }
  const torn = Buffer.alloc(size);
  paintFrameNumber(torn, width, height, 1_234);
  const other = Buffer.alloc(size);
  paintFrameNumber(other, width, height, 1_235);
  for (const rows of [60, 90, 120, 140]) {
    const mixed = Buffer.from(torn);
    other.copy(mixed, rows * width, rows * width, width * height);
    const read = readFrameNumber(mixed, width, height);
    t.ok(read === undefined || read === 1_234, `two frames torn together at line ${rows}: ${read}`);
  }
});

t.test('no transition of a machine is overlooked, and each has a name of its own', async (t) => {
  const lamp = createMachine({
    initial: 'off',
    on: { unplug: '.off' },
    states: {
      off: { on: { press: [{ guard: 'plugged', target: 'on' }, { actions: 'click' }] } },
      on: { initial: 'dim', on: { press: 'off' }, states: { dim: { on: { turn: 'bright' } }, bright: {} } },
    },
  });
  t.same(
    transitionsOf(lamp).map(({ name }) => name),
    ['any unplug', 'off press [plugged]', 'off press [else]', 'on press', 'on.dim turn'],
  );
  const unnamed = createMachine({ on: { press: { guard: () => true } } });
  t.throws(() => transitionsOf(unnamed), /guard of press has no name/);
});

t.test('the parser reads the same wherever the chunks are cut', async (t) => {
  for (const size of [1, 2, 5, 7, 18, 19, stream.length]) {
    const frames: number[] = [];
    let header: Y4mHeader | undefined;
    const parser = y4mParser({
      header: (read) => {
        header = read;
      },
      frame: (planes) => frames.push(planes.length, planes[0] ?? -1, planes[11] ?? -1),
    });
    for (let at = 0; at < stream.length; at += size) parser.push(stream.subarray(at, at + size));
    parser.end();
    t.match(header, { width: 4, height: 2, fpsNum: 30000, fpsDen: 1001 });
    t.same(frames, [12, 0x0a, 0x0a, 12, 0x46, 0x46, 12, 7, 7], `chunks of ${size}`);
  }
});

t.test('the parser throws on every kind of malformed byte', async (t) => {
  const parse = (text: string): void => {
    const parser = y4mParser({ header: () => {}, frame: () => {} });
    parser.push(Buffer.from(text, 'latin1'));
    parser.end();
  };
  const planes = 'x'.repeat(12);
  parse(`${HEADER}FRAME\n${planes}`);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /within the header/],
    [HEADER.slice(0, -1), /within the header/],
    [`${'Y'.repeat(300)}\n`, /header line without end|no YUV4MPEG2/],
    ['RIFF W4 H2 F30:1\n', /no YUV4MPEG2/],
    ['YUV4MPEG2 H2 F30:1\n', /no proper W/],
    ['YUV4MPEG2 W4 H2 F30:0\n', /no proper F/],
    ['YUV4MPEG2 W5 H2 F30:1\n', /odd size/],
    ['YUV4MPEG2 W4 W4 H2 F30:1\n', /a second W/],
    ['YUV4MPEG2 W4 H2 F30:1 Z9\n', /unknown token "Z9"/],
    ['YUV4MPEG2 W4 H2  F30:1\n', /unknown token ""/],
    ['YUV4MPEG2 W4 H2 F30:1 C444\n', /colour space/],
    [`${HEADER}frame\n${planes}`, /at byte 45 where FRAME was due/],
    [`${HEADER}FRAME\r\n${planes}`, /where FRAME was due/],
    [`${HEADER}FRAME\n${planes}y`, /where FRAME was due/],
    [`${HEADER}FRA`, /bytes into a frame/],
    [`${HEADER}FRAME\n${planes.slice(1)}`, /11 bytes into a frame/],
  ];
  for (const [text, says] of cases) t.throws(() => parse(text), { message: says });
});

/** A server that serves each connection by the given function; closed with the test. */
async function serve(t: HasTeardown, each: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(each);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

t.test('the reader hands out frames in order and tells a clean end', async (t) => {
  const port = await serve(t, (socket) => socket.end(stream));
  const reader = connectY4m(port);
  t.match(await reader.header, { width: 4, height: 2 });
  const [first] = await reader.frames(1);
  t.equal(first?.index, 0);
  t.equal((await reader.until((frame) => frame.planes[0] === 7)).index, 2);
  t.equal(await reader.ended, 'end');
  await t.rejects(reader.frames(1), /ended after 3 frames/);
});

t.test('the reader can be iterated to the end', async (t) => {
  const port = await serve(t, (socket) => socket.end(stream));
  const seen: number[] = [];
  for await (const { planes } of connectY4m(port)) seen.push(planes[0] ?? -1);
  t.same(seen, [0x0a, 0x46, 7]);
});

t.test('the reader reads a few frames ahead and no more, until it is drained', async (t) => {
  let written = 0;
  const total = 64 * 1024 * 1024;
  const chunk = Buffer.concat(Array.from({ length: 4_096 }, () => frame(1)));
  const port = await serve(t, (socket) => {
    socket.write(HEADER);
    const pump = (): void => {
      while (written < total) {
        written += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', pump);
      }
      socket.end();
    };
    pump();
  });
  const reader = connectY4m(port);
  await reader.frames(10);
  t.ok(written < total, 'the server is held back');
  t.equal(await reader.drain(), 'end');
  t.ok(written >= total);
});

t.test('the reader tells a stream that broke from one that ended', async (t) => {
  const cut = await serve(t, (socket) => socket.end(stream.subarray(0, -1)));
  const broken = connectY4m(cut);
  t.match(await broken.drain(), /11 bytes into a frame/);
  await t.rejects(broken.frames(1), /11 bytes into a frame/);
  const reset = await serve(t, (socket) => {
    socket.write(stream.subarray(0, 60), () => socket.resetAndDestroy());
  });
  t.match(await connectY4m(reset).drain(), /ECONNRESET/);
  const mute = await serve(t, (socket) => socket.end());
  await t.rejects(connectY4m(mute).header, /within the header/);
  const closed = connectY4m(mute);
  closed.close();
  t.equal(await closed.ended, 'closed');
});

t.test('what a viewer saw is told in words', async (t) => {
  const seen = ['slate', 'slate', 7, 8, 9, 9, 9, 'slate', 13, 14, 'garbage', 3, 13] as const;
  t.equal(inWords(seen), 'slate*2 7..9 hold(9)*2 slate*1 13..14 garbage*1 3 13');
  t.equal(inWords([5, 5, 5, 6]), '5 hold(5)*2 6');
  t.equal(inWords([5, 'slate', 5]), '5 slate*1 hold(5)*1', 'also a frame that comes back');
  t.equal(inWords([]), '');
});

t.test('content that is not where the schedule has it is found', async (t) => {
  const turn = [0, 1, 2, 3, null, null, 50, 51];
  const off = (seen: readonly Sight[]) => offSchedule(seen, turn);
  t.same(off(['slate', 2, 3, 'slate', 'slate', 50, 51, 0, 1]), []);
  t.same(off([0, 1, 1, 1, 'slate', 'slate', 50]), [], 'a hold is no content');
  t.same(off([0, 1, 3]), [[2, 2, 3]], 'a missing frame');
  t.same(
    off([0, 1, 1, 2, 3]),
    [
      [3, 3, 2],
      [4, null, 3],
    ],
    'a repeated one',
  );
  t.same(off(['slate', 'slate', 'slate', 1, 'slate', 3, 3, 3, 50]), [], 'whenever it begins');
  t.same(off([1, 2, 99]), [[2, 3, 99]]);
});

/** A stream of pictures with these numbers, which stays open. */
function painted(numbers: readonly number[]): Buffer {
  const [width, height] = [64, 36];
  const frames = numbers.map((number) => {
    const planes = Buffer.alloc((width * height * 3) / 2);
    paintFrameNumber(planes, width, height, number);
    return Buffer.concat([Buffer.from('FRAME\n'), planes]);
  });
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1\n`), ...frames]);
}

t.test('one watch reads many ports, and tells of each where it had a gap and how it ended', async (t) => {
  const whole = await serve(t, (socket) => socket.write(painted([8, 9, 5, 6, 7, 8])));
  const torn = await serve(t, (socket) => socket.write(painted([0, 1, 3, 4, 4, 5])));
  const short = await serve(t, (socket) => socket.end(painted([1, 2])));
  const mute = await serve(t, (socket) => socket.end());
  const watch = watchPorts(t, [
    { port: whole, firstNumber: 5, turnFrames: 5 },
    ...[torn, short, mute].map((port) => ({ port, turnFrames: 300 })),
  ]);
  await watch.begun;
  const most = [6, 6, 2, 0];
  let reports = await watch.look();
  while (reports.some(({ frames }, index) => frames < (most[index] ?? 0))) reports = await watch.look();
  t.match(reports, [
    { frames: 6, gaps: [], end: '' },
    {
      frames: 6,
      gaps: [
        [2, 2, 3],
        [4, 5, 4],
      ],
    },
    { frames: 2, gaps: [], end: 'end' },
    { frames: 0, end: /within the header/ },
  ]);
  t.match(await watch.report(), [{ end: 'closed' }, { end: 'closed' }, { end: 'end' }, { frames: 0 }]);
});
