/**
 * The stream header of YUV4MPEG2, the uncompressed format that ffplay, ffmpeg, mpv, VLC and GStreamer read from a
 * socket as it is. Frames follow, each led by `FRAME\n` (see the frame pool).
 *
 * Source: yuv4mpeg(5) of mjpegtools. `Ip` progressive, `A1:1` square pixels, `C420mpeg2` 4:2:0 with MPEG-2
 * chroma siting, which is what H.264 decodes to. The whole line must stay below 80 characters: ffmpeg before
 * version 5 refuses a longer one.
 */
import type { Format } from '../../supervisors/channel/format.js';

export function y4mHeader(format: Format): Buffer {
  const { width, height, fpsNum, fpsDen } = format;
  return Buffer.from(
    `YUV4MPEG2 W${width} H${height} F${fpsNum}:${fpsDen} Ip A1:1 C420mpeg2 XYSCSS=420MPEG2\n`,
    'latin1',
  );
}
