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
 * - `format` stands directly behind `scale`, so that the one conversion there is happens in `scale`. It is told of
 *   matrices and ranges only where they are not the channel's: told of any, it copies even what fits already.
 * - A still is scaled first and repeated after.
 */
import type { Format } from '../../supervisors/channel/format.js';
import type { PictureColour, ReadyAsset } from '../../supervisors/channel/plan.js';
import { usualMatrix } from './picture-colour.js';

const DEINTERLACE = 'yadif=deint=interlaced';

/** How bright a white sheet is in pictures of high dynamic range, in cd/m2 (BT.2408). */
const WHITE_NITS = 203;

/**
 * @param picture what the probe told of it; what is unknown is taken to be like the channel's own
 * @returns the value of `-vf`
 */
export function filterChain(
  format: Format,
  picture: Pick<ReadyAsset, 'displaySize' | 'still' | 'colour'> = { displaySize: undefined },
): string {
  const { width, height, fpsNum, fpsDen } = format;
  const { displaySize, colour, still } = picture;
  const rate = `fps=${fpsDen === 1 ? fpsNum : `${fpsNum}/${fpsDen}`}`;
  const outright = displaySize !== undefined && fills(format, displaySize);
  const scale = outright ? `scale=${width}:${height}` : fitted(format);
  // RGB is never interlaced, and yadif would have it repacked.
  const deinterlace = colour !== undefined && colour.matrix === undefined ? [] : [DEINTERLACE];
  return [
    ...(still ? [] : [...deinterlace, rate]),
    ...scaled(scale, usualMatrix(format), colour),
    ...(outright ? [] : [padded(format)]),
    ...(still ? [...held(format), rate] : []),
  ].join(',');
}

/** Scales, and makes yuv420p in limited range, by the channel's matrix, of whatever it is. */
function scaled(scale: string, matrix: string, colour: PictureColour | undefined): string[] {
  if (colour === undefined) return [scale, 'format=yuv420p'];
  if (colour.hdr !== undefined) return [scale, ...toneMapped(colour, matrix), 'format=yuv420p'];
  const from = [
    ...(colour.matrix === undefined || colour.matrix === matrix ? [] : [`in_color_matrix=${colour.matrix}`]),
    ...(colour.fullRange && colour.matrix !== undefined ? ['in_range=full'] : []),
  ];
  const to = [
    ...(colour.matrix === matrix ? [] : [`out_color_matrix=${matrix}`]),
    ...(colour.fullRange ? ['out_range=limited'] : []),
  ];
  const last = (options: readonly string[]) => [[scale, ...options].join(':'), 'format=yuv420p'];
  if (!colour.alpha) return last([...from, ...to]);
  const black = 'format=gbrap,premultiply=inplace=1,format=gbrp';
  return [
    ['scale=out_range=full', ...from].join(':'),
    black,
    ...last([`out_color_matrix=${matrix}`, 'out_range=limited']),
  ];
}

/** After scaling, because it is the dearest of all; in linear light, where colours of BT.2020 become those of BT.709. */
function toneMapped({ hdr, matrix: from, fullRange }: PictureColour, to: string): string[] {
  const source = `tin=${hdr}:min=${from === 'bt2020' ? 'bt2020nc' : from}:pin=bt2020:rin=${fullRange ? 'full' : 'limited'}`;
  return [
    `zscale=${source}:t=linear:npl=${WHITE_NITS}`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    // Leaves all below a third of white as it is, and makes room above for what is brighter than white.
    'tonemap=mobius:param=0.3:desat=0',
    `zscale=t=bt709:m=${to === 'bt601' ? 'smpte170m' : 'bt709'}:r=limited`,
  ];
}

/** The one picture again and again: it has been decoded and scaled once, and no copy is made. */
function held({ fpsNum, fpsDen }: Format): string[] {
  return ['loop=loop=-1:size=1:start=0', `settb=${fpsDen}/${fpsNum}`, 'setpts=N'];
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
