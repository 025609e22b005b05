/** The filler ladder and the lag watch: small rules of airing, one by one. */
import t from 'tap';
import { createFiller } from '../../../supervisors/channel/filler.js';
import { createLagWatch } from '../../../supervisors/channel/lag-watch.js';

const filler = () => createFiller({ holdMs: 1000, slateMinMs: 1000 });

t.test('the last frame is held for its time, then slate airs until content is back', async (t) => {
  const f = filler();
  f.contentAired(0);
  t.equal(f.next(1000, false), 'hold');
  t.equal(f.next(1033, false), 'slate');
  t.equal(f.next(1066, false), 'slate');
});

t.test('with nothing to hold slate airs at once', async (t) => {
  t.equal(filler().next(0, false), 'slate');
  const f = filler();
  f.contentAired(0);
  f.padAired();
  t.equal(f.next(33, false), 'slate', 'also after a pad');
});

t.test('where nothing is to be expected soon slate airs at once', async (t) => {
  const f = filler();
  f.contentAired(0);
  t.equal(f.next(33, true), 'slate');
  t.equal(f.next(66, false), 'slate', 'and once it is up, it is not taken back for a hold');
});

t.test('content may interrupt a hold, but slate only after its least time', async (t) => {
  const f = filler();
  f.contentAired(0);
  f.next(33, false);
  t.ok(f.mayReturn(33));
  f.next(1033, false);
  t.notOk(f.mayReturn(2032));
  t.ok(f.mayReturn(2033));
  f.reset();
  t.ok(f.mayReturn(1034), 'unless something else takes over the schedule');
});

t.test('a decoder that falls further behind is too slow after its chance to catch up', async (t) => {
  const lag = createLagWatch(1000);
  t.notOk(lag.isTooSlow(1000, 0));
  t.notOk(lag.isTooSlow(1001, 100));
  t.notOk(lag.isTooSlow(1300, 1099));
  t.ok(lag.isTooSlow(1300, 1100));
});

t.test('a decoder that catches up is left in peace, every second anew', async (t) => {
  const lag = createLagWatch(1000);
  t.notOk(lag.isTooSlow(4000, 0));
  t.notOk(lag.isTooSlow(3700, 1000));
  t.notOk(lag.isTooSlow(3400, 2000));
  t.ok(lag.isTooSlow(3399, 3000), 'but not once it gains too little');
});

t.test('a decoder that is back on schedule has a new chance the next time', async (t) => {
  const lag = createLagWatch(1000);
  lag.isTooSlow(2000, 0);
  t.notOk(lag.isTooSlow(500, 900));
  t.notOk(lag.isTooSlow(2000, 1000));
  t.notOk(lag.isTooSlow(2000, 1999));
  t.ok(lag.isTooSlow(2000, 2000));
});
