import { test } from 'tap';
import { toRgb } from '../../../src/pictures/rgb.js';
import { yuvOf } from '../../support/colours.js';

const MATRICES = ['bt601', 'bt709'] as const;

/** What a picture of 2x2 pixels with these samples is. */
function rgbOf(y: readonly number[], u: number, v: number, matrix: (typeof MATRICES)[number]): number[] {
  const rgb = new Uint8Array(12);
  toRgb(Uint8Array.from([...y, u, v]), 2, 2, matrix, rgb);
  return [...rgb];
}

test('colours come back as what they were', async (t) => {
  for (const matrix of MATRICES) {
    for (const rgb of [0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0x123456, 0xc08040, 0x808080, 0, 0xffffff]) {
      const [y, u, v] = yuvOf(rgb, matrix).map(Math.round) as [number, number, number];
      const [red = 0, green = 0, blue = 0] = rgbOf([y, y, y, y], u, v, matrix);
      const off = Math.max(
        Math.abs(red - (rgb >> 16)),
        Math.abs(green - ((rgb >> 8) & 0xff)),
        Math.abs(blue - (rgb & 0xff)),
      );
      t.ok(off <= 2, `${rgb.toString(16)} by ${matrix} is off by ${off}`);
    }
  }
});

test('what lies outside of the range is cut off', async (t) => {
  const grey = (y: readonly number[]) => rgbOf(y, 128, 128, 'bt709').filter((_, index) => index % 3 === 0);
  t.same(grey([0, 16, 235, 255]), [0, 0, 255, 255]);
  t.same(rgbOf([255, 255, 255, 255], 255, 255, 'bt709').slice(0, 3), [255, 184, 255]);
});
