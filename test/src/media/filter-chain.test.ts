/** The filter chain on a real ffmpeg: what comes out of a decoder, read from the frames themselves. */
import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { filterChain } from '../../../src/media/filter-chain.js';
import { type Format, frameBytes } from '../../../supervisors/channel/format.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { type PaintedMedia, paintMedia, readFrameNumber } from '../../support/painted-media.js';
import { tempDir } from '../../support/temp-dir.js';

const run = promisify(execFile);
const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const file = (name: string): string => join(folder, name);
const format = (width: number, height: number, fpsNum = 30, fpsDen = 1): Format => ({
  width,
  height,
  fpsNum,
  fpsDen,
});
const make = (name: string, ...args: string[]): Promise<unknown> =>
  run(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...args, file(name)]);
const paint = async (media: Omit<PaintedMedia, 'path'> & { name: string }): Promise<void> =>
  paintMedia(ffmpeg, { ...media, path: file(media.name) });

/** Decodes a file as a decoder does; answers its frames and what ffmpeg said. */
async function decode(
  name: string,
  to: Format,
  { displaySize, log = 'error' }: { displaySize?: { width: number; height: number }; log?: string } = {},
): Promise<{ frames: Buffer[]; said: string }> {
  const { stdout, stderr } = await run(
    ffmpeg.path,
    [
      ...['-hide_banner', '-nostats', '-nostdin', '-v', log, '-i', file(name), '-map', '0:V:0'],
      ...['-vf', filterChain(to, { displaySize }), '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
    ],
    { encoding: 'buffer', maxBuffer: 500_000_000 },
  );
  const frames: Buffer[] = [];
  const size = frameBytes(to);
  t.equal(stdout.length % size, 0, `${name} comes out in whole frames`);
  for (let at = 0; at < stdout.length; at += size) frames.push(stdout.subarray(at, at + size));
  return { frames, said: stderr.toString() };
}

const numbers = (frames: readonly Buffer[], to: Format): (number | undefined)[] =>
  frames.map((frame) => readFrameNumber(frame, to.width, to.height));
const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const luma = (frame: Buffer | undefined, to: Format, x: number, y: number): number =>
  frame?.[y * to.width + x] ?? -1;

t.test('every frame comes out once and in order, scaled up or down', async (t) => {
  await paint({ name: 'small.mp4', frames: 40, firstNumber: 500 });
  await paint({ name: 'large.mp4', frames: 40, firstNumber: 600, width: 1920, height: 1080 });
  const up = format(1920, 1080);
  t.same(numbers((await decode('small.mp4', up)).frames, up), count(500, 540));
  const down = format(320, 180);
  t.same(numbers((await decode('large.mp4', down)).frames, down), count(600, 640));
});

t.test('a picture whose shape fits takes the short way, with the same result', async (t) => {
  const to = format(1280, 720);
  const displaySize = { width: 320, height: 180 };
  t.notMatch(filterChain(to, { displaySize }), /pad/);
  const short = (await decode('small.mp4', to, { displaySize })).frames;
  t.same(numbers(short, to), count(500, 540));
  t.ok(Buffer.concat(short).equals(Buffer.concat((await decode('small.mp4', to)).frames)));
  t.match(
    filterChain(to, { displaySize: { width: 720, height: 576 } }),
    /pad/,
    'another shape goes the long way',
  );
  t.notMatch(
    filterChain(to, { displaySize: { width: 854, height: 480 } }),
    /pad/,
    'a hair off 16:9 is no border',
  );
});

t.test('a narrower picture stands between black pillars, a wider one between black bars', async (t) => {
  const to = format(320, 180);
  await make('narrow.mkv', '-f', 'lavfi', '-i', 'color=white:size=240x180:rate=30:duration=0.1');
  await make('wide.mkv', '-f', 'lavfi', '-i', 'color=white:size=320x90:rate=30:duration=0.1');
  const narrow = (await decode('narrow.mkv', to, { displaySize: { width: 240, height: 180 } })).frames[0];
  for (const [x, white] of [
    [0, false],
    [36, false],
    [44, true],
    [275, true],
    [283, false],
    [319, false],
  ] as const) {
    t.equal(luma(narrow, to, x, 90) > 200, white, `x=${x}`);
  }
  const wide = (await decode('wide.mkv', to)).frames[0];
  for (const [y, white] of [
    [0, false],
    [40, false],
    [49, true],
    [130, true],
    [139, false],
    [179, false],
  ] as const) {
    t.equal(luma(wide, to, 160, y) > 200, white, `y=${y}`);
  }
});

t.test('pixels that are not square are made square', async (t) => {
  const to = format(320, 180);
  // 4:3 pixels: 240 across make 320.
  await make('sar.mkv', '-f', 'lavfi', '-i', 'color=white:size=240x180:rate=30:duration=0.1,setsar=4/3');
  const frame = (await decode('sar.mkv', to)).frames[0];
  for (const x of [0, 160, 319]) t.ok(luma(frame, to, x, 90) > 200, `x=${x}`);
});

t.test('a sliver of a picture comes out in the right size too', async (t) => {
  const to = format(64, 36);
  await make(
    'sliver.mkv',
    '-f',
    'lavfi',
    '-i',
    'color=white:size=2000x4:rate=30:duration=0.1',
    '-c:v',
    'ffv1',
  );
  t.equal((await decode('sliver.mkv', to)).frames.length, 3);
});

t.test(
  'a stream that changes its size midway keeps the frame size, the rate and the work bounded',
  async (t) => {
    const to = format(320, 180);
    const video = ['-c:v', 'mpeg2video', '-qscale:v', '2'];
    await paint({ name: 'one.ts', frames: 60, videoArguments: video });
    await paint({
      name: 'two.ts',
      frames: 60,
      firstNumber: 200,
      width: 640,
      height: 360,
      videoArguments: video,
    });
    await make('later.ts', '-i', file('two.ts'), '-c', 'copy', '-output_ts_offset', '2');
    await make('first.ts', '-i', file('one.ts'), '-c', 'copy');
    appendFileSync(file('first.ts'), readFileSync(file('later.ts')));
    for (const displaySize of [undefined, { width: 320, height: 180 }]) {
      const options = displaySize === undefined ? {} : { displaySize };
      // ffmpeg throws away the three frames that stand in the old chain and fills their time by repetition.
      const { frames, said } = await decode('first.ts', to, { ...options, log: 'verbose' });
      const seen = numbers(frames, to).filter((number) => number !== undefined);
      t.ok(seen.includes(56) && seen.includes(200) && seen.includes(259), 'both parts are seen');
      t.ok(Math.abs(frames.length - 120) <= 2, `${frames.length} frames`);
      // What a chain that starts over from time 0 would do; an hour into a file that is an hour of frames.
      const repeated = /(\d+) frames duplicated/.exec(said.slice(said.lastIndexOf('frames in')));
      t.ok(Number(repeated?.[1]) < 5, `${repeated?.[0]}`);
    }
  },
);

t.test('other rates become the format rate', async (t) => {
  await paint({ name: 'pal.mp4', frames: 50, fps: '25' });
  const at30 = format(320, 180);
  const pal = numbers((await decode('pal.mp4', at30)).frames, at30);
  t.equal(pal.length, 60);
  t.same([...new Set(pal)], count(0, 50), 'all of them are shown, in order');
  await paint({ name: 'film.mp4', frames: 48, fps: '24000/1001' });
  const ntsc = format(320, 180, 30000, 1001);
  t.match(filterChain(ntsc), /fps=30000\/1001,/);
  const film = numbers((await decode('film.mp4', ntsc)).frames, ntsc);
  t.equal(film.length, 60);
  t.same([...new Set(film)], count(0, 48));
});

t.test('a picture that begins later than its file is padded with its first frame', async (t) => {
  const to = format(320, 180);
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=2'];
  await make(
    'late.mkv',
    ...sound,
    '-itsoffset',
    '1',
    '-i',
    file('small.mp4'),
    '-map',
    '1:v',
    '-map',
    '0:a',
    '-c:v',
    'copy',
  );
  const late = numbers((await decode('late.mkv', to)).frames, to);
  t.same(late, [...new Array<number>(30).fill(500), ...count(500, 540)]);
});

t.test('interlaced pictures come out whole, without combs', async (t) => {
  const to = format(64, 36, 25, 1);
  const bar = "geq=lum='if(lt(mod(X+N*7,64),32),235,16)':cb=128:cr=128";
  const fields = ['-vf', 'interlace', '-flags', '+ilme+ildct', '-c:v', 'mpeg2video', '-qscale:v', '1'];
  await make('fields.ts', '-f', 'lavfi', '-i', `color=black:size=64x36:rate=50:duration=1,${bar}`, ...fields);
  /** How much neighbouring lines differ; the bars are vertical, so only combs make them differ. */
  const combs = (frame: Buffer | undefined): number => {
    let sum = 0;
    for (let y = 4; y < 31; y += 1) {
      for (let x = 0; x < 64; x += 1) sum += Math.abs(luma(frame, to, x, y) - luma(frame, to, x, y + 1));
    }
    return sum / (27 * 64);
  };
  const plain = ['-map', '0:v', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-frames:v', '12', '-'];
  const asItIs = await run(ffmpeg.path, ['-v', 'error', '-i', file('fields.ts'), ...plain], {
    encoding: 'buffer',
  });
  const before = combs(asItIs.stdout.subarray(-frameBytes(to)));
  const after = combs((await decode('fields.ts', to)).frames[11]);
  t.ok(before > 20, `the source has combs (${before.toFixed(1)})`);
  t.ok(after < before / 4, `the output has not (${after.toFixed(1)})`);
});

t.test('full range comes out as limited', async (t) => {
  const to = format(64, 36);
  for (const size of ['64x36', '128x72']) {
    for (const [colour, limited] of [
      ['white', 235],
      ['black', 16],
    ] as const) {
      const source = `color=${colour}:size=${size}:rate=30:duration=0.1,format=yuvj420p`;
      await make('full.mkv', '-f', 'lavfi', '-i', source, '-c:v', 'mjpeg', '-qscale:v', '1');
      const { frames } = await decode('full.mkv', to, { displaySize: { width: 64, height: 36 } });
      const value = luma(frames[0], to, 32, 18);
      t.ok(Math.abs(value - limited) <= 2, `${colour} of ${size} is ${value}`);
    }
  }
});

t.test(
  'limited yuv420p of the right size passes unchanged, and nothing is converted on the way',
  async (t) => {
    const to = format(320, 180);
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30:duration=0.5'];
    await make('same.mkv', ...source, '-pix_fmt', 'yuv420p', '-c:v', 'ffv1');
    await make('same.yuv', '-i', file('same.mkv'), '-f', 'rawvideo');
    const { frames, said } = await decode('same.mkv', to, {
      displaySize: { width: 320, height: 180 },
      log: 'verbose',
    });
    t.ok(Buffer.concat(frames).equals(readFileSync(file('same.yuv'))));
    t.match(said, /320x180/, 'it speaks of its filters');
    t.notMatch(said, /auto.?insert|auto_scale/i);
  },
);

t.test('deep colour, other subsampling and RGB come out as yuv420p', async (t) => {
  const to = format(64, 36);
  for (const pixels of ['yuv422p10le', 'yuv444p', 'bgr0', 'gray']) {
    const source = ['-f', 'lavfi', '-i', 'color=white:size=64x48:rate=30:duration=0.1'];
    await make('deep.mkv', ...source, '-pix_fmt', pixels, '-c:v', 'ffv1');
    const { frames } = await decode('deep.mkv', to);
    t.ok(Math.abs(luma(frames[0], to, 32, 18) - 235) <= 2, `${pixels}: ${luma(frames[0], to, 32, 18)}`);
  }
});
