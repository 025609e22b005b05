/** Still pictures in the channel's format, made by a real ffmpeg, and what is said of files that give none. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { bt709 } from '../../../src/frames/slate-canvas.js';
import { renderStill } from '../../../src/media/render-still.js';
import { type Format, frameBytes } from '../../../supervisors/channel/format.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { processesNaming, skipWithoutProc } from '../../support/processes.js';
import { tempDir } from '../../support/temp-dir.js';

const run = promisify(execFile);
const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const file = (name: string): string => join(folder, name);

const FORMAT: Format = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 };

/** Makes a picture from one of ffmpeg's sources. */
const make = (name: string, source: string, ...args: string[]): Promise<unknown> =>
  run(ffmpeg.path, [
    ...['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', source],
    ...['-frames:v', '1', ...args, `file:${file(name)}`],
  ]);
const colour = (name: string, size = '320x180') => `color=${name}:size=${size}:duration=0.04,format=rgb24`;
/** A picture whose left third is transparent, its middle half transparent, its right third opaque. */
const thirds = (rgb: string, size = '318x180') =>
  `color=red:size=${size}:duration=0.04,format=rgba,geq=${rgb}:a='if(lt(X,W/3),0,if(lt(X,2*W/3),128,255))'`;

const render = (name: string, format = FORMAT, timeoutMs = 60_000) =>
  renderStill({ ffmpegPath: ffmpeg.path, path: file(name), format, timeoutMs });

async function planesOf(t: Test, name: string, format = FORMAT): Promise<Buffer> {
  const still = await render(name, format);
  if ('problem' in still) {
    t.fail(`${name} ${still.problem}`);
    return Buffer.alloc(frameBytes(format));
  }
  t.equal(still.planes.length, frameBytes(format));
  return still.planes;
}

type Pixel = readonly [y: number, u: number, v: number];

/** A pixel of a frame. */
function pixel(planes: Buffer, x: number, y: number, { width, height } = FORMAT): Pixel {
  const luma = width * height;
  const chroma = (y >> 1) * (width / 2) + (x >> 1);
  return [planes[y * width + x] ?? -1, planes[luma + chroma] ?? -1, planes[(luma * 5) / 4 + chroma] ?? -1];
}

function isColour(t: Test, is: Pixel, rgb: readonly [number, number, number], what: string): void {
  const { y, u, v } = bt709(...rgb);
  const off = Math.max(...[y, u, v].map((wanted, index) => Math.abs(wanted - (is[index] ?? -1))));
  t.ok(off < 2, `${what}: ${is.join(' ')} is rgb ${rgb.join(' ')} (${off.toFixed(1)} off)`);
}

/** Where a frame is brighter than black: left, right, top, bottom, all inclusive. */
function lit(planes: Buffer, { width, height } = FORMAT): number[] {
  const bright = (x: number, y: number) => (planes[y * width + x] ?? 0) > 100;
  const columns = Array.from({ length: width }, (_, x) => x);
  const rows = Array.from({ length: height }, (_, y) => y);
  const xs = columns.filter((x) => rows.some((y) => bright(x, y)));
  const ys = rows.filter((y) => columns.some((x) => bright(x, y)));
  return [xs[0], xs.at(-1), ys[0], ys.at(-1)].map((at) => at ?? -1);
}

const COLOURS = [
  ['red', [255, 0, 0]],
  ['lime', [0, 255, 0]],
  ['blue', [0, 0, 255]],
  ['white', [255, 255, 255]],
  ['black', [0, 0, 0]],
  ['0xF6B23C', [246, 178, 60]],
] as const;
/** All of them side by side, each as wide as high. */
const BARS = [
  ...COLOURS.map(([name], index) => `color=${name}:size=90x90:duration=0.04,format=rgb24[${index}]`),
  `${COLOURS.map((_, index) => `[${index}]`).join('')}hstack=inputs=${COLOURS.length}`,
].join(';');

for (const [what, ending, ...args] of [
  ['a PNG', 'png'],
  ['a PNG with alpha', 'png', '-pix_fmt', 'rgba'],
  ['a PNG of 16 bits', 'png', '-pix_fmt', 'rgba64be'],
  ['a JPEG', 'jpg', '-qscale:v', '1'],
  ['a JPEG of full chroma', 'jpg', '-pix_fmt', 'yuvj444p', '-qscale:v', '1'],
  ['a BMP', 'bmp'],
  ['a TIFF', 'tiff'],
] as const) {
  t.test(`${what} comes out in its colours, as BT.709 in limited range`, async (t) => {
    await make(`bars.${ending}`, BARS, ...args);
    const planes = await planesOf(t, `bars.${ending}`);
    for (const [index, [name, rgb]] of COLOURS.entries()) {
      isColour(t, pixel(planes, Math.round(((index + 0.5) * 320) / COLOURS.length), 90), rgb, name);
    }
  });
}

