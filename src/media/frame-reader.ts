/**
 * Cuts a decoder's byte stream into frame slots. Bytes go from the kernel straight into the slot that is being
 * filled; only when there was no slot to read into do they take the way round through a small spill buffer
 * (Node picks the buffer for the next read before it knows whether it may read on).
 *
 * The stream is YUV4MPEG2, whose header tells the size of the pictures and whose frames are each led by a mark, just as
 * they stand in a slot. A stream that is anything else is refused where it begins to be (docs/decisions/0009): of bytes
 * alone, pictures of another size would be cut into garbage, and aired.
 */
import type net from 'node:net';
import type { DecoderOrder, DecoderSink } from '../../supervisors/channel/decoder.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import { FRAME_HEADER } from '../frames/frame-pool.js';
import { headerFault } from './stream-header.js';

const SPILL_BYTES = 65_536;
/** ffmpeg's stream header has some 70 characters; what has no line end by then is none. */
const MAX_HEADER_BYTES = 256;
const LINE_END = 0x0a;

export interface FrameReader {
  /** For `net.connect`: where to read to, and what to do with what was read. */
  readonly onread: net.OnReadOpts;
  /** Whole frames delivered so far. */
  readonly frames: number;
  readonly waitingForRoom: boolean;
  /** Asks for a slot again; true if reading can go on. */
  resume(): boolean;
  /** Gives back the slot that is half filled. Nothing is delivered afterwards. */
  close(): void;
}

export interface StreamFaults {
  /** More than was ordered has come; called for every further read, of which nothing is kept. */
  overrun(): void;
  /** What comes is no picture of the format; the reader has closed. `what`: a clause whose subject is the decoder. */
  garbage(what: string): void;
}

export function createFrameReader(
  sink: DecoderSink,
  { frames: ordered, format }: Pick<DecoderOrder, 'frames' | 'format'>,
  faults: StreamFaults,
): FrameReader {
  const spill = Buffer.allocUnsafe(SPILL_BYTES);
  /** As far as it has come; undefined once it is read and right. */
  let header: string | undefined = '';
  let slot: FrameSlot | undefined;
  let filled = 0;
  let frames = 0;
  let waiting = false;
  let closed = false;
  /** Bytes that were read while there was no room for them. */
  let kept: Buffer | undefined;

  const haveSlot = (): boolean => {
    if (slot !== undefined) return true;
    slot = sink.lease();
    filled = 0;
    return slot !== undefined;
  };

  const close = () => {
    closed = true;
    waiting = false;
    kept = undefined;
    slot?.release();
    slot = undefined;
  };

  const refuse = (what: string) => {
    close();
    faults.garbage(what);
  };

  const advance = (bytes: number) => {
    filled += bytes;
    if (slot === undefined || filled < slot.y4m.length) return;
    const isFrame = slot.y4m.compare(FRAME_HEADER, 0, FRAME_HEADER.length, 0, FRAME_HEADER.length) === 0;
    if (!isFrame) return refuse('wrote something else where a frame was due');
    const whole = slot;
    slot = undefined;
    filled = 0;
    frames++;
    sink.staged(whole);
  };

  /** Takes the stream's header off its beginning; answers what stands behind it. */
  const pastHeader = (bytes: Buffer): Buffer => {
    const lineEnd = bytes.indexOf(LINE_END);
    const upTo = lineEnd < 0 ? bytes.length : lineEnd;
    header = `${header}${bytes.toString('latin1', 0, Math.min(upTo, MAX_HEADER_BYTES))}`;
    if (lineEnd >= 0 || header.length >= MAX_HEADER_BYTES) {
      const wrong = headerFault(header, format);
      if (wrong !== undefined) refuse(wrong);
      header = undefined;
    }
    return bytes.subarray(upTo + 1);
  };

  /** Copies what stands in the spill buffer into slots; false when room ran out before the bytes did. */
  const pour = (bytes: Buffer): boolean => {
    let rest = header === undefined ? bytes : pastHeader(bytes);
    while (rest.length > 0 && !closed) {
      if (frames >= ordered) {
        faults.overrun();
        return false;
      }
      if (!haveSlot() || slot === undefined) {
        kept = Buffer.from(rest);
        waiting = true;
        return false;
      }
      const part = Math.min(rest.length, slot.y4m.length - filled);
      rest.copy(slot.y4m, filled, 0, part);
      rest = rest.subarray(part);
      advance(part);
    }
    return true;
  };

  /** Leases the next slot, so that the next read goes straight into it; false: pause reading. */
  const prepareNext = (): boolean => {
    if (closed) return false;
    // Before the first frame, and after the last, read on into the spill buffer: there is a header, and an end.
    if (header !== undefined || frames >= ordered || haveSlot()) return true;
    waiting = true;
    return false;
  };

  return {
    onread: {
      buffer: () => (slot === undefined ? spill : slot.y4m.subarray(filled)),
      callback(bytes, buffer) {
        if (closed) return false;
        if (waiting) {
          // A paused socket may still deliver what it had read: it comes after what is kept already.
          kept = Buffer.concat([kept ?? Buffer.alloc(0), spill.subarray(0, bytes)]);
          return false;
        }
        // Node hands back the very array that it was given to read into.
        if (buffer === spill) return pour(spill.subarray(0, bytes)) && prepareNext();
        advance(bytes);
        return prepareNext();
      },
    },
    get frames() {
      return frames;
    },
    get waitingForRoom() {
      return waiting;
    },
    resume() {
      if (closed || !waiting || !haveSlot()) return false;
      waiting = false;
      const rest = kept;
      kept = undefined;
      return (rest === undefined || pour(rest)) && prepareNext();
    },
    close,
  };
}
