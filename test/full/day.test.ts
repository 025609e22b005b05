/** A whole day of NTSC on the real pacer and a fake clock: the schedule after 24 h is where it has to be, to the frame. */
import t from 'tap';
import { createTimeline } from '../../src/plan/timeline.js';
import type { Format } from '../../supervisors/channel/format.js';
import { pacedAir } from '../support/paced-air.js';

const NTSC: Format = { width: 16, height: 16, fpsNum: 30_000, fpsDen: 1001 };
const DAY_MS = 86_400_000;
/** 86 400 s at 30000/1001: 2 589 410.589 ticks. */
const DAY_TICKS = 2_589_411;
const HALF_HOUR_MS = 1_800_000;
const EPOCH_MS = 1_234.5;

t.test('24 h of half-hour segments at 30000/1001 fps drift by no frame', async (t) => {
  const segments = Array.from({ length: 48 }, (_, index) => ({
    segment: { index, assetUri: `half hour ${index}`, offsetMs: 0, segmentType: 'content' },
    length: { ms: HALF_HOUR_MS },
  }));
  const timeline = createTimeline(
    { handle: 'day', hash: 'h', startUtcMs: undefined, loop: true, segments },
    NTSC,
  );
  /** When each segment began: its number, the tick, and how late that was against the clock on the wall. */
  const began: { readonly index: number; readonly tick: number; readonly offMs: number }[] = [];
  let ticks = 0;
  let outOfOrder = 0;
  const air = pacedAir(
    NTSC,
    (tick) => {
      if (tick !== ticks++) outOfOrder++;
      const occurrence = timeline.at(tick);
      if (occurrence?.startFrame === tick) {
        const { index } = occurrence.segment;
        const begins = (occurrence.turn * 48 + index) * HALF_HOUR_MS;
        began.push({ index, tick, offMs: air.clock.nowMs() - EPOCH_MS - begins });
      }
      return { source: 'pad' };
    },
    EPOCH_MS,
  );
  // By the hour: FakeClock runs a bounded number of timers in one step.
  for (let hour = 0; hour < 24; hour++) {
    air.clock.advance(DAY_MS / 24);
    air.forget();
  }
  air.pacer.stop();
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
  t.equal(air.stats.ticksMissed, 0);
  t.same([air.skips, air.failures], [[], []]);
});
