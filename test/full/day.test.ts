/** A whole day of NTSC on the real pacer and a fake clock: the schedule after 24 h is where it has to be, to the frame. */
import t from 'tap';
import { createFramePool } from '../../src/frames/frame-pool.js';
import { startPacer } from '../../src/frames/pacer.js';
import { createTimeline } from '../../src/plan/timeline.js';
import { ChannelStats } from '../../supervisors/channel/channel-stats.js';
import type { Format } from '../../supervisors/channel/format.js';
import { FakeClock } from '../support/fake-clock.js';

const NTSC: Format = { width: 16, height: 16, fpsNum: 30_000, fpsDen: 1001 };
const DAY_MS = 86_400_000;
/** 86 400 s at 30000/1001: 2 589 410.589 ticks. */
const DAY_TICKS = 2_589_411;
const HALF_HOUR_MS = 1_800_000;

t.test('24 h of half-hour segments at 30000/1001 fps drift by no frame', async (t) => {
  const clock = new FakeClock(1_234.5, 1_795_334_400_000);
  const epochMs = clock.nowMs();
  const slate = createFramePool(NTSC, 1).lease();
  if (slate === undefined) throw new Error('no memory for slate');
  const segments = Array.from({ length: 48 }, (_, index) => ({
    segment: { index, assetUri: `half hour ${index}`, offsetMs: 0, segmentType: 'content' },
    length: { ms: HALF_HOUR_MS },
  }));
  const timeline = createTimeline(
    { handle: 'day', hash: 'h', startUtcMs: undefined, loop: true, segments },
    NTSC,
  );
  const stats = new ChannelStats();
  /** When each segment began: its number, the tick, and how late that was against the clock on the wall. */
  const began: { readonly index: number; readonly tick: number; readonly offMs: number }[] = [];
  let ticks = 0;
  let outOfOrder = 0;
  const pacer = startPacer({
    format: NTSC,
    epochMs,
    clock,
    slate,
    firstTick: 0,
    stats,
    source: {
      next(tick) {
        if (tick !== ticks++) outOfOrder++;
        const occurrence = timeline.at(tick);
        if (occurrence?.startFrame === tick) {
          const { index } = occurrence.segment;
          const begins = (occurrence.turn * 48 + index) * HALF_HOUR_MS;
          began.push({ index, tick, offMs: clock.nowMs() - epochMs - begins });
        }
        return { source: 'pad' };
      },
      tend() {},
    },
    air() {},
    onSkipped: () => t.fail('no tick is skipped'),
    onFailure: (error) => t.fail(String(error)),
  });
  // By the hour: FakeClock runs a bounded number of timers in one step.
  for (let hour = 0; hour < 24; hour++) clock.advance(DAY_MS / 24);
  pacer.stop();
  t.equal(ticks, DAY_TICKS);
  t.equal(outOfOrder, 0);
  t.equal(began.length, 48);
  t.same(
    began.filter(({ index, tick }) => tick !== Math.round((index * HALF_HOUR_MS * 30) / 1001)),
    [],
    'every boundary lies on the tick that whole numbers give',
  );
  t.same(
    began.filter(({ offMs }) => Math.abs(offMs) > 1001 / 60 + 0.001),
    [],
    'within half a frame of its time, the last as the first',
  );
  t.equal(stats.ticksMissed, 0);
});
