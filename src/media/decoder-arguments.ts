/**
 * ffmpeg's command line for one decoder order. Everything that comes from outside stands behind `file:`, so that
 * no name is taken for an option or another protocol, and demuxers may open nothing but local files.
 */
import type { DecoderOrder } from '../../supervisors/channel/decoder.js';
import { tickMs } from '../../supervisors/channel/format.js';
import { filterChain } from './filter-chain.js';

/**
 * How far before the wanted frame to seek, as a share of a frame: container timestamps are rounded (Matroska's to
 * a millisecond), and a frame that stands a hair before the seek point would be thrown away. A quarter is far
 * from both neighbours, and the `fps` filter rounds it off again.
 */
const SEEK_EARLY_SHARE = 0.25;

/**
 * How far before the wanted frame a container without an index is entered: ffmpeg lands on the next key frame there,
 * and what lies between is decoded and thrown away. More than any usual distance of key frames (x264's longest is 250
 * frames), and decoded in about a second at 1080p, while two seconds are staged.
 */
const ENTER_EARLY_MS = 10_000;

interface Seek {
  /** Options of the input. */
  readonly before: string[];
  /** Options of the output. */
  readonly after: string[];
}

function seekTo({ asset, format, positionMs }: DecoderOrder): Seek {
  const frameMs = tickMs(format);
  const option = (ms: number) => ['-ss', `${ms.toFixed(3)}ms`];
  const seekMs = positionMs - SEEK_EARLY_SHARE * frameMs;
  if (seekMs <= 0 || asset.still) return { before: [], after: [] };
  const lateMs = asset.pictureLateMs ?? 0;
  if (!asset.lacksIndex) return { before: option(seekMs + lateMs), after: [] };
  // What is discarded are whole frames: the `fps` filter lays its grid from where the input begins.
  const early = seekMs > ENTER_EARLY_MS;
  const discarded = early ? Math.floor(ENTER_EARLY_MS / frameMs) : Math.round(positionMs / frameMs);
  return {
    before: early ? option(seekMs - discarded * frameMs + lateMs) : [],
    after: option((discarded - SEEK_EARLY_SHARE) * frameMs),
  };
}

/** ffmpeg's arguments. The first video stream that is no cover art (`V`) is the picture. */
export function decoderArguments(order: DecoderOrder): string[] {
  const { asset, format } = order;
  const seek = seekTo(order);
  const input =
    asset.input.kind === 'file'
      ? ['-protocol_whitelist', 'file,pipe', ...seek.before, '-i', `file:${asset.input.path}`]
      : [
          ...['-f', 'lavfi', ...seek.before, '-i'],
          `testsrc2=size=${format.width}x${format.height}:rate=${format.fpsNum}/${format.fpsDen}`,
        ];
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-threads', '1'],
    ...input,
    ...['-map', '0:V:0', '-vf', filterChain(format, asset), ...seek.after],
    ...['-frames:v', String(order.frames), '-f', 'yuv4mpegpipe', '-pix_fmt', 'yuv420p', 'pipe:1'],
  ];
}
