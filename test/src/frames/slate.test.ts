import t from 'tap';
import { createSlate } from '../../../src/frames/slate.js';
import { bt709 } from '../../../src/frames/slate-canvas.js';
import { letter } from '../../../src/frames/slate-font.js';
import { type Format, frameBytes } from '../../../supervisors/channel/format.js';

const MAX_ID = 2_147_483_647;
const SIZES = [
  [16, 16],
  [16, 4320],
  [320, 180],
  [322, 182],
  [640, 480],
  [360, 640],
  [1280, 720],
  [1920, 1080],
  [4096, 16],
  [7680, 4320],
] as const;

const format = (width: number, height: number): Format => ({ width, height, fpsNum: 30, fpsDen: 1 });

/** Luma of a slate's pixel. */
function lumaOf(width: number, height: number, id = 7) {
  const { planes } = createSlate(format(width, height), id);
  return (x: number, y: number): number => planes[y * width + x] ?? -1;
}

t.test('it is one y4m frame of the format, in one piece of memory that nobody gives back', async (t) => {
  const size = format(320, 180);
  const slate = createSlate(size, 7);
  t.equal(slate.planes.length, frameBytes(size));
  t.equal(slate.y4m.length, 6 + frameBytes(size));
  t.equal(slate.y4m.toString('latin1', 0, 6), 'FRAME\n');
  const before = Buffer.from(slate.planes);
  t.ok(slate.y4m.subarray(6).equals(slate.planes));
  t.equal(slate.y4m.buffer, slate.planes.buffer);
  slate.retain();
  for (let turn = 0; turn < 3; turn += 1) slate.release();
  t.ok(slate.planes.equals(before));
});

for (const [width, height] of SIZES) {
  t.test(
    `${width}x${height}: it is filled, in limited range, and the longest text fits with a margin`,
    async (t) => {
      const { planes } = createSlate(format(width, height), MAX_ID);
      const luma = planes.subarray(0, width * height);
      const chroma = planes.subarray(width * height);
      let [darkest, brightest] = [255, 0];
      for (const value of luma) {
        darkest = Math.min(darkest, value);
        brightest = Math.max(brightest, value);
      }
      t.ok(darkest >= 16 && brightest <= 235, `luma ${darkest}..${brightest}`);
      t.ok(brightest >= darkest + 40, 'something is written');
      const [low, high] = chroma.reduce(
        ([a, b], v) => [Math.min(a, v), Math.max(b, v)] as [number, number],
        [255, 0],
      );
      t.ok(low >= 16 && high <= 240, `chroma ${low}..${high}`);
      // The background is dark; only the bars at the lower edge reach the sides.
      const bars = Math.max(2, Math.ceil(height / 60) + 1);
      const margin = Math.max(1, Math.floor(width * 0.08));
      let outside = 0;
      for (let y = 0; y < height - bars; y += 1) {
        for (let x = 0; x < margin; x += 1) {
          if ((luma[y * width + x] ?? 0) > 60 || (luma[y * width + width - 1 - x] ?? 0) > 60) outside += 1;
        }
      }
      for (let x = 0; x < width; x += 1) if ((luma[x] ?? 0) > 60) outside += 1;
      t.equal(outside, 0);
    },
  );
}

t.test('at 320x180 the headline is at least 12 lines high and stands out', async (t) => {
  const luma = lumaOf(320, 180);
  const rows: number[] = [];
  for (let y = 0; y < 90; y += 1) {
    const bright = Array.from({ length: 320 }, (_, x) => luma(x, y)).filter((value) => value > 180).length;
    if (bright > 0) rows.push(y);
  }
  t.ok((rows.at(-1) ?? 0) - (rows[0] ?? 0) + 1 >= 12, `rows ${rows[0]} to ${rows.at(-1)}`);
  t.ok(luma(0, 90) < 50, 'the background is dark');
});

t.test('at 1080p the letters are sharp: fully lit, but for about one pixel along their edges', async (t) => {
  const luma = lumaOf(1920, 1080);
  let lit = 0;
  let between = 0;
  let edges = 0;
  for (let y = 370; y < 490; y += 1) {
    for (let x = 0; x < 1919; x += 1) {
      const value = luma(x, y);
      const bright = value > 130;
      if (value > 210) lit += 1;
      else if (value > 60) between += 1;
      // An edge runs between this pixel and the next, across or down.
      if (bright !== luma(x + 1, y) > 130 || bright !== luma(x, y + 1) > 130) edges += 1;
    }
  }
  t.ok(lit > 10_000, `${lit} pixels are lit`);
  t.ok(between < edges * 1.1, `${between} pixels are in between, along ${edges} of edge`);
});

t.test(
  'the same channel always has the same picture, and its number is all that differs between two',
  async (t) => {
    const size = format(320, 180);
    t.ok(createSlate(size, 7).planes.equals(createSlate(size, 7).planes));
    const [seven, eight] = [lumaOf(320, 180, 7), lumaOf(320, 180, 8)];
    for (let y = 0; y < 180; y += 1) {
      for (let x = 0; x < 320; x += 1) {
        if (seven(x, y) !== eight(x, y) && y < 95) t.fail(`pixel ${x},${y} of the headline differs`);
      }
    }
  },
);

t.test('every digit is told from every other at 320x180', async (t) => {
  const slates = Array.from({ length: 10 }, (_, digit) => lumaOf(320, 180, 50 + digit));
  for (const [a, one] of slates.entries()) {
    for (const [b, other] of slates.slice(0, a).entries()) {
      let different = 0;
      for (let y = 95; y < 170; y += 1) {
        for (let x = 180; x < 240; x += 1) if (Math.abs(one(x, y) - other(x, y)) > 60) different += 1;
      }
      t.ok(different >= 6, `${a} and ${b} differ in ${different} pixels`);
    }
  }
});

t.test('a text that the font cannot write is refused', async (t) => {
  t.throws(() => letter('Q'), { name: 'RangeError', message: 'the slate\'s font has no "Q"' });
});

t.test('colours are those of BT.709 in limited range', async (t) => {
  const rounded = (red: number, green: number, blue: number) =>
    Object.values(bt709(red, green, blue)).map((value) => Math.round(value));
  t.strictSame(rounded(0, 0, 0), [16, 128, 128]);
  t.strictSame(rounded(255, 255, 255), [235, 128, 128]);
  t.strictSame(rounded(255, 0, 0), [63, 102, 240]);
  t.strictSame(rounded(0, 255, 0), [173, 42, 26]);
  t.strictSame(rounded(0, 0, 255), [32, 240, 118]);
});
