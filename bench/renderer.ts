/** A Renderer that reads numbers and times, for measurements (`renderer-thread.ts`). */
import { Worker } from 'node:worker_threads';
import type { FrameSeen, RendererOrder } from './renderer-thread.js';

export interface Renderer {
  /** Resolves to when the next frame with such a number was there, in ms of `performance.now()`. */
  until(wanted: (number: number) => boolean): Promise<number>;
  /** The longest time between two frames since the last call. */
  longestSilenceMs(): number;
  close(): Promise<void>;
}

export function startRenderer(order: RendererOrder): Renderer {
  const thread = new Worker(new URL('./renderer-thread.js', import.meta.url), { workerData: order });
  const waiting = new Set<{ wanted: (number: number) => boolean; resolve: (atMs: number) => void }>();
  /** `process.hrtime` and `performance.now()` are one clock with two beginnings. */
  const sinceMs = performance.now() - Number(process.hrtime.bigint()) / 1e6;
  let lastMs: number | undefined;
  let longestMs = 0;
  thread.on('message', ({ number, atNs }: FrameSeen) => {
    const atMs = sinceMs + Number(atNs) / 1e6;
    longestMs = Math.max(longestMs, atMs - (lastMs ?? atMs));
    lastMs = atMs;
    if (number === undefined) return;
    for (const each of waiting) {
      if (!each.wanted(number)) continue;
      waiting.delete(each);
      each.resolve(atMs);
    }
  });
  return {
    until: (wanted) => new Promise<number>((resolve) => waiting.add({ wanted, resolve })),
    longestSilenceMs() {
      const longest = longestMs;
      longestMs = 0;
      return longest;
    },
    close: async () => void (await thread.terminate()),
  };
}
