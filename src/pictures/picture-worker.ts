/**
 * Entry point of the thread that makes JPEGs. One picture at a time, in the order in which they come; whatever goes
 * wrong with one is told, and the next one has its own chance.
 */
import { parentPort } from 'node:worker_threads';
import type { AiredPicture } from '../../supervisors/channel/aired-picture.js';
import { loadJpegEncoder } from './jpeg.js';
import { toRgb } from './rgb.js';

export interface PictureJob {
  readonly job: number;
  readonly picture: AiredPicture;
}

export type PictureResult =
  | { readonly job: number; readonly jpeg: Uint8Array<ArrayBuffer> }
  | { readonly job: number; readonly error: string };

const port = parentPort;
if (port === null) throw new Error('this is the entry point of a worker thread');
const encoder = loadJpegEncoder();

port.on('message', async ({ job, picture }: PictureJob) => {
  const { width, height, matrix } = picture;
  try {
    const planes = Buffer.from(picture.planes, 'base64');
    const size = (width * height * 3) / 2;
    if (planes.length !== size) throw new Error(`${planes.length} bytes instead of ${size}`);
    const jpeg = (await encoder).encode(width, height, (rgb) => toRgb(planes, width, height, matrix, rgb));
    port.postMessage({ job, jpeg } satisfies PictureResult, [jpeg.buffer]);
  } catch (error) {
    port.postMessage({ job, error: String(error) } satisfies PictureResult);
  }
});
