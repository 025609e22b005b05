/** The real pacer on a fake clock, with all that it does written down. */
import { createFramePool } from '../../src/frames/frame-pool.js';
import { startPacer } from '../../src/frames/pacer.js';
import type { Airing } from '../../supervisors/channel/airing.js';
import { ChannelStats } from '../../supervisors/channel/channel-stats.js';
import type { Format } from '../../supervisors/channel/format.js';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import { FakeClock } from './fake-clock.js';

/**
 * Starts a pacer whose tick 0 is due now.
 * @param decide what airs on a tick; `lease` takes a slot of the pool
 */
export function pacedAir(
  format: Format,
  decide: (tick: number, lease: () => FrameSlot) => Airing,
  startMs = 500,
) {
  const clock = new FakeClock(startMs);
  const pool = createFramePool(format, 5);
  const slate = createFramePool(format, 1).lease() as FrameSlot;
  const stats = new ChannelStats();
  const ticks: number[] = [];
  const aired: FrameSlot[] = [];
  const tended: [tick: number, hostLateMs: number][] = [];
  const failures: unknown[] = [];
  const skips: number[] = [];
  const lease = () => pool.lease() as FrameSlot;
  const pacer = startPacer({
    format,
    epochMs: startMs,
    clock,
    slate,
    firstTick: 0,
    stats,
    source: {
      next(tick) {
        ticks.push(tick);
        return decide(tick, lease);
      },
      tend: (tick, hostLateMs) => tended.push([tick, hostLateMs]),
    },
    air: (frame) => aired.push(frame),
    onSkipped: (count) => skips.push(count),
    onFailure: (error) => failures.push(error),
  });
  return {
    clock,
    pool,
    slate,
    stats,
    ticks,
    aired,
    tended,
    failures,
    skips,
    pacer,
    /** Empties the lists of ticks and frames, which grow long in a day. */
    forget() {
      for (const list of [ticks, aired, tended]) list.length = 0;
    },
  };
}
