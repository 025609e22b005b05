/** Runs one decoder for a test: collects its frames, tells when it has no room, and how it ended. */
import { chmodSync, writeFileSync } from 'node:fs';
import type { Test } from 'tap';
import { systemClock } from '../../../src/clock/system-clock.js';
import { createFramePool } from '../../../src/frames/frame-pool.js';
import { createFfmpegDecoders, type FfmpegDecoders } from '../../../src/media/ffmpeg-decoder.js';
import type { Decoder, DecoderExit, DecoderOrder } from '../../../supervisors/channel/decoder.js';
import type { FrameSlot } from '../../../supervisors/channel/frame-slot.js';
import type { FramePool } from '../../../supervisors/channel/frame-store.js';
import { deferred } from '../../../supervisors/deferred.js';
import type { MasterClock } from '../../../supervisors/master-clock.js';
import { isAlive } from '../../support/engine-process.js';

export const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 } as const;

export interface Decoding {
  readonly decoders: FfmpegDecoders;
  readonly decoder: Decoder;
  readonly pool: FramePool;
  /** Frames that were staged and not taken yet, in order. */
  readonly staged: FrameSlot[];
  /** What the sink was called with, in order; two equal calls in a row are one. */
  readonly calls: readonly ('lease' | 'staged' | 'exited')[];
  readonly exit: Promise<DecoderExit>;
  /** Resolves when the decoder waits for room. */
  full(): Promise<void>;
  /** Resolves when so many frames are staged. */
  frames(count: number): Promise<void>;
}

/** @param setup.slots all the room there is; plenty by default */
export function decode(
  t: Test,
  order: Pick<DecoderOrder, 'asset' | 'frames'> & Partial<DecoderOrder>,
  setup: { readonly ffmpeg: string; readonly slots?: number; readonly clock?: MasterClock },
): Decoding {
  const complete: DecoderOrder = { incarnation: 1, positionMs: 0, format: FORMAT, ...order };
  const pool = createFramePool(complete.format, setup.slots ?? complete.frames + 1);
  const decoders = createFfmpegDecoders({
    ffmpegPath: setup.ffmpeg,
    clock: setup.clock ?? systemClock,
    nice: 10,
  });
  const staged: FrameSlot[] = [];
  const calls: Decoding['calls'][number][] = [];
  const watchers = new Set<() => void>();
  const { promise: exit, resolve: exited } = deferred<DecoderExit>();
  const note = (call: Decoding['calls'][number]) => {
    if (calls.at(-1) !== call || call === 'exited') calls.push(call);
    // What is asked for is to be seen once the call has been answered.
    queueMicrotask(() => {
      for (const look of [...watchers]) look();
    });
  };
  const when = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  const decoder = decoders.start(complete, {
    lease() {
      note('lease');
      return pool.lease();
    },
    staged(slot) {
      staged.push(slot);
      note('staged');
    },
    exited(how) {
      note('exited');
      exited(how);
    },
  });
  t.teardown(async () => {
    decoders.killAll();
    await exit;
  });
  return {
    decoders,
    decoder,
    pool,
    staged,
    calls,
    exit,
    full: () => when(() => decoder.waitingForRoom),
    frames: (count) => when(() => staged.length >= count),
  };
}

/** A shell script that stands in for ffmpeg; its path. */
export function standIn(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Asserts that the decoder's process is gone and none of its memory is kept, once the staged frames are taken. */
export function leavesNothing(t: Test, { decoders, decoder, pool, staged }: Decoding, slots: number): void {
  t.same(decoders.pids(), [], 'it counts as gone');
  if (decoder.pid !== undefined) t.notOk(isAlive(decoder.pid), 'and is');
  for (const slot of staged.splice(0)) slot.release();
  t.equal(pool.free, slots, 'no frame memory is kept');
}
