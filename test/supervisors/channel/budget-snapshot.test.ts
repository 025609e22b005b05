/** The restart budget in numbers and words. */
import t from 'tap';
import { type BudgetFacts, budgetSnapshot } from '../../../supervisors/channel/budget-snapshot.js';

const of = (facts: Partial<BudgetFacts>, nowMs = 100_000) =>
  budgetSnapshot(
    {
      restarts: [],
      limits: { maxRestarts: 5, windowMs: 60_000 },
      attempt: 0,
      retryAtMs: null,
      stableAtMs: null,
      ...facts,
    },
    nowMs,
  );

t.test('with nothing spent there is no next slot to wait for', async (t) => {
  t.same(of({}), {
    used: 0,
    max: 5,
    remaining: 5,
    windowMs: 60_000,
    nextSlotMs: null,
    attempt: 0,
    backoffMs: null,
    stableMs: null,
    text: '0 of 5 in 60 s',
  });
});

t.test(
  'restarts count for the window from their own time on, in whatever order they are known',
  async (t) => {
    // 40 000 is exactly a window ago, and counts no more.
    const budget = of({ restarts: [40_000, 70_000, 60_500.25, 99_999] });
    t.match(budget, { used: 3, remaining: 2, nextSlotMs: 20_501 });
    t.equal(budget.text, '3 of 5 in 60 s, next slot in 21 s');
    t.match(of({ restarts: [40_000.5] }), {
      used: 1,
      nextSlotMs: 1,
      text: '1 of 5 in 60 s, next slot in 1 s',
    });
  },
);

t.test('more than all may have been spent, after a change of the configuration', async (t) => {
  const restarts = [90_000, 91_000, 92_000, 93_000, 94_000, 95_000];
  t.match(of({ restarts }), { used: 6, remaining: 0 });
});

t.test('a window that is no whole number of seconds is told as it is', async (t) => {
  t.equal(of({ limits: { maxRestarts: 2, windowMs: 1500 } }).text, '0 of 2 in 1.5 s');
});

t.test('what is due is told in whole milliseconds, none too early; what is overdue is due now', async (t) => {
  t.match(of({ retryAtMs: 100_250.3, stableAtMs: 104_000.5, attempt: 2 }), {
    backoffMs: 251,
    stableMs: 4001,
    attempt: 2,
  });
  t.match(of({ retryAtMs: 99_000, stableAtMs: 12 }), { backoffMs: 0, stableMs: 0 });
});
