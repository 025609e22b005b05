/**
 * A channel's format and the arithmetic of its frame clock. Tick `n` is due at `epoch + n * den / num` seconds:
 * always computed from `n`, never accumulated, so that no error can build up however long a channel runs.
 */
export interface Format {
  /** Luma width in pixels; even, because of 4:2:0. */
  readonly width: number;
  /** Luma height in pixels; even. */
  readonly height: number;
  /** Frame rate as a fraction: `fpsNum / fpsDen` frames per second (30000/1001 for NTSC). */
  readonly fpsNum: number;
  readonly fpsDen: number;
}

/** Bytes of one yuv420p frame of this format, without any header. */
export function frameBytes(format: Format): number {
  return (format.width * format.height * 3) / 2;
}

/** Duration of one tick in milliseconds. For display and limits only; due times come from {@link tickDueMs}. */
export function tickMs(format: Format): number {
  return (1000 * format.fpsDen) / format.fpsNum;
}

/** The monotonic time at which tick `tick` is due. Exact to far below a microsecond for years of ticks. */
export function tickDueMs(epochMs: number, tick: number, format: Format): number {
  return epochMs + (tick * 1000 * format.fpsDen) / format.fpsNum;
}

/** The first tick that is due at or after the monotonic time `atMs`. */
export function tickAtOrAfter(epochMs: number, atMs: number, format: Format): number {
  const guess = Math.ceil(((atMs - epochMs) * format.fpsNum) / (1000 * format.fpsDen));
  // The division may round across a boundary by one.
  return tickDueMs(epochMs, guess - 1, format) >= atMs ? guess - 1 : guess;
}

/** How many whole frames cover `durationMs`, rounded to the nearest: the design's rule for boundaries. */
export function framesIn(durationMs: number, format: Format): number {
  return Math.round((durationMs * format.fpsNum) / (1000 * format.fpsDen));
}

/** `1280x720@30` or `1920x1080@30000/1001`, as the command line and snapshots write it. */
export function formatLabel(format: Format): string {
  const rate = format.fpsDen === 1 ? `${format.fpsNum}` : `${format.fpsNum}/${format.fpsDen}`;
  return `${format.width}x${format.height}@${rate}`;
}
