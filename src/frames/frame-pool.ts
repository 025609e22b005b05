/**
 * The frame pool: all the frame memory a channel ever uses, allocated once. A slot is leased, filled, shared by
 * counting references, and returned by the last release. Releasing more often than retaining is a defect of the
 * caller and throws: silently it would put one frame's memory under two frames.
 */
import { type Format, frameBytes } from '../../supervisors/channel/format.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import type { FramePool } from '../../supervisors/channel/frame-store.js';

/** What stands before each frame's planes in YUV4MPEG2, so that a slot goes out in one write. */
export const FRAME_HEADER = Buffer.from('FRAME\n', 'latin1');

class PooledSlot implements FrameSlot {
  readonly y4m: Buffer;
  readonly planes: Buffer;
  readonly #home: PooledSlot[];
  #references = 0;

  constructor(bytes: number, home: PooledSlot[]) {
    // Outside of Node's shared slab, and not zeroed: the decoder writes every byte before anyone reads one.
    this.y4m = Buffer.allocUnsafeSlow(FRAME_HEADER.length + bytes);
    this.planes = this.y4m.subarray(FRAME_HEADER.length);
    this.#home = home;
  }

  lease(): this {
    this.#references = 1;
    // Whoever had it before may have written other bytes there.
    FRAME_HEADER.copy(this.y4m);
    return this;
  }

  retain(): void {
    if (this.#references === 0) throw new Error('frame slot retained after it was returned to the pool');
    this.#references++;
  }

  release(): void {
    if (this.#references === 0) throw new Error('frame slot released more often than retained');
    if (--this.#references === 0) this.#home.push(this);
  }
}

/** @param slots how many frames there may be at once, whoever holds them; at least 1 */
export function createFramePool(format: Format, slots: number): FramePool {
  const home: PooledSlot[] = [];
  const bytes = frameBytes(format);
  for (let i = 0; i < slots; i++) home.push(new PooledSlot(bytes, home));
  return {
    lease: () => home.pop()?.lease(),
    get free() {
      return home.length;
    },
  };
}
