import { test } from 'tap';
import { shrink, smallSize } from '../../../src/frames/small-picture.js';
import { paintFrameNumber, readFrameNumber } from '../../support/frame-number.js';

test('a small picture has the shape of its frame, and is even', async (t) => {
  for (const [width, height, smallWidth, smallHeight] of [
    [1920, 1080, 320, 180],
    [1280, 720, 320, 180],
    [3840, 2160, 320, 180],
    [720, 576, 226, 180],
    [720, 480, 270, 180],
    [1080, 1920, 102, 180],
    [2048, 858, 320, 134],
    [7680, 16, 320, 2],
    [16, 4320, 2, 180],
    // Never larger than the frame.
    [320, 180, 320, 180],
    [64, 48, 64, 48],
    [16, 16, 16, 16],
  ] as const) {
    t.same(smallSize({ width, height }), { width: smallWidth, height: smallHeight }, `${width}x${height}`);
  }
});

test('a frame that is small already stays as it is', async (t) => {
  const planes = Buffer.from(Array.from({ length: (64 * 48 * 3) / 2 }, (_, at) => (at * 31) & 0xff));
  const small = await shrink(planes, { width: 64, height: 48 });
  t.ok(small.planes.equals(planes));
});

test('what a frame shows is where it was, in all three planes', async (t) => {
  for (const [width, height] of [
    [1920, 1080],
    [1280, 720],
    [720, 576],
    [1080, 1920],
    [478, 270],
  ] as const) {
    const planes = Buffer.alloc((width * height * 3) / 2);
    paintFrameNumber(planes, width, height, 54_321);
    // Chroma: a quarter of the picture each.
    const [half, halfHeight] = [width / 2, height / 2];
    for (const [plane, colours] of [
      [0, [10, 60, 110, 160]],
      [1, [240, 190, 140, 90]],
    ] as const) {
      const from = width * height + plane * half * halfHeight;
      for (let y = 0; y < halfHeight; y += 1) {
        for (let x = 0; x < half; x += 1) {
          planes[from + y * half + x] = colours[(y < halfHeight / 2 ? 0 : 2) + (x < half / 2 ? 0 : 1)] ?? 0;
        }
      }
    }
    const small = await shrink(planes, { width, height });
    t.equal(readFrameNumber(small.planes, small.width, small.height), 54_321, `${width}x${height}`);
    const chroma = (plane: number, right: number, lower: number) =>
      small.planes[
        small.width * small.height +
          (plane * small.width * small.height) / 4 +
          Math.floor(((1 + 2 * lower) * small.height) / 8) * (small.width / 2) +
          Math.floor(((1 + 2 * right) * small.width) / 8)
      ];
    const quarters = [0, 1].map((plane) => [
      chroma(plane, 0, 0),
      chroma(plane, 1, 0),
      chroma(plane, 0, 1),
      chroma(plane, 1, 1),
    ]);
    t.same(quarters, [
      [10, 60, 110, 160],
      [240, 190, 140, 90],
    ]);
  }
});

test('a pixel is the mean of four samples spread over it', async (t) => {
  const [width, height] = [640, 360];
  const planes = Buffer.alloc((width * height * 3) / 2, 128);
  for (let at = 0; at < width * height; at += 1) {
    // 0 and 200 in turn, like a chessboard.
    planes[at] = (at + Math.floor(at / width)) % 2 === 0 ? 0 : 200;
  }
  const { planes: small } = await shrink(planes, { width, height });
  t.ok(small.subarray(0, 320 * 180).every((value) => value === 100));
});

test('the event loop turns while it is made', async (t) => {
  let turns = 0;
  let counting = true;
  const count = () => {
    turns++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  await shrink(Buffer.alloc((1920 * 1080 * 3) / 2), { width: 1920, height: 1080 });
  counting = false;
  t.ok(turns >= 10, `${turns} turns`);
});
