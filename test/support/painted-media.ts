/**
 * Makes media files whose every frame carries its number in the picture, so that a test reads which frame it
 * received instead of guessing. Frames are painted here and piped to ffmpeg for encoding.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { spawnPrefix } from '../../src/media/child-prefix.js';
import { stderrTail } from '../../src/media/stderr-tail.js';
import { paintFrameNumber } from './frame-number.js';

export { paintFrameNumber, readFrameNumber } from './frame-number.js';

export interface PaintedMedia {
  /** Where to; the ending chooses the container: mp4, mkv, mov, ts, avi, webm. */
  readonly path: string;
  /** Even; 320 by default. */
  readonly width?: number;
  /** Even; 180 by default. */
  readonly height?: number;
  readonly fps?: '30' | '25' | '50' | '120' | '30000/1001' | '24000/1001' | '60000/1001';
  readonly frames: number;
  /** The first frame's number; 0 by default. Files with disjoint numbers tell themselves apart. */
  readonly firstNumber?: number;
  /** Frames from one key frame to the next; 30 by default. */
  readonly gop?: number;
  /** Encoder arguments in place of the container's usual. */
  readonly videoArguments?: readonly string[];
  /** A tone of this length beside the picture; none by default. */
  readonly audioSeconds?: number;
}

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
/** Sound without encoder delay where the container cannot describe one: the picture then begins at its time 0. */
const CONTAINERS: Readonly<Record<string, { readonly video: readonly string[]; readonly audio: string }>> = {
  '.mp4': { video: X264, audio: 'aac' },
  '.mov': { video: X264, audio: 'aac' },
  '.mkv': { video: X264, audio: 'pcm_s16le' },
  '.ts': { video: X264, audio: 'mp2' },
  '.avi': { video: [...X264, '-bf', '0'], audio: 'pcm_s16le' },
  '.webm': {
    video: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M'],
    audio: 'libopus',
  },
};

/** Resolves once the file is complete; rejects with ffmpeg's words when it could not be made. */
export async function paintMedia(ffmpeg: { readonly path: string }, media: PaintedMedia): Promise<void> {
  const { path, width = 320, height = 180, fps = '30', frames, firstNumber = 0, gop = 30 } = media;
  const container = CONTAINERS[extname(path)];
  if (container === undefined) throw new Error(`no container is known for ${path}`);
  const tone = media.audioSeconds === undefined ? undefined : `sine=duration=${media.audioSeconds}`;
  const [program = '', ...args] = [
    ...[...spawnPrefix(), ffmpeg.path, '-hide_banner', '-nostats', '-v', 'error', '-y'],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', fps, '-i', 'pipe:0'],
    ...(tone === undefined ? [] : ['-f', 'lavfi', '-i', tone]),
    ...['-map', '0:v', ...(media.videoArguments ?? container.video), '-g', String(gop)],
    ...(tone === undefined ? [] : ['-map', '1:a', '-c:a', container.audio]),
    ...['-threads', '1', `file:${path}`],
  ];
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const said = stderrTail();
  child.stderr.on('data', said.push);
  // EPIPE when ffmpeg dies early: its exit code tells.
  child.stdin.on('error', () => {});
  const closed = once(child, 'close');
  const planes = Buffer.alloc((width * height * 3) / 2);
  for (let index = 0; index < frames && child.exitCode === null; index += 1) {
    paintFrameNumber(planes, width, height, firstNumber + index);
    await new Promise((resolve) => child.stdin.write(planes, resolve));
  }
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`could not make ${path}: exit code ${code}\n${said.text()}`);
}