t.test('a GIF and a grey PNG too', async (t) => {
  await make('p.gif', `${colour('0xF6B23C')},split[a][b];[a]palettegen[p];[b][p]paletteuse`);
  isColour(t, pixel(await planesOf(t, 'p.gif'), 160, 90), [246, 178, 60], 'amber');
  await make('grey.png', colour('gray'), '-pix_fmt', 'gray');
  isColour(t, pixel(await planesOf(t, 'grey.png'), 160, 90), [128, 128, 128], 'grey');
});

t.test('what is transparent is on black, also where a colour is hidden in it', async (t) => {
  for (const [name, ...args] of [
    ['alpha.png'],
    ['alpha16.png', '-pix_fmt', 'rgba64be'],
    ['alpha.mkv', '-pix_fmt', 'yuva444p', '-c:v', 'ffv1'],
  ] as const) {
    await make(name, thirds('r=255:g=128:b=0'), ...args);
    const planes = await planesOf(t, name);
    isColour(t, pixel(planes, 50, 90), [0, 0, 0], `${name}, transparent`);
    isColour(t, pixel(planes, 160, 90), [128, 64, 0], `${name}, half transparent`);
    isColour(t, pixel(planes, 270, 90), [255, 128, 0], `${name}, opaque`);
  }
  await make(
    'grey-alpha.png',
    "color=white:size=320x180:duration=0.04,format=ya8,geq=lum=255:a='if(lt(X,W/2),0,255)'",
    ...['-pix_fmt', 'ya8'],
  );
  const grey = await planesOf(t, 'grey-alpha.png');
  isColour(t, pixel(grey, 50, 90), [0, 0, 0], 'grey, transparent');
  isColour(t, pixel(grey, 270, 90), [255, 255, 255], 'grey, opaque');
});

t.test('a hidden colour does not bleed into the edges of what is shown', async (t) => {
  // White on transparent green, made five times smaller.
  await make('edges.png', thirds("r='if(lt(X,2*W/3),0,255)':g=255:b='if(lt(X,2*W/3),0,255)'", '1590x900'));
  const planes = await planesOf(t, 'edges.png');
  for (let x = 0; x < 90; x += 1) isColour(t, pixel(planes, x, 90), [0, 0, 0], `x=${x}`);
});

t.test('any size and shape is fitted, in the middle of black', async (t) => {
  for (const [size, left, right, top, bottom] of [
    ['320x180', 0, 319, 0, 179],
    ['33x17', 0, 319, 8, 171],
    ['17x33', 114, 205, 0, 179],
    ['1x1', 70, 249, 0, 179],
    ['1x1000', 158, 159, 0, 179],
    ['2000x3', 0, 319, 88, 89],
    ['4001x2251', 0, 319, 0, 179],
  ] as const) {
    await make('size.png', colour('white', size));
    const planes = await planesOf(t, 'size.png');
    t.same(lit(planes), [left, right, top, bottom], size);
    const border = left > 0 ? pixel(planes, 0, 90) : top > 0 ? pixel(planes, 160, 0) : undefined;
    if (border !== undefined) t.same(border, [16, 128, 128], `${size}: the border is black`);
  }
});

t.test('any format gets its own: portrait, tiny, large', async (t) => {
  await make('any.png', colour('white', '160x90'));
  for (const [width, height, left, right, top, bottom] of [
    [1080, 1920, 0, 1079, 656, 1263],
    [16, 16, 0, 15, 2, 11],
    [1920, 1080, 0, 1919, 0, 1079],
    [720, 576, 0, 719, 84, 489],
  ] as const) {
    const format = { width, height, fpsNum: 30_000, fpsDen: 1001 };
    t.same(
      lit(await planesOf(t, 'any.png', format), format),
      [left, right, top, bottom],
      `${width}x${height}`,
    );
  }
});

t.test('pixels that are not square are made square', async (t) => {
  await make('sar.png', `${colour('white', '240x180')},setsar=4/3`);
  t.same(lit(await planesOf(t, 'sar.png')), [0, 319, 0, 179]);
});

