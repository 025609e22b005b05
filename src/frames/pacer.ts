/**
 * The pacer: the frame clock of a channel. At every tick it takes one frame and hands it to the output; it waits
 * for nothing and nobody. Ticks lie on absolute deadlines, so that lateness never adds up.
 *
 * Ticks that are late because this process was held up are made up from now on, in order, none left out, so that a
 * Renderer that counts frames stays right: at four times the normal rate, because consumers that get them all in
 * the same instant would lose those beyond their share of the pool (docs/decisions/0007). Only after a pause of more
 * than two seconds are ticks skipped.
 */

import type { Airing } from '../../supervisors/channel/airing.js';
import type { PacerOrder, PacerPort } from '../../supervisors/channel/channel-ports.js';
import { type Format, tickAtOrAfter, tickDueMs, tickMs } from '../../supervisors/channel/format.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import type { AiringSource } from '../../supervisors/channel/snapshot.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** A pause longer than this is not made up. */
const SKIP_AFTER_MS = 2_000;
/** Late ticks are made up at so many times the normal rate. */
const CATCH_UP_SPEED = 4;

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
  let lastLateMs = 0;

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
    stats.framesAired[pictureOf(decided.source)]++;
    stats.frameGapSeconds = -lateMs / 1000;
    stats.tickLateness.observe(Math.max(0, lateMs) / 1000);
    stats.worstLateness.note(clock.nowMs(), lateMs);
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
      runTick(nextTick++);
      if (stopped) return;
      // Only what the loop itself lost since the last tick counts as the host's lateness, and jitter does not.
      const newlyLateMs = lateMs - lastLateMs;
      lastLateMs = Math.max(0, lateMs);
      source.tend(nextTick - 1, newlyLateMs > intervalMs ? newlyLateMs : 0);
      arm();
    } catch (error) {
      stop();
      options.onFailure(error);
    }
  };
  const arm = () => {
    const dueMs = tickDueMs(epochMs, nextTick, format);
    const nowMs = clock.nowMs();
    timer = clock.at(dueMs > nowMs ? dueMs : nowMs + intervalMs / CATCH_UP_SPEED, fire);
  };
  const stop = () => {
    stopped = true;
    timer.cancel();
    held?.release();
    held = undefined;
  };
  timer = clock.at(tickDueMs(epochMs, nextTick, format), fire);

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

/** Whoever asked for slate, and why: slate is what was seen. */
function pictureOf(source: AiringSource): 'content' | 'hold' | 'slate' {
  return source === 'pad' || source === 'operator_slate' ? 'slate' : source;
}
