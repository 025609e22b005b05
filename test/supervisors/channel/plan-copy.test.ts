/** The plan as the channel's next host is to have it: told apart from the tick on which the plan takes the air. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { inlineChannel } from '../../support/inline-channel.js';
import { DONE } from '../../support/outcomes.js';

const NOW = 1_795_334_400_000;
const P = {
  loop: true,
  segments: [
    ['a', 300],
    ['b', 300],
  ],
} as const;

t.test('a plan airs, and moves, before its copy is made; then that is told, once', async (t) => {
  const air = await inlineChannel(t, { plans: { p: P } });
  const told = (event: string) => air.reports.filter((report) => report.event === event);
  air.slow.add('copy of p');
  t.same(await air.startAndAir('p'), DONE, 'the answer does not wait for it');
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@0$/);
  t.match(
    told('plan_on_air').map((report) => Object.keys(report)),
    Array(2).fill(['event', 'planHandle', 'planHash', 'startTick', 'skippedTo']),
  );
  t.same(told('plan_copied'), []);

  air.slow.clear();
  await settle();
  const planHash = JSON.stringify(P);
  const copy = { syntax: 'json', packed: planHash, durations: [] };
  t.same(told('plan_copied'), [{ event: 'plan_copied', planHash, copy }]);
  t.same(await air.told(air.channel.skipSegment()), DONE);
  await air.run(1_000);
  t.equal(told('plan_on_air').length, 3);
  t.equal(told('plan_copied').length, 1, 'the same plan at another time');
});

t.test('a copy that comes when its plan is gone is not told', async (t) => {
  const air = await inlineChannel(t, { plans: { p: P, q: { segments: [['c', 300]] } } });
  air.slow.add('copy of p');
  await air.startAndAir('p');
  t.same(await air.told(air.channel.update('q')), DONE);
  air.slow.clear();
  await settle();
  const copied = air.reports.flatMap((report) => (report.event === 'plan_copied' ? report.copy : []));
  t.match(copied, [{ packed: /"c"/ }]);
});

t.test('an armed plan is copied too, and after it has taken over', async (t) => {
  const q = { segments: [['b', 300] as const], startUtcMs: NOW + 5_000 };
  const air = await inlineChannel(t, { plans: { p: P, q }, startUtcMs: NOW });
  await air.startAndAir('p');
  air.slow.add('copy of q');
  t.same(await air.told(air.channel.update('q')), DONE, 'promised before it is copied');
  const copies = () =>
    air.reports.filter((report) => report.event === 'plan_copied' && report.planHash === JSON.stringify(q));
  t.equal(copies().length, 0);
  air.slow.clear();
  await settle();
  t.equal(copies().length, 1);
  await air.run(6_000);
  t.equal(copies().length, 2, 'by now it is the plan on air');
});

t.test('a host that has begun with the copy of a plan does not tell it again', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  const planHash = JSON.stringify(P);
  const copy = { syntax: 'json', packed: planHash, durations: [] } as const;
  const order = { planHandle: 'p', planHash, startTick: 0, copy };
  t.same(await air.told(air.channel.start(order)), DONE);
  t.match(
    air.reports.find(({ event }) => event === 'plan_on_air'),
    { planHash },
  );
  t.notOk(air.reports.some(({ event }) => event === 'plan_copied'));
});