t.test('of what moves, it is the first frame', async (t) => {
  const moving = `color=black:size=320x180:rate=10:duration=1,geq=lum='if(eq(N,0),235,16)':cb=128:cr=128`;
  await run(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', moving, file('moving.gif')]);
  await run(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', moving, '-c:v', 'ffv1', file('moving.mkv')]);
  for (const name of ['moving.gif', 'moving.mkv']) {
    t.ok(pixel(await planesOf(t, name), 160, 90)[0] > 200, name);
  }
});

t.test('a name is nothing but a name', async (t) => {
  await make('plain.png', colour('white'));
  const picture = readFileSync(file('plain.png'));
  for (const name of [
    '-y.png',
    "it's.png",
    'a b:c,d;[e].png',
    'concat:x|y.png',
    'pipe:0',
    '%',
    'no ending',
  ]) {
    writeFileSync(file(name), picture);
    isColour(t, pixel(await planesOf(t, name), 160, 90), [255, 255, 255], name);
  }
});

const half = (name: string): void =>
  truncateSync(file(name), Math.floor(readFileSync(file(name)).length / 2));

for (const [what, name, prepare, says] of [
  ['that is not there', 'gone.png', () => {}, /^does not exist; correct the path/],
  ['in a folder that is not there', 'gone/7.png', () => {}, /^does not exist; correct the path/],
  [
    'that is empty',
    'empty.png',
    () => writeFileSync(file('empty.png'), ''),
    /^is no picture that ffmpeg can read \("Invalid data found when processing input", it says\); save it again/,
  ],
  [
    'that is text',
    'text.png',
    () => writeFileSync(file('text.png'), 'hello\n'),
    /^is no picture that ffmpeg can read \("Invalid PNG signature/,
  ],
  [
    'that is sound',
    'sound.wav',
    () => run(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', 'sine=duration=0.1', file('sound.wav')]),
    /^has no picture in it; name a PNG or JPEG file$/,
  ],
  [
    'that is a folder',
    'folder.png',
    () => mkdirSync(file('folder.png')),
    /^is no picture that ffmpeg can read \("Is a directory", it says\)/,
  ],
  [
    'that is half a PNG',
    'half.png',
    async () => {
      await make('half.png', 'testsrc2=size=640x480');
      half('half.png');
    },
    /^is no picture that ffmpeg can read \("/,
  ],
  [
    'that is half a JPEG, of which ffmpeg makes a picture all the same',
    'half.jpg',
    async () => {
      await make('half.jpg', 'testsrc2=size=640x480');
      half('half.jpg');
    },
    /^is damaged \("overread \d+", says ffmpeg\); save it again/,
  ],
  [
    'with a pattern in its name',
    'x%03d.png',
    () =>
      make('plain.png', colour('white')).then(() =>
        writeFileSync(file('x%03d.png'), readFileSync(file('plain.png'))),
      ),
    /^has a % in its name/,
  ],
] as const) {
  t.test(`a file ${what} is told with the remedy`, async (t) => {
    await prepare();
    const still = await render(name);
    t.match(still, { problem: says });
    if ('problem' in still) t.notMatch(still.problem, /\n|@ 0x/, 'one line, without addresses');
  });
}

t.test(
  'a FIFO that nobody writes to is given up in time, its ffmpeg gone',
  { skip: skipWithoutProc },
  async (t) => {
    await run('mkfifo', [file('fifo.png')]);
    const still = render('fifo.png', FORMAT, 500);
    t.equal(processesNaming(file('fifo.png')).length, 1, 'it is tried');
    t.match(await still, {
      problem: /^gave no picture within 0\.5 s; name a regular file, and check the disk/,
    });
    t.same(processesNaming(file('fifo.png')), []);
  },
);

/** Something else in ffmpeg's place, a shell script. */
async function withFfmpeg(script: string, timeoutMs = 60_000): Promise<unknown> {
  const path = file('ffmpeg');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const still = await renderStill({ ffmpegPath: path, path: file('any.png'), format: FORMAT, timeoutMs });
  t.same(processesNaming(file('any.png')), [], 'nothing is left of it');
  return still;
}

t.test(
  'an ffmpeg that crashes, goes on for ever, or gives too little is told',
  { skip: skipWithoutProc },
  async (t) => {
    const size = frameBytes(FORMAT);
    t.match(await withFfmpeg('kill -SEGV $$'), {
      problem: /^makes ffmpeg crash \(SIGSEGV\); save the picture in/,
    });
    t.match(await withFfmpeg('exec cat /dev/zero'), {
      problem: 'made ffmpeg write more than one frame; use another ffmpeg',
    });
    t.match(await withFfmpeg(`head -c ${size + 1} /dev/zero`), { problem: /more than one frame/ });
    t.match(await withFfmpeg('while :; do echo oh no; done >&2', 500), {
      problem: /^gave no picture within/,
    });
    t.match(await withFfmpeg(`head -c ${size - 1} /dev/zero`), {
      problem: /^is no picture that ffmpeg can read \("exit code 0", it says\)/,
    });
    t.match(await withFfmpeg(`head -c ${size} /dev/zero; exit 3`), { problem: /"exit code 3"/ });
    t.match(await withFfmpeg(`head -c ${size} /dev/zero`), { planes: Buffer.alloc(size) });
    const none = { ffmpegPath: file('none'), path: file('any.png'), format: FORMAT, timeoutMs: 60_000 };
    t.match(await renderStill(none), { problem: /^was not read, for ffmpeg could not be started: / });
  },
);
