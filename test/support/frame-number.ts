/**
 * Writes a number into a yuv420p picture and reads it back: 24 black or white blocks, six across and four down,
 * over the whole picture; 16 bits of number and 8 of checksum. The blocks are large and read in their middle,
 * so they survive H.264 and scaling; anything else (slate, a test pattern, half a frame) fails the checksum.
 */
const COLUMNS = 6;
const ROWS = 4;
const BLACK = 16;
const WHITE = 235;
/** A block must be this near to black or white, on average, to count as one. */
const TOLERANCE = 50;
export const MAX_FRAME_NUMBER = 0xffff;

/** Not 0 for 0, and not 255 for all ones: neither a black nor a white picture is a number. */
function checksum(number: number): number {
  return ((number & 0xff) * 7 + (number >> 8) * 31 + 0x59) & 0xff;
}

/** Paints the number over the whole picture. `planes`: yuv420p without padding, width and height even. */
export function paintFrameNumber(planes: Buffer, width: number, height: number, number: number): void {
  if (!Number.isInteger(number) || number < 0 || number > MAX_FRAME_NUMBER) {
    throw new RangeError(`frame number ${number} does not fit 16 bits`);
  }
  const bits = (number << 8) | checksum(number);
  const row = Buffer.alloc(width);
  for (let block = 0; block < ROWS; block += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const luma = (bits >>> (block * COLUMNS + column)) & 1 ? WHITE : BLACK;
      row.fill(luma, edge(column, COLUMNS, width), edge(column + 1, COLUMNS, width));
    }
    for (let y = edge(block, ROWS, height); y < edge(block + 1, ROWS, height); y += 1) {
      row.copy(planes, y * width);
    }
  }
  planes.fill(128, width * height);
}

/** The number painted into the picture; undefined when there is none that can be trusted. */
export function readFrameNumber(planes: Buffer, width: number, height: number): number | undefined {
  let bits = 0;
  for (let block = 0; block < ROWS; block += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const mean = meanLuma(planes, width, [
        ...middle(edge(column, COLUMNS, width), edge(column + 1, COLUMNS, width)),
        ...middle(edge(block, ROWS, height), edge(block + 1, ROWS, height)),
      ]);
      if (Math.abs(mean - WHITE) <= TOLERANCE) bits |= 1 << (block * COLUMNS + column);
      else if (Math.abs(mean - BLACK) > TOLERANCE) return undefined;
    }
  }
  const number = bits >>> 8;
  return (bits & 0xff) === checksum(number) ? number : undefined;
}

function edge(index: number, count: number, size: number): number {
  return Math.floor((index * size) / count);
}

/** The middle half of a stretch. */
function middle(from: number, to: number): [number, number] {
  const quarter = Math.floor((to - from) / 4);
  return [from + quarter, to - quarter];
}

function meanLuma(
  planes: Buffer,
  width: number,
  [left, right, top, bottom]: [number, number, number, number],
): number {
  let sum = 0;
  let count = 0;
  // Every second pixel is plenty, and keeps reading a 1080p frame below a millisecond or two.
  for (let y = top; y < bottom; y += 2) {
    for (let x = left; x < right; x += 2) {
      sum += planes[y * width + x] ?? 0;
      count += 1;
    }
  }
  return sum / count;
}
