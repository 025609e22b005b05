/** The pacer: absolute deadlines, nothing left out, frames held and given back. */
import t from 'tap';
import type { Airing } from '../../../supervisors/channel/airing.js';
import { type Format, tickDueMs } from '../../../supervisors/channel/format.js';
import { pacedAir } from '../../support/paced-air.js';

const PAL: Format = { width: 2, height: 2, fpsNum: 25, fpsDen: 1 };
const NTSC: Format = { width: 2, height: 2, fpsNum: 30_000, fpsDen: 1001 };

const pad = (): Airing => ({ source: 'pad' });

t.test('one frame leaves at every tick, on its deadline', async (t) => {
  const w = pacedAir(PAL, pad);
  t.equal(w.pacer.tick, -1);
  t.equal(w.pacer.airing, null);
  w.clock.advance(1_000);
  t.same(
    w.ticks,
    Array.from({ length: 26 }, (_, i) => i),
  );
  t.equal(w.pacer.tick, 25);
  t.equal(w.pacer.airing, 'pad');
  t.same(w.stats.framesAired, { content: 0, hold: 0, slate: 26 });
  t.equal(w.stats.ticksMissed, 0);
  t.equal(w.stats.tickLateness.snapshot().count, 26);
});

t.test('a day at 29.97 fps accumulates no error', async (t) => {
  const w = pacedAir(NTSC, pad);
  const dayMs = 86_400_000;
  let worstMs = 0;
  let n = 0;
  // An hour at a time: the lists of a day need not be kept.
  for (let hour = 0; hour < 24; hour++) {
    w.clock.advance(dayMs / 24);
    n += w.ticks.length;
    worstMs = Math.max(worstMs, Math.abs(w.stats.frameGapSeconds) * 1000);
    w.forget();
  }
  t.equal(n, 2_589_411, '86400 s are 2589410.59 intervals, and tick 0');
  t.equal(w.pacer.tick, 2_589_410);
  t.ok(worstMs < 0.001, `${worstMs} ms off at the worst hour`);
  t.equal(w.stats.ticksMissed, 0);
  t.ok(Math.abs(tickDueMs(500, 2_589_410, NTSC) - 500 - (2_589_410 * 1001) / 30) < 1e-6);
});

t.test(
  'late ticks are made up in order at four times the rate, and counted if more than one interval late',
  async (t) => {
    const w = pacedAir(PAL, pad);
    w.clock.advance(100);
    w.clock.stall(395);
    w.clock.advance(0);
    t.same(w.ticks, [0, 1, 2, 3], 'consumers get time to take one before the next');
    t.same(w.tended.at(-1), [3, 375], 'housekeeping is told how late the host was');
    w.clock.advance(120);
    t.same(
      w.ticks,
      Array.from({ length: 16 }, (_, i) => i),
      'tick 15, due at 600 ms, is sent at 615 ms, and the next one on time',
    );
    t.equal(w.stats.ticksMissed, 12, 'ticks 3 to 14');
    t.same(
      w.tended.slice(-12).map(([, hostLateMs]) => hostLateMs),
      Array(12).fill(0),
      'a pause is told once',
    );
    w.clock.advance(40);
    t.same(w.tended.at(-1), [16, 0]);
    t.same(w.skips, []);
  },
);

t.test('a pause of 2 s is made up, a longer one is skipped', async (t) => {
  const w = pacedAir(PAL, pad);
  w.clock.advance(0);
  w.clock.stall(2_040);
  w.clock.advance(700);
  t.same(
    w.ticks,
    Array.from({ length: 69 }, (_, i) => i),
  );
  t.same(w.skips, []);
  t.equal(w.stats.ticksMissed, 66, 'those made up more than 40 ms late');
  w.clock.stall(2_041);
  w.clock.advance(0);
  t.same(w.skips, [50]);
  t.same(w.ticks.slice(-2), [68, 119], 'the tick that is due now goes out');
  t.equal(w.stats.ticksMissed, 66 + 50, 'and those skipped');
});

t.test('a content frame stays until the next one, so that it can be held', async (t) => {
  const script: Airing['source'][] = ['content', 'hold', 'hold', 'content', 'slate', 'hold', 'pad'];
  const w = pacedAir(PAL, (tick, lease) => {
    const source = script[tick] ?? 'pad';
    return source === 'content' ? { source, slot: lease() } : { source };
  });
  w.clock.advance(240);
  const [first, second, third, fourth, ...rest] = w.aired;
  t.equal(second, first);
  t.equal(third, first);
  t.not(fourth, w.slate);
  t.same(new Set(rest), new Set([w.slate]), 'nothing is left to hold after slate');
  t.equal(w.pool.free, 5);
  t.same(w.stats.framesAired, { content: 2, hold: 3, slate: 2 });
});

t.test('a pacer that stops gives back what it holds, and airs nothing more', async (t) => {
  const w = pacedAir(PAL, (_tick, lease) => ({ source: 'content', slot: lease() }));
  w.clock.advance(100);
  t.equal(w.pool.free, 4);
  w.pacer.stop();
  t.equal(w.pool.free, 5);
  t.equal(w.clock.pendingTimers, 0);
  w.clock.advance(1_000);
  t.equal(w.ticks.length, 3);
  w.pacer.stop();
});

t.test('a pacer may be stopped from within a tick, also while it makes up for lost time', async (t) => {
  const w = pacedAir(PAL, (tick) => {
    if (tick === 3) w.pacer.stop();
    return { source: 'pad' };
  });
  w.clock.advance(0);
  w.clock.stall(1_000);
  w.clock.advance(1_000);
  t.same(w.ticks, [0, 1, 2, 3]);
  t.equal(w.clock.pendingTimers, 0);
});

t.test('a tick that throws stops the pacer and is told', async (t) => {
  const w = pacedAir(PAL, (tick, lease) => {
    if (tick === 2) throw new Error('no frame');
    return { source: 'content', slot: lease() };
  });
  w.clock.advance(1_000);
  t.match(w.failures, [{ message: 'no frame' }]);
  t.equal(w.pool.free, 5);
  t.equal(w.clock.pendingTimers, 0);
});

t.test('lateness is told as a negative gap', async (t) => {
  const w = pacedAir(PAL, pad);
  w.clock.advance(10);
  t.equal(w.stats.frameGapSeconds, -0);
  w.clock.stall(45);
  w.clock.advance(0);
  t.equal(w.stats.frameGapSeconds, -0.015);
});
