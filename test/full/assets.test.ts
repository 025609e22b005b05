/**
 * Assets of every kind, through a real decoder's arguments: what comes out has the right shape and speed, read from pixels
 * and from the numbers painted in the pictures. Colours stand in asset-colours.test.ts, codecs in asset-matrix.test.ts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { Format } from '../../supervisors/channel/format.js';
import { assetLab } from '../support/asset-lab.js';
import { pixel } from '../support/colours.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { turnInPlace } from '../support/mp4-rotation.js';
import { type PaintedMedia, paintMedia } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';

const ffmpeg = await testFfmpeg();
const lab = assetLab(ffmpeg, tempDir(t));
const { make, decode, numbers, file } = lab;
const at30: Format = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 };
const at25: Format = { ...at30, fpsNum: 25 };
const ntsc: Format = { ...at30, fpsNum: 30_000, fpsDen: 1001 };
const paint = (name: string, media: Omit<PaintedMedia, 'path'>) =>
  paintMedia(ffmpeg, { ...media, path: file(name) });
const count = (from: number, frames: number): number[] => Array.from({ length: frames }, (_, i) => from + i);
const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
const lumaAt = (planes: Buffer | undefined, x: number, y: number): number => pixel(planes, at30, x, y)[0];

/** Which frame is shown at each tick, of frames that begin at these times: the last that began, to the nearest tick. */
function shown(timesMs: readonly number[], { fpsNum, fpsDen }: Format, frames: number): number[] {
  const ticks = timesMs.map((ms) => Math.round((ms * fpsNum) / (1000 * fpsDen) + 1e-6));
  return count(0, frames).map((tick) => ticks.findLastIndex((begins) => begins <= tick));
}

/** How much neighbouring lines of a picture of upright bars differ: only combs make them differ. */
function combs(planes: Buffer | undefined): number {
  let sum = 0;
  for (let y = 20; y < 160; y += 1) {
    for (let x = 60; x < 260; x += 1) sum += Math.abs(lumaAt(planes, x, y) - lumaAt(planes, x, y + 1));
  }
  return sum / (140 * 200);
}

const MOVING_BARS = "geq=lum='if(lt(mod(X+N*11,80),40),235,16)':cb=128:cr=128";
for (const [name, size, fields, format, order] of [
  ['480i', '720x480', '60000/1001', ntsc, 'bff'],
  ['576i', '720x576', '50', at25, 'tff'],
] as const) {
  t.test(`${name} comes out whole at its own speed, and only what is flagged is deinterlaced`, async (t) => {
    // At the size of the format, so that scaling does not blur the combs; `interlace` makes one frame of two.
    const bars = lavfi(`color=black:size=320x180:rate=${fields}:duration=0.8,${MOVING_BARS}`);
    const woven = ['-vf', `interlace=scan=${order}:lowpass=off`, '-c:v', 'mpeg2video', '-qscale:v', '1'];
    await make(`${name}-combs.ts`, ...bars, ...woven, '-flags', '+ilme+ildct');
    await make(
      `${name}-unflagged.mkv`,
      '-i',
      file(`${name}-combs.ts`),
      '-vf',
      'setfield=prog',
      '-c:v',
      'ffv1',
    );
    const [flagged, unflagged] = [
      (await decode(`${name}-combs.ts`, format, { frames: 12 })).map(combs),
      (await decode(`${name}-unflagged.mkv`, format, { frames: 12 })).map(combs),
    ];
    t.equal(flagged.length, 12);
    t.ok(Math.min(...unflagged) > 20, `combs that are not flagged stay (${unflagged[3]?.toFixed(1)})`);
    t.ok(
      Math.max(...flagged) < 8,
      `combs that are flagged go (${flagged.map((c) => c.toFixed(1)).join(' ')})`,
    );

    const fps = name === '480i' ? '30000/1001' : '25';
    const [width, height] = size.split('x').map(Number) as [number, number];
    const pixels = name === '480i' ? '8/9' : '16/15';
    const interlaced = ['-vf', `setfield=${order},setsar=${pixels}`, '-flags', '+ilme+ildct'];
    const videoArguments = [...interlaced, '-c:v', 'mpeg2video', '-qscale:v', '4'];
    await paint(`${name}.ts`, { width, height, fps, frames: 20, videoArguments });
    // A frame of its own shape, or the numbers would stand between pillars.
    t.same(await numbers(`${name}.ts`, { ...format, width: 240 }, { frames: 99 }), count(0, 20));
  });
}

t.test('anamorphic pictures get their shape: 4:3 between pillars, 16:9 over the whole frame', async (t) => {
  for (const [name, shape, atEdge] of [
    ['4x3.ts', '16/15', false],
    ['16x9.ts', '64/45', true],
  ] as const) {
    const source = lavfi(`color=white:size=720x576:rate=25:duration=0.2,setsar=${shape}`);
    await make(name, ...source, '-c:v', 'mpeg2video');
    const [planes] = await decode(name, at25, { frames: 1 });
    for (const x of [3, 36, 283, 316]) t.equal(lumaAt(planes, x, 90) > 200, atEdge, `${name} x=${x}`);
    for (const x of [44, 160, 275]) t.ok(lumaAt(planes, x, 90) > 200, `${name} x=${x}`);
    for (const y of [2, 177]) t.ok(lumaAt(planes, 160, y) > 200, `${name} y=${y}`);
  }
});

