/**
 * The slate's lettering: capitals, digits and an apostrophe drawn as strokes, so that they are sharp at any size. Lengths
 * are in cap heights: a capital stands on y = 1 and reaches up to y = 0.
 */

/** A straight piece of a stroke. */
export interface Segment {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A stroke: x and y of its points in turn. */
type Stroke = readonly number[];

interface Glyph {
  readonly width: number;
  readonly strokes: readonly Stroke[];
}

/** Space between the outermost strokes of two letters, and what a blank adds to it. */
const LETTER_GAP = 0.34;
const BLANK = 0.38;
/** Enough for curves to look round on an 8K slate. */
const CURVE_STEPS = 24;

/** Points along an ellipse around a centre, between two angles in degrees: 0 is right of it, 90 below. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Stroke {
  return Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / CURVE_STEPS) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  }).flat();
}

const UPPER_BOWL = [0, 0, 0.3, 0, ...arc(0.3, 0.25, 0.27, 0.25, -90, 90), 0, 0.5];
const LOWER_BOWL = [0.3, 0.5, ...arc(0.33, 0.75, 0.27, 0.25, -90, 90), 0, 1];

const GLYPHS: Readonly<Record<string, Glyph>> = {
  A: {
    width: 0.7,
    strokes: [
      [0, 1, 0.35, 0, 0.7, 1],
      [0.12, 0.66, 0.58, 0.66],
    ],
  },
  B: { width: 0.6, strokes: [[0, 1, ...UPPER_BOWL], LOWER_BOWL] },
  C: { width: 0.66, strokes: [arc(0.42, 0.5, 0.42, 0.5, -52, -308)] },
  E: {
    width: 0.52,
    strokes: [
      [0.52, 0, 0, 0, 0, 1, 0.52, 1],
      [0, 0.5, 0.45, 0.5],
    ],
  },
  G: { width: 0.74, strokes: [[...arc(0.42, 0.5, 0.42, 0.5, -52, -318), 0.74, 0.55, 0.47, 0.55]] },
  H: {
    width: 0.62,
    strokes: [
      [0, 0, 0, 1],
      [0.62, 0, 0.62, 1],
      [0, 0.5, 0.62, 0.5],
    ],
  },
  I: { width: 0, strokes: [[0, 0, 0, 1]] },
  K: {
    width: 0.58,
    strokes: [
      [0, 0, 0, 1],
      [0.56, 0, 0, 0.62],
      [0.2, 0.42, 0.58, 1],
    ],
  },
  L: { width: 0.5, strokes: [[0, 0, 0, 1, 0.5, 1]] },
  N: { width: 0.64, strokes: [[0, 1, 0, 0, 0.64, 1, 0.64, 0]] },
  R: {
    width: 0.6,
    strokes: [
      [0, 1, ...UPPER_BOWL],
      [0.28, 0.5, 0.6, 1],
    ],
  },
  T: {
    width: 0.64,
    strokes: [
      [0, 0, 0.64, 0],
      [0.32, 0, 0.32, 1],
    ],
  },
  W: { width: 0.96, strokes: [[0, 0, 0.24, 1, 0.48, 0.1, 0.72, 1, 0.96, 0]] },
  "'": { width: 0, strokes: [[0, 0, 0, 0.24]] },
  '0': { width: 0.62, strokes: [arc(0.31, 0.5, 0.31, 0.5, 0, 360)] },
  '1': { width: 0.26, strokes: [[0, 0.2, 0.26, 0, 0.26, 1]] },
  '2': { width: 0.56, strokes: [[...arc(0.28, 0.28, 0.27, 0.28, -170, 35), 0, 1, 0.56, 1]] },
  '3': {
    width: 0.56,
    strokes: [arc(0.27, 0.25, 0.25, 0.25, -160, 90), arc(0.27, 0.74, 0.29, 0.26, -90, 160)],
  },
  '4': { width: 0.64, strokes: [[0.46, 1, 0.46, 0, 0, 0.7, 0.64, 0.7]] },
  '5': { width: 0.56, strokes: [[0.5, 0, 0.08, 0, 0.04, 0.46, ...arc(0.26, 0.68, 0.3, 0.32, -136, 150)]] },
  '6': { width: 0.58, strokes: [arc(0.29, 0.69, 0.29, 0.31, 0, 360), [0.44, 0, 0.035, 0.56]] },
  '7': { width: 0.54, strokes: [[0, 0, 0.54, 0, 0.16, 1]] },
  '8': { width: 0.58, strokes: [arc(0.29, 0.24, 0.25, 0.24, 0, 360), arc(0.29, 0.74, 0.29, 0.26, 0, 360)] },
  '9': { width: 0.58, strokes: [arc(0.29, 0.31, 0.29, 0.31, 0, 360), [0.14, 1, 0.545, 0.44]] },
};

/** A line of text as strokes, its left edge at x = 0. */
export interface Lettering {
  readonly segments: readonly Segment[];
  /** From the middle of the first stroke to that of the last. */
  readonly width: number;
}

/**
 * Sets one line of capitals and digits.
 * @throws RangeError for a character without a glyph: a slate that lacks a letter is worse than none at a start.
 */
export function letter(text: string): Lettering {
  const segments: Segment[] = [];
  let x = 0;
  let width = 0;
  for (const character of text) {
    if (character === ' ') {
      x += BLANK;
      continue;
    }
    const glyph = GLYPHS[character];
    if (glyph === undefined) throw new RangeError(`the slate's font has no ${JSON.stringify(character)}`);
    for (const stroke of glyph.strokes) segments.push(...segmentsOf(stroke, x));
    width = x + glyph.width;
    x = width + LETTER_GAP;
  }
  return { segments, width };
}

function segmentsOf(stroke: Stroke, x: number): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i + 3 < stroke.length; i += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = stroke.slice(i, i + 4);
    segments.push({ x0: x + x0, y0, x1: x + x1, y1 });
  }
  return segments;
}
