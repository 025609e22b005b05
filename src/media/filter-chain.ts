/**
 * The filter chain that turns any picture into the channel's format: whole frames, its rate, its size (letter- or
 * pillar-boxed where the aspect differs), yuv420p in limited range. Works with ffmpeg 4.1 to 7.
 *
 * - `yadif=deint=interlaced` touches only frames that say they are interlaced; others pass by reference.
 * - `fps` has no `start_time`: ffmpeg rebuilds the chain whenever the stream changes its size, and with
 *   `start_time=0` each rebuilt chain repeats its first frame for all the time since the start (a second of work
 *   per half minute of material). A picture that begins later than its file is padded all the same, by the
 *   constant-rate output that ffmpeg uses for `-f yuv4mpegpipe` (so leave `-vsync` and `-fps_mode` alone).
 * - A picture whose shape fits the frame is scaled to it outright: `pad` copies every frame. Of the same size and
 *   already yuv420p, it passes untouched.
 * - `dar` rather than `force_original_aspect_ratio`, which ignores non-square pixels.
 * - `format` stands directly behind `scale`, so that the one conversion there is happens in `scale`; full-range
 *   (yuvj420p) sources become limited in it.
 */
import type { Format } from '../../supervisors/channel/format.js';

const DEINTERLACE = 'yadif=deint=interlaced';

/**
 * @param displaySize the picture's size after pixel aspect and rotation; undefined where it is unknown
 * @returns the value of `-vf`
 */
export function filterChain(
  format: Format,
  displaySize?: { readonly width: number; readonly height: number },
): string {
  const { width, height, fpsNum, fpsDen } = format;
  const rate = `fps=${fpsDen === 1 ? fpsNum : `${fpsNum}/${fpsDen}`}`;
  if (displaySize !== undefined && fills(format, displaySize)) {
    return `${DEINTERLACE},${rate},scale=${width}:${height},format=yuv420p`;
  }
  return `${DEINTERLACE},${rate},${fitted(format)},format=yuv420p,${padded(format)}`;
}

/** The `scale` filter that makes a picture of any shape as large as the frame allows; options may follow it. */
export function fitted({ width, height }: Format): string {
  return `scale=w='${evenFit(width, `${height}*dar`)}':h='${evenFit(height, `${width}/dar`)}'`;
}

/** The filter that puts a fitted picture in the middle of a black frame. */
export function padded({ width, height }: Format): string {
  return `pad=${width}:${height}:-1:-1:black`;
}

/** At least 2, because `scale` takes 0 for "as it was"; rounded, because 720*(1280/720) may be a hair below 1280. */
function evenFit(limit: number, other: string): string {
  return `max(2,round(min(${limit},${other})/2)*2)`;
}

/** Whether the picture, scaled to fit, leaves no border. */
function fills(format: Format, size: { readonly width: number; readonly height: number }): boolean {
  const dar = size.width / size.height;
  const even = (value: number): number => Math.round(value / 2) * 2;
  return (
    even(Math.min(format.width, format.height * dar)) === format.width &&
    even(Math.min(format.height, format.width / dar)) === format.height
  );
}
