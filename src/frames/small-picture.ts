/**
 * Makes a frame small enough to be looked at on a page. It is for the host, beside the ticks: a few rows at a time, so
 * that the event loop is held up for well under a tick even while the code has not been compiled yet, and four
 * samples for each pixel rather than all, which at 1080p would be nine times the work for a picture hardly better.
 */
import { setImmediate } from 'node:timers/promises';
import type { Format } from '../../supervisors/channel/format.js';

export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  /** yuv420p, no padding. */
  readonly planes: Buffer;
}

type Size = Pick<Format, 'width' | 'height'>;

const MAX_WIDTH = 320;
const MAX_HEIGHT = 180;
/** Rows made before the event loop turns: 60 us of work, or 3 ms for the first picture of a process. */
const ROWS_PER_SLICE = 30;

/** The size of the small picture: at most 320x180, of the frame's shape, even. */
export function smallSize({ width, height }: Size): Size {
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** @param planes yuv420p without padding, of this (even) size; they must not change before it resolves */
export async function shrink(planes: Buffer, size: Size): Promise<SmallPicture> {
  const { width, height } = smallSize(size);
  const small = Buffer.allocUnsafeSlow((width * height * 3) / 2);
  const half = { width: size.width / 2, height: size.height / 2 };
  const smallHalf = { width: width / 2, height: height / 2 };
  let rows = 0;
  let from = 0;
  let to = 0;
  for (const [source, target] of [
    [size, { width, height }],
    [half, smallHalf],
    [half, smallHalf],
  ] as const) {
    const columns = sampled(source.width, target.width);
    const lines = sampled(source.height, target.height);
    for (let row = 0; row < target.height; row += 1) {
      const upper = from + (lines[2 * row] as number) * source.width;
      const lower = from + (lines[2 * row + 1] as number) * source.width;
      shrinkRow(planes, upper, lower, columns, small, to);
      to += target.width;
      rows += 1;
      if (rows % ROWS_PER_SLICE === 0) await setImmediate();
    }
    from += source.width * source.height;
  }
  return { width, height, planes: small };
}

/** The two samples that stand for each small one, a quarter and three quarters of its width in. */
function sampled(length: number, smallLength: number): Int32Array {
  return Int32Array.from({ length: 2 * smallLength }, (_, index) =>
    Math.floor(((index + 0.5) * length) / (2 * smallLength)),
  );
}

function shrinkRow(
  planes: Buffer,
  upper: number,
  lower: number,
  columns: Int32Array,
  small: Buffer,
  to: number,
): void {
  for (let at = 0; at < columns.length; at += 2) {
    const left = columns[at] as number;
    const right = columns[at + 1] as number;
    const above = (planes[upper + left] as number) + (planes[upper + right] as number);
    const below = (planes[lower + left] as number) + (planes[lower + right] as number);
    small[to + at / 2] = (above + below + 2) >> 2;
  }
}
