/** The arithmetic of restarts: window, backoff, next slot. */
import fc from 'fast-check';
import t from 'tap';
import {
  backoffDelayMs,
  budgetRemaining,
  DEFAULT_RESTART_LIMITS as LIMITS,
  nextRestartSlotMs,
  restartsInWindow,
} from '../../machines/restart-policy.js';

t.test('the defaults are the contract’s: 5 restarts a minute', async (t) => {
  t.match(LIMITS, { maxRestarts: 5, windowMs: 60_000, maxConsecutive: 5 });
});

t.test('the window slides and is open at its old end', async (t) => {
  t.same(restartsInWindow([0, 1, 60_000], 60_000, 60_000), [1, 60_000]);
  t.equal(budgetRemaining([0, 1, 2, 3, 4], 59_999, LIMITS), 0);
  t.equal(budgetRemaining([0, 1, 2, 3, 4], 60_000, LIMITS), 1);
  t.equal(budgetRemaining([], 0, LIMITS), 5);
  t.equal(budgetRemaining([1, 2, 3, 4, 5, 6, 7], 8, LIMITS), 0, 'never negative');
});

t.test('the backoff doubles from its base to its maximum', async (t) => {
  const delays = [0, 1, 2, 3, 4, 5, 100].map((step) => backoffDelayMs(step, 0, LIMITS));
  t.same(delays, [250, 500, 1000, 2000, 4000, 4000, 4000]);
});

t.test('jitter adds up to its share and never exceeds the maximum', async (t) => {
  t.equal(backoffDelayMs(0, 0.5, LIMITS), 262.5);
  t.ok(backoffDelayMs(0, 0.999_999, LIMITS) < 275);
  t.equal(backoffDelayMs(4, 0.999_999, LIMITS), 4000);
});

t.test('the next slot is the earliest time at which the window has room', async (t) => {
  t.equal(nextRestartSlotMs([], 7, LIMITS), 7);
  t.equal(nextRestartSlotMs([1, 2, 3, 4], 7, LIMITS), 7);
  t.equal(nextRestartSlotMs([5, 4, 3, 2, 1], 7, LIMITS), 60_001, 'in whatever order they are remembered');
  t.equal(nextRestartSlotMs([1, 2, 3, 4, 5, 6], 7, LIMITS), 60_002);
  t.equal(nextRestartSlotMs([1.2, 2, 3, 4, 5], 7, LIMITS), 60_002, 'never a fraction early');
  const times = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.double({ min: 0, max: 100_000, noNaN: true })),
    { maxLength: 12 },
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(times, fc.integer({ min: 100_000, max: 160_000 }), (restarts, nowMs) => {
        const slotMs = nextRestartSlotMs(restarts, nowMs, LIMITS);
        const fits = budgetRemaining(restarts, slotMs, LIMITS) > 0;
        const earliest = slotMs === nowMs || budgetRemaining(restarts, slotMs - 1, LIMITS) === 0;
        return slotMs >= nowMs && fits && earliest;
      }),
    ),
  );
});
