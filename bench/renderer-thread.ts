/**
 * A Renderer in a thread of its own, so that what a measurement does besides does not count as silence on the wire: reads
 * every frame into the same memory and tells its number, and when its last byte was there.
 */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { readFrameNumber } from '../test/support/frame-number.js';

export interface RendererOrder {
  readonly port: number;
  readonly width: number;
  readonly height: number;
}

/** @property atNs of `process.hrtime`, which is the same in all threads */
export interface FrameSeen {
  readonly number: number | undefined;
  readonly atNs: bigint;
}

const MARK_BYTES = 'FRAME\n'.length;
const LINE_END = 0x0a;

const { port, width, height } = workerData as RendererOrder;
const frame = Buffer.alloc(MARK_BYTES + (width * height * 3) / 2);
const incoming = Buffer.alloc(1 << 20);
let filled = 0;
let inHeader = true;

function take(bytes: Buffer): void {
  let rest = bytes;
  if (inHeader) {
    const end = rest.indexOf(LINE_END);
    if (end < 0) return;
    inHeader = false;
    rest = rest.subarray(end + 1);
  }
  while (rest.length > 0) {
    const part = rest.copy(frame, filled);
    rest = rest.subarray(part);
    filled += part;
    if (filled < frame.length) return;
    filled = 0;
    const atNs = process.hrtime.bigint();
    const number = readFrameNumber(frame.subarray(MARK_BYTES), width, height);
    parentPort?.postMessage({ number, atNs } satisfies FrameSeen);
  }
}

connect({
  port,
  host: '127.0.0.1',
  onread: {
    buffer: incoming,
    callback(bytes, into) {
      take(Buffer.from(into.buffer, into.byteOffset, bytes));
      return true;
    },
  },
}).resume();
