/** The ffmpeg that tests use: the one the engine would find, looked for once per process. */
import { findFfmpeg, type LocatedFfmpeg } from '../../src/media/ffmpeg-locator.js';

let found: Promise<LocatedFfmpeg> | undefined;

export function testFfmpeg(): Promise<LocatedFfmpeg> {
  found ??= findFfmpeg({ explicit: process.env.FFMPEG_BIN });
  return found;
}
