/**
 * The pacer: the frame clock of a channel. At every tick it takes one frame and hands it to the output; it waits
 * for nothing and nobody. Ticks lie on absolute deadlines, so that lateness never adds up.
 *
 * A tick that is late because this process was held up is made up at once, in order, none left out, so that a
 * Renderer that counts frames stays right. Only after a pause of more than two seconds are ticks skipped.
 */

import type { Airing } from '../../supervisors/channel/airing.js';
import type { PacerOrder, PacerPort } from '../../supervisors/channel/channel-ports.js';
import { type Format, tickAtOrAfter, tickDueMs, tickMs } from '../../supervisors/channel/format.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import type { AiringSource } from '../../supervisors/channel/snapshot.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** A pause longer than this is not made up. */
const SKIP_AFTER_MS = 2_000;

export interface PacerOptions extends PacerOrder {
  readonly format: Format;
  readonly epochMs: number;
  readonly clock: MasterClock;
  readonly slate: FrameSlot;
}

export function startPacer(options: PacerOptions): PacerPort {
  const { format, epochMs, clock, source, slate, air, stats } = options;
  const intervalMs = tickMs(format);
  let nextTick = options.firstTick;
  let airing: AiringSource | null = null;
  /** The last content frame, for holding; ours to release. */
  let held: FrameSlot | undefined;
  let timer: Timer;
  let stopped = false;

  const frameOf = (decided: Airing): FrameSlot => {
    if (decided.source === 'content') {
      held?.release();
      held = decided.slot;
      return decided.slot;
    }
    if (decided.source === 'hold') return held ?? slate;
    held?.release();
    held = undefined;
    return slate;
  };

  const runTick = (tick: number) => {
    const decided = source.next(tick);
    air(frameOf(decided));
    const lateMs = clock.nowMs() - tickDueMs(epochMs, tick, format);
    airing = decided.source;
    stats.framesAired[decided.source === 'pad' ? 'slate' : decided.source]++;
    stats.frameGapSeconds = -lateMs / 1000;
    stats.tickLateness.observe(Math.max(0, lateMs) / 1000);
    if (lateMs > intervalMs) stats.ticksMissed++;
  };

  const fire = () => {
    const lateMs = clock.nowMs() - tickDueMs(epochMs, nextTick, format);
    try {
      if (lateMs > SKIP_AFTER_MS) {
        const resumeAt = tickAtOrAfter(epochMs, clock.nowMs(), format) - 1;
        const skipped = resumeAt - nextTick;
        stats.ticksMissed += skipped;
        nextTick = resumeAt;
        options.onSkipped(skipped, lateMs);
      }
      do runTick(nextTick++);
      while (!stopped && tickDueMs(epochMs, nextTick, format) <= clock.nowMs());
      if (stopped) return;
      // Only what the loop itself lost counts as the host's lateness; ordinary timer jitter does not.
      source.tend(nextTick - 1, lateMs > intervalMs ? lateMs : 0);
      arm();
    } catch (error) {
      stop();
      options.onFailure(error);
    }
  };
  const arm = () => {
    timer = clock.at(tickDueMs(epochMs, nextTick, format), fire);
  };
  const stop = () => {
    stopped = true;
    timer.cancel();
    held?.release();
    held = undefined;
  };
  arm();

  return {
    get tick() {
      return nextTick - 1;
    },
    get airing() {
      return airing;
    },
    stop,
  };
}