t.test('a picture that says it is turned stands upright', async (t) => {
  // White on its left; turned by a quarter to the right, white is on top.
  const half = "geq=lum='if(lt(X,160),235,60)':cb=128:cr=128";
  await make('turned.mp4', ...lavfi(`color=black:size=320x180:rate=30:duration=0.2,${half}`));
  const bytes = readFileSync(file('turned.mp4'));
  turnInPlace(bytes);
  writeFileSync(file('turned.mp4'), bytes);
  const [planes] = await decode('turned.mp4', at30, { frames: 1 });
  t.ok(lumaAt(planes, 160, 20) > 220, 'white above');
  t.ok(Math.abs(lumaAt(planes, 160, 160) - 60) < 10, 'grey below');
  for (const [x, border] of [
    [100, true],
    [120, false],
    [200, false],
    [220, true],
  ] as const) {
    t.equal(lumaAt(planes, x, 20) < 30, border, `x=${x}`);
  }
});

t.test('odd sizes come out like even ones', async (t) => {
  await paint('even.mkv', { frames: 20, videoArguments: ['-c:v', 'ffv1'] });
  for (const [size, codec] of [
    ['853x479', 'ffv1'],
    ['853x479', 'mjpeg'],
    ['321x181', 'mpeg2video'],
  ] as const) {
    const name = `odd-${size}-${codec}.mkv`;
    await make(name, '-i', file('even.mkv'), '-vf', `scale=${size.replace('x', ':')}`, '-c:v', codec);
    t.same(await numbers(name, at30, { frames: 99 }), count(0, 20), `${size} ${codec}`);
  }
});

for (const fps of ['24000/1001', '25', '30000/1001', '50', '60000/1001', '120'] as const) {
  t.test(`${fps} frames a second come out at their own speed`, async (t) => {
    const [num = 0, den = 1] = fps.split('/').map(Number);
    const frames = Math.round(num / den);
    await paint('rate.mp4', { fps, frames });
    for (const format of [at30, at25, ntsc]) {
      const ticks = Math.round((((frames * den) / num) * format.fpsNum) / format.fpsDen);
      const times = count(0, frames).map((frame) => (1000 * frame * den) / num);
      const seen = await numbers('rate.mp4', format, { frames: ticks });
      t.same(seen, shown(times, format, ticks), `at ${format.fpsNum}/${format.fpsDen}`);
    }
  });
}

t.test('a variable rate keeps every picture at its time', async (t) => {
  const times = [0, 40, 140, 173, 473, 500, 1000, 1033, 1066, 1100];
  const pts = times.reduceRight((later, ms, index) => `if(eq(N,${index}),${ms},${later})`, '1200');
  await paint('even.mp4', { frames: times.length, videoArguments: ['-c:v', 'libx264', '-bf', '0'] });
  const vary = ['-vf', `settb=1/1000,setpts='${pts}'`, '-vsync', 'passthrough', '-enc_time_base', '1/1000'];
  await make('vfr.mkv', '-i', file('even.mp4'), ...vary, '-c:v', 'libx264', '-bf', '0');
  t.same(await numbers('vfr.mkv', at30, { frames: 34 }), shown(times, at30, 34));
  t.same(await numbers('vfr.mkv', at30, { frames: 4, at: 30 }), shown(times, at30, 34).slice(30));
});

t.test('the first of several pictures airs, beside cover art or not, with sound or without', async (t) => {
  await paint('one.mp4', { frames: 20 });
  await paint('two.mp4', { frames: 20, firstNumber: 500 });
  const cover = [...lavfi('color=red:size=64x64,trim=end_frame=1'), '-i', file('one.mp4')];
  await make(
    'several.mkv',
    '-i',
    file('two.mp4'),
    '-i',
    file('one.mp4'),
    '-map',
    '0',
    '-map',
    '1',
    '-c',
    'copy',
  );
  t.same(await numbers('several.mkv', at30, { frames: 20 }), count(500, 20));
  const art = [
    '-map',
    '0',
    '-map',
    '1',
    '-c:v:0',
    'png',
    '-c:v:1',
    'copy',
    '-disposition:v:0',
    'attached_pic',
  ];
  await make('cover.mp4', ...cover, ...art);
  t.same(await numbers('cover.mp4', at30, { frames: 20 }), count(0, 20));
  await make('sound.mp4', '-i', file('one.mp4'), ...lavfi('sine=duration=3'), '-c:v', 'copy', '-c:a', 'aac');
  t.same(await numbers('sound.mp4', at30, { frames: 99 }), count(0, 20), 'longer sound adds no pictures');
});

t.test('a still is held for as long as it is wanted, from wherever', async (t) => {
  await paint('film.mkv', { frames: 1, firstNumber: 77, videoArguments: ['-c:v', 'ffv1'] });
  for (const name of ['still.png', 'still.jpg', 'still.bmp', 'still.tiff']) {
    await make(name, '-i', file('film.mkv'), '-frames:v', '1');
    for (const at of [0, 200]) {
      const seen = await numbers(name, at30, { frames: 90, at });
      t.same(seen, new Array(90).fill(77), `${name} from frame ${at}`);
    }
  }
  const slow: Format = { ...at30, fpsNum: 5 };
  t.same(
    await numbers('still.png', slow, { frames: 20 }),
    new Array(20).fill(77),
    'at 5 frames a second too',
  );
});

t.test('positions far into a long group of pictures land on their very frame', async (t) => {
  const reordered = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-sc_threshold', '0'];
  const tiny = { width: 96, height: 54, frames: 600, videoArguments: reordered } as const;
  for (const [name, gop] of [
    ['long.mp4', 600],
    ['long.mkv', 600],
    ['long.ts', 250],
  ] as const) {
    await paint(name, { ...tiny, gop, audioSeconds: 20 });
    for (const at of [1, 249, 250, 299, 301, 433, 590]) {
      t.same(await numbers(name, at30, { frames: 5, at }), count(at, 5), `${name} at ${at}`);
    }
  }
});
