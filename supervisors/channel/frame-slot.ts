/**
 * A slot of the frame pool: memory for one frame, shared by counting. Whoever keeps a slot beyond the call in
 * which it was handed over retains it, and releases it once; the last release returns it to the pool.
 */
export interface FrameSlot {
  /** The frame's planes (yuv420p, no padding). */
  readonly planes: Buffer;
  /** The same memory led by the six bytes `FRAME\n`: one y4m frame as it comes from a decoder and goes to a consumer. */
  readonly y4m: Buffer;
  retain(): void;
  release(): void;
}
