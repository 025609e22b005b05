/** Turns a picture's planes into the red, green and blue that a player would show. Pure. */

/** Weights of red and blue in luma. */
const WEIGHTS = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722] } as const;

/**
 * @param planes yuv420p of limited range, without padding. @param matrix by which they are to be read
 * @param rgb is filled: three bytes a pixel, row by row
 */
export function toRgb(
  planes: Uint8Array,
  width: number,
  height: number,
  matrix: keyof typeof WEIGHTS,
  rgb: Uint8Array,
): void {
  const [red, blue] = WEIGHTS[matrix];
  const green = 1 - red - blue;
  // Chroma is the distance of blue and red from luma, as a part of the largest there can be.
  const redOfV = (2 * (1 - red) * 255) / 224;
  const blueOfU = (2 * (1 - blue) * 255) / 224;
  const greenOfV = -(red / green) * redOfV;
  const greenOfU = -(blue / green) * blueOfU;
  const chromaWidth = width / 2;
  const uAt = width * height;
  const vAt = uAt + uAt / 4;
  for (let y = 0; y < height; y += 1) {
    const chromaRow = (y >> 1) * chromaWidth;
    for (let x = 0; x < width; x += 1) {
      const luma = (((planes[y * width + x] as number) - 16) * 255) / 219;
      const u = (planes[uAt + chromaRow + (x >> 1)] as number) - 128;
      const v = (planes[vAt + chromaRow + (x >> 1)] as number) - 128;
      const to = 3 * (y * width + x);
      rgb[to] = byte(luma + redOfV * v);
      rgb[to + 1] = byte(luma + greenOfU * u + greenOfV * v);
      rgb[to + 2] = byte(luma + blueOfU * u);
    }
  }
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
