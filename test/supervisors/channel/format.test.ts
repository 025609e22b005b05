/** The arithmetic of the frame clock. */
import fc from 'fast-check';
import t from 'tap';
import {
  type Format,
  formatLabel,
  frameBytes,
  framesIn,
  tickAtOrAfter,
  tickDueMs,
  tickMs,
} from '../../../supervisors/channel/format.js';

const format = (fpsNum: number, fpsDen = 1): Format => ({ width: 1280, height: 720, fpsNum, fpsDen });

t.test('a format knows its size, its interval and its name', async (t) => {
  t.equal(frameBytes(format(30)), 1_382_400);
  t.equal(tickMs(format(25)), 40);
  t.equal(formatLabel(format(30)), '1280x720@30');
  t.equal(formatLabel(format(30_000, 1001)), '1280x720@30000/1001');
});

t.test('frames in a duration are rounded to the nearest', async (t) => {
  t.equal(framesIn(1000, format(30)), 30);
  t.equal(framesIn(16, format(30)), 0);
  t.equal(framesIn(17, format(30)), 1);
  t.equal(framesIn(-1000, format(30)), -30);
});

t.test(
  'the tick at or after a time is the first that is due then, at any rate, years from the epoch',
  async (t) => {
    const rates = fc.constantFrom(
      format(30),
      format(25),
      format(30_000, 1001),
      format(24_000, 1001),
      format(60),
    );
    const property = fc.property(
      rates,
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: -1_000_000, max: 2_000_000_000 }),
      (rate, epochMs, tick) => {
        const dueMs = tickDueMs(epochMs, tick, rate);
        const found = tickAtOrAfter(epochMs, dueMs, rate);
        // Due times are told in doubles: a tick may be due at the same double as its own time, never earlier.
        return (
          tickDueMs(epochMs, found, rate) >= dueMs &&
          tickDueMs(epochMs, found - 1, rate) < dueMs &&
          tickAtOrAfter(epochMs, dueMs + 0.01, rate) === found + 1
        );
      },
    );
    t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }));
  },
);
