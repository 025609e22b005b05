/**
 * How a picture's samples are to be read, from the words in which ffmpeg describes its stream:
 * `yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive), 1920x1080`. Pure.
 */
import type { PictureColour } from '../../supervisors/channel/plan.js';

type Matrix = NonNullable<PictureColour['matrix']>;

/** ffmpeg's names of matrices. The two of BT.601 have the same coefficients. */
const MATRICES: Readonly<Record<string, Matrix>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};
const RGB = /^(?:x2)?0?a?(?:rgb|bgr|gbr)|^pal8$/;
/** A palette may have transparent entries. */
const ALPHA = /^yuva|^(?:argb|abgr|rgba|bgra|gbra|ya8|ya16|pal8)/;

/** @param line what ffmpeg says of a video stream; undefined where it names no pixel format */
export function pictureColour(line: string): PictureColour | undefined {
  const described = /: Video: .*?, ([a-z]\w+)(?:\(([^()]*)\))?, (\d+)x(\d+)/.exec(line);
  if (described === null) return undefined;
  const [, pixels = '', words = '', width, height] = described;
  const properties = words.split(', ');
  // One word where matrix, primaries and transfer have the same name.
  const names = properties.find((word) => word.includes('/') || word in MATRICES)?.split('/') ?? [];
  const rgb = RGB.test(pixels);
  const transfer = names[2];
  const matrix = MATRICES[names[0] ?? ''] ?? usualMatrix({ width: Number(width), height: Number(height) });
  return {
    matrix: rgb ? undefined : matrix,
    fullRange: properties.includes('pc') || pixels.startsWith('yuvj'),
    alpha: ALPHA.test(pixels),
    hdr: !rgb && (transfer === 'smpte2084' || transfer === 'arib-std-b67') ? transfer : undefined,
  };
}

/** The matrix that everybody assumes of unlabelled video: BT.601 up to 576 lines, BT.709 above. */
export function usualMatrix(size: { readonly width: number; readonly height: number }): 'bt601' | 'bt709' {
  return size.width <= 1024 && size.height <= 576 ? 'bt601' : 'bt709';
}
