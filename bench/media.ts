/** Media for the benchmarks: a moving picture of the size asked for, encoded once per run into a temporary folder. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** H.264 at 30 fps, a key frame every two seconds, as stations keep their files. */
export async function makeMovie(
  ffmpeg: string,
  folder: string,
  size: string,
  seconds: number,
): Promise<string> {
  const file = path.join(folder, `${size}.mp4`);
  await run(ffmpeg, [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=30:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', '60', '-pix_fmt', 'yuv420p', file],
  ]);
  return file;
}
