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

/** ffmpeg's arguments. The first video stream that is no cover art (`V`) is the picture. */
export function decoderArguments(order: DecoderOrder): string[] {
  const { asset, format, positionMs } = order;
  const seekMs = positionMs - SEEK_EARLY_SHARE * tickMs(format);
  const seek = seekMs > 0 ? ['-ss', `${seekMs.toFixed(3)}ms`] : [];
  const input =
    asset.input.kind === 'file'
      ? ['-protocol_whitelist', 'file,pipe', ...seek, '-i', `file:${asset.input.path}`]
      : [
          ...['-f', 'lavfi', ...seek, '-i'],
          `testsrc2=size=${format.width}x${format.height}:rate=${format.fpsNum}/${format.fpsDen}`,
        ];
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-threads', '1'],
    ...input,
    ...['-map', '0:V:0', '-vf', filterChain(format, asset.displaySize)],
    ...['-frames:v', String(order.frames), '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
  ];
}
