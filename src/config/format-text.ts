/**
 * Reads a format as people write it: `1280x720@30`, `1920x1080@29.97`, `1920x1080@30000/1001`. The rate is kept as an
 * exact fraction: the decimals in use for NTSC stand for their `n*1000/1001`, other decimals are refused rather than
 * guessed at, because a rate that is slightly wrong shows only after hours.
 */
import type { Format } from '../../supervisors/channel/format.js';

const FORMAT = /^(\d{1,5})x(\d{1,5})@(\d{1,6}(?:\.\d{1,6})?)(?:\/(\d{1,6}))?$/;
const NTSC_RATES = new Map([
  ['23.976', 24],
  ['23.98', 24],
  ['29.97', 30],
  ['59.94', 60],
  ['119.88', 120],
]);
const SHAPE = 'must be WIDTHxHEIGHT@RATE, for example 1280x720@30, 1920x1080@29.97 or 1920x1080@30000/1001';

/** The format in `text`, or what is wrong with it, in words that follow a key (`must be ...`). */
export function parseFormat(text: string): Format | { readonly problem: string } {
  const match = FORMAT.exec(text.trim());
  if (match === null) return { problem: SHAPE };
  const [, width, height, rate = '', divisor] = match;
  const fps = parseRate(rate, divisor);
  if (fps === undefined) {
    return {
      problem: `has a frame rate that is no exact fraction: write it as N/D, for example 25/2, ${SHAPE}`,
    };
  }
  const format = { width: Number(width), height: Number(height), ...fps };
  const problem = limitProblem(format);
  return problem === undefined ? format : { problem };
}

function parseRate(rate: string, divisor: string | undefined): Pick<Format, 'fpsNum' | 'fpsDen'> | undefined {
  const ntsc = NTSC_RATES.get(rate);
  if (ntsc !== undefined && divisor === undefined) return { fpsNum: ntsc * 1000, fpsDen: 1001 };
  const num = Number(rate);
  const den = Number(divisor ?? 1);
  if (!Number.isInteger(num) || den === 0) return undefined;
  const common = greatestCommonDivisor(num, den);
  return { fpsNum: num / common, fpsDen: den / common };
}

function limitProblem({ width, height, fpsNum, fpsDen }: Format): string | undefined {
  if (width < 16 || width > 7680) return 'must have a width from 16 to 7680';
  if (height < 16 || height > 4320) return 'must have a height from 16 to 4320';
  if (width % 2 !== 0 || height % 2 !== 0)
    return 'must have an even width and height, because of 4:2:0 chroma';
  if (fpsNum < fpsDen || fpsNum > 120 * fpsDen) return 'must have a frame rate from 1 to 120';
  return undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
