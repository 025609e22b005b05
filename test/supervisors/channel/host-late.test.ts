/** The host itself is late: what it owes is sent in order; only a long pause is skipped. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

const PLAN = { p: { segments: [['a', 30_000]] } } as const;

t.test('ticks that the host overslept are made up in order, none left out', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLAN } });
  await air.startAndAir('p');
  await air.run(2_000);
  air.clock.stall(1_900);
  await air.run(3_000);
  const ticks = air.aired.map(({ tick }) => tick);
  t.same(
    ticks.filter((tick, i) => tick !== i),
    [],
  );
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/, 'two seconds are staged, so not even the content suffers');
  const late = air.aired.filter(({ tick, atMs }) => atMs - 1_234.5 - (tick * 1000) / 30 > 1000 / 30);
  t.ok(late.length > 50);
  t.equal(air.channel.stats.ticksMissed, late.length, 'all that were more than one interval late');
  t.same(air.states(), ['buffering', 'ready']);
});

t.test(
  'after a pause of more than 2 s ticks are skipped and counted, and content is on schedule again',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...PLAN } });
    await air.startAndAir('p');
    await air.run(2_005);
    const before = air.aired.length;
    air.clock.stall(10_000);
    await air.run(10_000);
    const [skipped] = air.reports.flatMap((report) => (report.event === 'ticks_skipped' ? report : []));
    t.equal(skipped?.ticks, 299);
    t.equal(air.aired[before]?.tick, before + 299);
    const first = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
    const last = air.aired.at(-1);
    t.same([last?.source, last?.frame], ['content', (last?.tick ?? 0) - first]);
    t.equal(air.channel.stats.ticksMissed, 299);
    t.equal(last?.tick, Math.floor((air.clock.nowMs() - 1_234.5) * 0.03 + 1e-6));
  },
);

t.test('a pause does not move later ticks', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLAN } });
  await air.startAndAir('p');
  await air.run(2_000);
  air.clock.stall(1_234);
  await air.run(3_000);
  const { tick = 0, atMs = 0 } = air.aired.at(-1) ?? {};
  t.equal(Math.round((atMs - 1_234.5) * 1000), Math.round((tick * 1_000_000) / 30));
});
