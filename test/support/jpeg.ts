/** Reads JPEGs with ffmpeg, which knows nothing of how they were made here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { spawnPrefix } from '../../src/media/child-prefix.js';
import { testFfmpeg } from './ffmpeg.js';

export type Rgb = readonly [red: number, green: number, blue: number];

export interface DecodedJpeg {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Rgb;
  /** As luma of limited range, one plane: what painted numbers are read from. */
  readonly luma: Buffer;
}

/** Rejects when it is no JPEG, or a broken one. */
export async function decodeJpeg(jpeg: Uint8Array): Promise<DecodedJpeg> {
  const { width, height } = jpegSize(Buffer.from(jpeg));
  const ffmpeg = await testFfmpeg();
  const [program = '', ...args] = [
    ...[...spawnPrefix(), ffmpeg.path, '-v', 'error', '-xerror', '-f', 'image2pipe', '-c:v', 'mjpeg'],
    ...['-i', 'pipe:0', '-sws_flags', 'accurate_rnd+full_chroma_int', '-pix_fmt', 'rgb24'],
    ...['-frames:v', '1', '-f', 'rawvideo', 'pipe:1'],
  ];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const parts: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (part) => parts.push(part));
  child.stderr.on('data', (part) => {
    said += part;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(jpeg);
  await once(child, 'close');
  const rgb = Buffer.concat(parts);
  if (said !== '' || rgb.length !== width * height * 3)
    throw new Error(`no JPEG of ${width}x${height}: ${said}`);
  const at = (x: number, y: number): Rgb => {
    const offset = 3 * (y * width + x);
    return [rgb[offset] ?? Number.NaN, rgb[offset + 1] ?? Number.NaN, rgb[offset + 2] ?? Number.NaN];
  };
  const luma = Buffer.alloc(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) luma[y * width + x] = Math.round(16 + (at(x, y)[1] * 219) / 255);
  }
  return { width, height, at, luma };
}

/** From the frame header (SOF0: baseline, which every reader knows). */
function jpegSize(jpeg: Buffer): { width: number; height: number } {
  const sof = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  if (jpeg.readUInt16BE(0) !== 0xffd8 || sof < 0) throw new Error('not a baseline JPEG');
  return { height: jpeg.readUInt16BE(sof + 5), width: jpeg.readUInt16BE(sof + 7) };
}
