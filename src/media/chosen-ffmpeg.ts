/** Which ffmpeg the user asked for, if any: the configuration (flag, environment, file) before `FFMPEG_BIN`. */
import { findFfmpeg, type LocatedFfmpeg } from './ffmpeg-locator.js';

/** @throws FfmpegNotFoundError when the one asked for, or any at all, cannot be used */
export function chosenFfmpeg(configured: string | null): Promise<LocatedFfmpeg> {
  const explicit = configured ?? process.env.FFMPEG_BIN ?? '';
  return findFfmpeg(explicit === '' ? {} : { explicit });
}
