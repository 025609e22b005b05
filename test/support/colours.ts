/** What a colour is in yuv420p of limited range, and what stands in a picture. */
import type { Format } from '../../supervisors/channel/format.js';

export type Yuv = readonly [y: number, u: number, v: number];

/** Weights of red and blue in luma. */
const WEIGHTS = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] } as const;

/** @param rgb `0xRRGGBB` */
export function yuvOf(rgb: number, matrix: keyof typeof WEIGHTS): Yuv {
  const [red, green, blue] = [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff].map((value) => value / 255) as [
    number,
    number,
    number,
  ];
  const [kr, kb] = WEIGHTS[matrix];
  const luma = kr * red + (1 - kr - kb) * green + kb * blue;
  const chroma = (value: number, weight: number): number => 128 + (112 * (value - luma)) / (1 - weight);
  return [16 + 219 * luma, chroma(blue, kb), chroma(red, kr)];
}

/** What stands in a picture's planes at a pixel. */
export function pixel(planes: Buffer | undefined, { width, height }: Format, x: number, y: number): Yuv {
  if (planes === undefined) throw new Error('there is no such picture');
  const chromaAt = (y >> 1) * (width >> 1) + (x >> 1);
  const chromaSize = (width >> 1) * (height >> 1);
  const at = (offset: number): number => planes[offset] ?? Number.NaN;
  return [at(y * width + x), at(width * height + chromaAt), at(width * height + chromaSize + chromaAt)];
}

/** The largest difference of any component. */
export function difference(one: Yuv, other: Yuv): number {
  return Math.max(...one.map((value, index) => Math.abs(value - (other[index] ?? Number.NaN))));
}
