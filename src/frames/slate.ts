/**
 * The slate: the picture a channel airs when it has nothing else. It is rendered once into memory, by our own
 * code: what goes on air when ffmpeg fails must not need ffmpeg. An operator's own picture takes its place where there
 * is one (own-slates.ts).
 */

import { type Format, frameBytes } from '../../supervisors/channel/format.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import { bt709, type Canvas, createCanvas, type Yuv } from './slate-canvas.js';
import { type Lettering, letter } from './slate-font.js';

const Y4M_FRAME = 'FRAME\n';

const NIGHT_TOP = bt709(13, 20, 36);
const NIGHT_BOTTOM = bt709(28, 38, 62);
const WHITE = bt709(236, 238, 242);
const AMBER = bt709(246, 178, 60);
/** The colour bars of old, toned down. */
const BARS = [
  bt709(150, 152, 156),
  bt709(158, 146, 48),
  bt709(48, 138, 150),
  bt709(48, 132, 72),
  bt709(136, 62, 134),
  bt709(152, 54, 58),
  bt709(50, 66, 150),
];

/** Cap heights: stroke, line to line, gap to the rule and to the channel's line; the latter's size in headline caps. */
const STROKE = 0.15;
const LEADING = 1.62;
const RULE_GAP = 0.72;
const RULE_HEIGHT = 0.1;
const CHANNEL_CAP = 0.62;

/** What part of the picture the text may take. */
const MAX_TEXT_WIDTH = 0.8;
const MAX_TEXT_HEIGHT = 0.6;
const MAX_CAP = 0.105;

/** The headline in one line where there is room, in more where that makes it clearly larger. */
const HEADLINES: readonly (readonly string[])[] = [["WE'LL BE RIGHT BACK"], ["WE'LL BE", 'RIGHT BACK']];
const WORTH_ANOTHER_LINE = 1.35;

/**
 * Renders the slate of a channel.
 * @param format any even size from 16x16. @param channelId 1 to 2147483647.
 */
export function createSlate(format: Format, channelId: number): FrameSlot {
  const slate = blankSlate(format);
  draw(createCanvas(slate.planes, format.width, format.height), `CHANNEL ${channelId}`);
  return slate;
}

/** A slate without a picture yet. It belongs to no pool and is never given back. */
export function blankSlate(format: Format): FrameSlot {
  const y4m = Buffer.alloc(Y4M_FRAME.length + frameBytes(format));
  y4m.write(Y4M_FRAME, 'latin1');
  return { planes: y4m.subarray(Y4M_FRAME.length), y4m, retain() {}, release() {} };
}

function draw(canvas: Canvas, channel: string): void {
  const { width, height } = canvas;
  canvas.gradient(NIGHT_TOP, NIGHT_BOTTOM);

  const barsHeight = Math.max(2, even(height / 60));
  BARS.forEach((colour, index) => {
    const left = even((width * index) / BARS.length);
    const right = even((width * (index + 1)) / BARS.length);
    canvas.rectangle(left, height - barsHeight, right - left, barsHeight, colour);
  });

  const { lines, cap } = chooseHeadline(width, height);
  const below = letter(channel);
  const channelCap = Math.min(cap * CHANNEL_CAP, (width * MAX_TEXT_WIDTH) / (below.width + STROKE));
  let top = (height - textHeight(lines.length) * cap) / 2;
  for (const line of lines) {
    write(canvas, line, top, cap, WHITE);
    top += LEADING * cap;
  }
  top += (1 - LEADING + RULE_GAP) * cap;
  const ruleWidth = even(cap * 2.4);
  const ruleHeight = Math.max(2, even(RULE_HEIGHT * cap));
  canvas.rectangle(even((width - ruleWidth) / 2), even(top), ruleWidth, ruleHeight, AMBER);
  top += (RULE_HEIGHT + RULE_GAP) * cap;
  write(canvas, below, top, channelCap, AMBER);
}

/** Edges on even pixels are sharp in chroma too, which has half the resolution. */
function even(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}

/** Height of everything that is written, in cap heights of the headline. */
function textHeight(lines: number): number {
  return 1 + (lines - 1) * LEADING + RULE_GAP + RULE_HEIGHT + RULE_GAP + CHANNEL_CAP;
}

function chooseHeadline(width: number, height: number): { lines: Lettering[]; cap: number } {
  const choices = HEADLINES.map((texts) => {
    const lines = texts.map(letter);
    const widest = Math.max(...lines.map((line) => line.width)) + STROKE;
    const cap = Math.min(
      (width * MAX_TEXT_WIDTH) / widest,
      (height * MAX_TEXT_HEIGHT) / textHeight(lines.length),
      Math.max(height, width) * MAX_CAP,
    );
    return { lines, cap };
  });
  return choices.reduce((best, next) => (next.cap > best.cap * WORTH_ANOTHER_LINE ? next : best));
}

function write(canvas: Canvas, { segments, width }: Lettering, top: number, cap: number, colour: Yuv): void {
  const left = (canvas.width - width * cap) / 2;
  const placed = segments.map(({ x0, y0, x1, y1 }) => ({
    x0: left + x0 * cap,
    y0: top + y0 * cap,
    x1: left + x1 * cap,
    y1: top + y1 * cap,
  }));
  canvas.strokes(placed, STROKE * cap, colour);
}
