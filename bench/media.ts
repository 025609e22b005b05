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

export interface StationFile {
  readonly size: string;
  readonly megabitsPerSecond: number;
  /** How often its ten seconds follow each other. */
  readonly turns: number;
}

/**
 * A file at 30 fps as stations keep them: B-frames, fine detail and some grain; ten seconds of it, over and over, because
 * encoding it takes longer than measuring with it.
 */
export async function makeStationFile(ffmpeg: string, folder: string, order: StationFile): Promise<string> {
  const { size, megabitsPerSecond: rate, turns } = order;
  const turn = path.join(folder, `turn-${size}.mp4`);
  const file = path.join(folder, `station-${size}.mp4`);
  await run(ffmpeg, [
    ...[
      '-v',
      'error',
      '-y',
      '-f',
      'lavfi',
      '-i',
      `mandelbrot=s=${size}:r=30,noise=alls=8:allf=t`,
      '-t',
      '10',
    ],
    ...['-c:v', 'libx264', '-preset', 'fast', '-b:v', `${rate}M`, '-maxrate', `${rate * 1.25}M`],
    ...['-bufsize', `${rate * 2}M`, '-g', '60', '-bf', '3', '-pix_fmt', 'yuv420p', turn],
  ]);
  await run(ffmpeg, ['-v', 'error', '-y', '-stream_loop', String(turns - 1), '-i', turn, '-c', 'copy', file]);
  return file;
}
