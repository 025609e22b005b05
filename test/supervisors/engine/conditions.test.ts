/** A channel's conditions: the answers, their reasons, and since when they hold. */
import t from 'tap';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import { conditionsOf } from '../../../supervisors/engine/conditions.js';
import { sampleSnapshot } from '../../src/observe/sample-snapshot.js';

const sample = (changes: Partial<ChannelSnapshot> = {}) =>
  sampleSnapshot({ planAssetProblems: { count: 0, soonest: [] }, ...changes });

const machine = (value: unknown, condition: string | null) => ({
  value,
  status: 'active',
  context: { condition },
  tags: [],
});

/** The conditions that hold, and Ready whatever it is, with their reasons. */
function holding(snapshot: ChannelSnapshot): Record<string, string> {
  const shown = conditionsOf(snapshot, [], 5).filter(({ type, status }) => status || type === 'Ready');
  return Object.fromEntries(shown.map(({ type, reason }) => [type, reason]));
}

t.test('each state of a channel has its conditions', async (t) => {
  t.same(holding(sample()), { Ready: 'AsScheduled' });
  t.same(holding(sample({ state: 'buffering', airing: 'slate', machine: machine('buffering', null) })), {
    Ready: 'Buffering',
    SlateActive: 'NoFrames',
  });
  t.same(holding(sample({ airing: 'operator_slate' })), {
    Ready: 'AsScheduled',
    SlateActive: 'TakenByOperator',
  });
  t.same(
    holding(
      sample({ state: 'buffering', airing: 'pad', machine: machine('buffering', 'NoScheduledContent') }),
    ),
    { Ready: 'NoScheduledContent', NoScheduledContent: 'PlanNotBegunOrOver' },
  );
  const recovering = machine({ error: 'recovering' }, null);
  t.same(holding(sample({ state: 'error', machine: recovering })), { Ready: 'Recovering' });
  const spent = machine({ error: 'slate' }, 'BudgetExhausted');
  t.same(holding(sample({ state: 'error', airing: 'slate', machine: spent })), {
    Ready: 'BudgetExhausted',
    SlateActive: 'BudgetExhausted',
    BudgetExhausted: 'TooManyRestarts',
  });
  t.same(holding(sample({ state: 'error', hostPid: null, airing: null })), {
    Ready: 'NoHost',
    NoHost: 'HostLostOrRefused',
  });
  t.same(holding(sample({ state: 'stopped', hostPid: null, airing: null })), { Ready: 'Stopped' });
});

t.test('an asset that is bad ahead is no matter of being ready, and the first is told', async (t) => {
  const soonest = [
    { planHandle: 'p', segmentIndex: 3, assetUri: 'x', reason: '"x" is missing', dueUtcMs: 9 },
  ];
  const conditions = conditionsOf(sample({ planAssetProblems: { count: 7, soonest } }), [], 5);
  t.match(
    conditions.find(({ type }) => type === 'AssetProblemAhead'),
    { status: true, reason: 'BadAssets', message: '7 in the coming hour; the first: "x" is missing' },
  );
  t.match(
    conditions.find(({ type }) => type === 'Ready'),
    { status: true },
  );
});

t.test('since when is kept while the answer is the same, whatever else changes', async (t) => {
  const first = conditionsOf(sample(), [], 100);
  t.ok(first.every(({ sinceUtcMs }) => sinceUtcMs === 100));
  const spent = machine({ error: 'slate' }, 'BudgetExhausted');
  const second = conditionsOf(sample({ state: 'error', airing: 'slate', machine: spent }), first, 200);
  const since = (conditions: typeof first) =>
    Object.fromEntries(conditions.map(({ type, sinceUtcMs }) => [type, sinceUtcMs]));
  t.match(since(second), { Ready: 200, SlateActive: 200, BudgetExhausted: 200, NoHost: 100 });
  const other = sample({ state: 'error', airing: 'slate', machine: machine({ error: 'slate' }, 'Unusable') });
  const third = conditionsOf(other, second, 300);
  t.match(since(third), { Ready: 200, SlateActive: 200, BudgetExhausted: 300 });
  t.match(third[0], { type: 'Ready', reason: 'Unusable' }, 'the reason is the latest');
});
