/**
 * Drawing into a yuv420p frame: just what the slate needs. Shapes are anti-aliased by how much of each pixel they
 * cover, luma and chroma alike, so that edges are sharp without stairs at any size.
 */
import type { Segment } from './slate-font.js';

/** A colour in limited range (16-235 luma, 16-240 chroma). */
export interface Yuv {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/** A colour given as sRGB, 0-255 each, by BT.709. */
export function bt709(red: number, green: number, blue: number): Yuv {
  const luma = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  return {
    y: 16 + 219 * luma,
    u: 128 + (224 * (blue / 255 - luma)) / 1.8556,
    v: 128 + (224 * (red / 255 - luma)) / 1.5748,
  };
}

export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Fills everything, from `top` at the upper edge to `bottom` at the lower, dithered so that no bands show. */
  gradient(top: Yuv, bottom: Yuv): void;
  /** Fills a rectangle, in pixels with fractions. */
  rectangle(x: number, y: number, width: number, height: number, colour: Yuv): void;
  /** Draws strokes with round ends, in pixels. Where strokes of one call meet, they are one shape. */
  strokes(segments: readonly Segment[], strokeWidth: number, colour: Yuv): void;
}

/** Thresholds of a 4x4 ordered dither, in sixteenths. */
const DITHER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5] as const;

/** @param planes memory of one yuv420p frame of this (even) size. */
export function createCanvas(planes: Buffer, width: number, height: number): Canvas {
  const halfWidth = width / 2;
  const lumaSize = width * height;
  const luma = planes.subarray(0, lumaSize);
  const chromaU = planes.subarray(lumaSize, lumaSize + lumaSize / 4);
  const chromaV = planes.subarray(lumaSize + lumaSize / 4, lumaSize + lumaSize / 2);

  const gradientPlane = (plane: Buffer, rowBytes: number, from: number, to: number) => {
    const rows = plane.length / rowBytes;
    const pattern = Buffer.alloc(4);
    for (let row = 0; row < rows; row += 1) {
      const value = from + ((to - from) * (row + 0.5)) / rows;
      for (let x = 0; x < 4; x += 1) {
        pattern[x] = Math.floor(value + ((DITHER[(row % 4) * 4 + x] ?? 0) + 0.5) / 16);
      }
      plane.fill(pattern, row * rowBytes, (row + 1) * rowBytes);
    }
  };

  /** Lays `colour` over the box by `coverage(x, y)`, from 0 to 1, of each pixel; the box is made even. */
  const blend = (box: Box, colour: Yuv, coverage: (x: number, y: number) => number) => {
    const left = Math.max(0, Math.floor(box.left / 2));
    const right = Math.min(halfWidth, Math.ceil(box.right / 2));
    const top = Math.max(0, Math.floor(box.top / 2));
    const bottom = Math.min(height / 2, Math.ceil(box.bottom / 2));
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1) {
        let sum = 0;
        for (let corner = 0; corner < 4; corner += 1) {
          const x = column * 2 + (corner & 1);
          const y = row * 2 + (corner >> 1);
          const part = coverage(x, y);
          if (part > 0) mix(luma, y * width + x, colour.y, part);
          sum += part;
        }
        if (sum === 0) continue;
        mix(chromaU, row * halfWidth + column, colour.u, sum / 4);
        mix(chromaV, row * halfWidth + column, colour.v, sum / 4);
      }
    }
  };

  return {
    width,
    height,

    gradient(from, to) {
      gradientPlane(luma, width, from.y, to.y);
      gradientPlane(chromaU, halfWidth, from.u, to.u);
      gradientPlane(chromaV, halfWidth, from.v, to.v);
    },

    rectangle(x, y, boxWidth, boxHeight, colour) {
      const box = { left: x, right: x + boxWidth, top: y, bottom: y + boxHeight };
      blend(box, colour, (px, py) => overlap(px, box.left, box.right) * overlap(py, box.top, box.bottom));
    },

    strokes(segments, strokeWidth, colour) {
      const reach = strokeWidth / 2 + 1;
      const box = boundsOf(segments, reach, width, height);
      const boxWidth = box.right - box.left;
      const mask = new Float32Array(Math.max(0, boxWidth * (box.bottom - box.top)));
      for (const segment of segments) cover(mask, box, segment, strokeWidth);
      blend(box, colour, (x, y) =>
        x < box.left || x >= box.right || y < box.top || y >= box.bottom
          ? 0
          : (mask[(y - box.top) * boxWidth + x - box.left] ?? 0),
      );
    },
  };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The whole pixels that strokes can touch, within the picture. */
function boundsOf(segments: readonly Segment[], reach: number, width: number, height: number): Box {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const { x0, y0, x1, y1 } of segments) {
    left = Math.min(left, x0 - reach, x1 - reach);
    right = Math.max(right, x0 + reach, x1 + reach);
    top = Math.min(top, y0 - reach, y1 - reach);
    bottom = Math.max(bottom, y0 + reach, y1 + reach);
  }
  const within = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
  return {
    left: within(Math.floor(left), width),
    right: within(Math.ceil(right), width),
    top: within(Math.floor(top), height),
    bottom: within(Math.ceil(bottom), height),
  };
}

/** Marks how much of each pixel the segment covers, by the distance of the pixel's middle from it. */
function cover(mask: Float32Array, box: Box, segment: Segment, strokeWidth: number): void {
  const { x0, y0, x1, y1 } = segment;
  const reach = strokeWidth / 2 + 1;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy;
  const boxWidth = box.right - box.left;
  const left = Math.max(box.left, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(box.right, Math.ceil(Math.max(x0, x1) + reach));
  const top = Math.max(box.top, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(box.bottom, Math.ceil(Math.max(y0, y1) + reach));
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
      const distance = Math.hypot(px - along * dx, py - along * dy);
      // A stroke thinner than a pixel is drawn fainter instead.
      const part = Math.min(1, strokeWidth, Math.max(0, strokeWidth / 2 + 0.5 - distance));
      const index = (y - box.top) * boxWidth + x - box.left;
      if (part > (mask[index] ?? 0)) mask[index] = part;
    }
  }
}

/** How much of the pixel that begins at `at` lies between the two edges. */
function overlap(at: number, from: number, to: number): number {
  return Math.max(0, Math.min(at + 1, to) - Math.max(at, from));
}

function mix(plane: Buffer, index: number, value: number, part: number): void {
  const before = plane[index] ?? 0;
  plane[index] = Math.round(before + (value - before) * part);
}
