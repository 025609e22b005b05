/**
 * Cuts a decoder's byte stream into frame slots. Bytes go from the kernel straight into the slot that is being
 * filled; only when there was no slot to read into do they take the way round through a small spill buffer
 * (Node picks the buffer for the next read before it knows whether it may read on).
 */
import type net from 'node:net';
import type { DecoderSink } from '../../supervisors/channel/decoder.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';

const SPILL_BYTES = 65_536;

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

/**
 * @param ordered after this many frames the reader calls `onOverrun` for every further byte and keeps none
 */
export function createFrameReader(sink: DecoderSink, ordered: number, onOverrun: () => void): FrameReader {
  const spill = Buffer.allocUnsafe(SPILL_BYTES);
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

  const advance = (bytes: number) => {
    filled += bytes;
    if (slot === undefined || filled < slot.planes.length) return;
    const whole = slot;
    slot = undefined;
    filled = 0;
    frames++;
    sink.staged(whole);
  };

  /** Copies what stands in the spill buffer into slots; false when room ran out before the bytes did. */
  const pour = (bytes: Buffer): boolean => {
    let rest = bytes;
    while (rest.length > 0) {
      if (frames >= ordered) {
        onOverrun();
        return false;
      }
      if (!haveSlot() || slot === undefined) {
        kept = Buffer.from(rest);
        waiting = true;
        return false;
      }
      const part = Math.min(rest.length, slot.planes.length - filled);
      rest.copy(slot.planes, filled, 0, part);
      rest = rest.subarray(part);
      advance(part);
    }
    return true;
  };

  /** Leases the next slot, so that the next read goes straight into it; false: pause reading. */
  const prepareNext = (): boolean => {
    if (closed) return false;
    // After the last frame, read on into the spill buffer: only so do we learn of the end.
    if (frames >= ordered || haveSlot()) return true;
    waiting = true;
    return false;
  };

  return {
    onread: {
      buffer: () => (slot === undefined ? spill : slot.planes.subarray(filled)),
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
    close() {
      closed = true;
      waiting = false;
      kept = undefined;
      slot?.release();
      slot = undefined;
    },
  };
}
