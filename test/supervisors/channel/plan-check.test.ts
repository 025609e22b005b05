/** The plan's coming hour is looked at ahead of time, so that a bad asset is heard of before it is due. */
import t from 'tap';
import { type InlineChannel, inlineChannel, type TestPlan } from '../../support/inline-channel.js';

const MINUTE = 30 * 60;
/** So many segments of a minute each: `s0`, `s1`, ... */
const minutes = (count: number): TestPlan => ({
  segments: Array.from({ length: count }, (_, i) => [`s${i}`, MINUTE] as const),
});
const told = (air: InlineChannel) =>
  air.reports.flatMap((report) =>
    report.event === 'plan_asset_problem' || report.event === 'plan_asset_found' ? report : [],
  );

t.test(
  'an asset that is missing is told once, long before it is due, with the time until then',
  async (t) => {
    const air = await inlineChannel(t, { plans: { p: minutes(50) } });
    for (const asset of ['s20', 's40']) air.missing.add(asset);
    await air.startAndAir('p');
    await air.run(110_000);
    t.match(told(air), [
      { segment: 20, asset: 's20', reason: 'asset "s20": no such file' },
      { segment: 40, asset: 's40' },
    ]);
    const [first] = told(air);
    if (first?.event !== 'plan_asset_problem') throw new Error('no problem was told');
    t.ok(first.inMs > 19 * 60_000 && first.inMs < 20 * 60_000);
    const { count, soonest } = air.channel.planAssetProblems;
    t.equal(count, 2);
    t.match(soonest, [{ segmentIndex: 20, assetUri: 's20' }, { segmentIndex: 40 }]);
    const startedMs =
      air.clock.utcMs() - air.clock.nowMs() + (air.aired.find(({ asset }) => asset === 's0')?.atMs ?? 0);
    t.equal(soonest[0]?.dueUtcMs, Math.round(startedMs + 20 * 60_000));
    t.equal(air.source.machine.state, 'ready', 'nothing on air has changed');
    t.match(air.taken(), /^pad\*\d+ s0@0\.\.1799 s1@0\.\.\d+$/);
  },
);

t.test('what is due later than in an hour is left for later', async (t) => {
  const air = await inlineChannel(t, { plans: { p: minutes(70) } });
  air.missing.add('s65');
  await air.startAndAir('p');
  await air.run(240_000);
  t.same(told(air), []);
  await air.run(240_000);
  t.match(told(air), [{ segment: 65 }]);
});

t.test('an asset that is put right in time is told too, and no problem any more', async (t) => {
  const air = await inlineChannel(t, { plans: { p: minutes(10) } });
  air.missing.add('s5');
  await air.startAndAir('p');
  await air.run(30_000);
  t.equal(air.channel.planAssetProblems.count, 1);
  air.missing.clear();
  await air.run(90_000);
  t.match(told(air), [
    { event: 'plan_asset_problem' },
    { event: 'plan_asset_found', segment: 5, asset: 's5' },
  ]);
  t.same(air.channel.planAssetProblems, { count: 0, soonest: [] });
});

t.test('an asset that is taken away after it was found good is noticed', async (t) => {
  const air = await inlineChannel(t, { plans: { p: minutes(10) } });
  await air.startAndAir('p');
  await air.run(40_000);
  t.same(told(air), []);
  air.missing.add('s8');
  await air.run(90_000);
  t.match(told(air), [{ event: 'plan_asset_problem', segment: 8 }]);
});

t.test('once its slot is past, it is no problem any more; of a loop it stays one', async (t) => {
  for (const [loop, count] of [
    [false, 0],
    [true, 1],
  ] as const) {
    const segments = [
      ['a', 90],
      ['b', 300],
      ['c', 9_000],
    ] as const;
    const air = await inlineChannel(t, { plans: { p: { segments, loop } } });
    air.missing.add('b');
    await air.startAndAir('p');
    await air.run(6_000);
    t.equal(air.channel.planAssetProblems.count, 1);
    await air.run(90_000);
    t.equal(air.channel.planAssetProblems.count, count);
    t.equal(told(air).length, 1, 'told once');
    await air.stop();
  }
});

t.test('in a loop it is a problem of the next turn, and none until that comes within the hour', async (t) => {
  // The slot of `b` comes from minute 1 to 2, and again 90 minutes later.
  const segments = [
    ['a', MINUTE],
    ['b', MINUTE],
    ['c', 88 * MINUTE],
  ] as const;
  const air = await inlineChannel(t, { plans: { p: { segments, loop: true } } });
  air.missing.add('b');
  const dueMs = () => (air.channel.planAssetProblems.soonest[0]?.dueUtcMs ?? 0) - air.clock.utcMs();
  await air.startAndAir('p');
  await air.run(90_000);
  t.equal(air.channel.planAssetProblems.count, 1, 'on air');
  const slotMs = dueMs();
  t.ok(slotMs < 0);
  await air.run(60_000);
  t.same(air.channel.planAssetProblems, { count: 0, soonest: [] }, 'past, and far from coming again');
  await air.run(28 * 60_000);
  t.equal(air.channel.planAssetProblems.count, 0);
  await air.run(4 * 60_000);
  t.equal(air.channel.planAssetProblems.count, 1, 'due within the hour');
  t.equal(told(air).length, 2);
  t.ok(Math.abs(dueMs() - (slotMs + 90 * 60_000 - 33 * 60_000)) <= 1, 'at its next turn');
});

t.test('in a loop of less than an hour it moves on to its next turn', async (t) => {
  const segments = [
    ['a', MINUTE],
    ['b', MINUTE],
  ] as const;
  const air = await inlineChannel(t, { plans: { p: { segments, loop: true } } });
  air.missing.add('b');
  const due = () => air.channel.planAssetProblems.soonest[0]?.dueUtcMs ?? 0;
  await air.startAndAir('p');
  await air.run(90_000);
  const first = due();
  await air.run(40_000);
  t.equal(due(), first + 120_000);
  t.equal(told(air).length, 1, 'told once');
});

t.test('for as long as a preview airs, what is wrong ahead of it stays known', async (t) => {
  const air = await inlineChannel(t, { plans: { p: minutes(10) } });
  air.missing.add('s5');
  air.assetFrames.promo = 3 * MINUTE;
  await air.startAndAir('p');
  await air.run(30_000);
  const before = air.channel.planAssetProblems;
  t.equal(before.count, 1);
  t.match(await air.told(air.channel.loadPreview('promo')), { success: true });
  t.match(await air.told(air.channel.switchToLive()), { success: true });
  air.missing.add('s8');
  await air.run(120_000);
  t.match(air.source.desk.live?.timeline.handle, 'promo');
  t.match(air.channel.planAssetProblems, { count: 2, soonest: [before.soonest[0], { segmentIndex: 8 }] });
  t.equal(air.channel.assetProblem(5), 'asset "s5": no such file');
  await air.run(120_000);
  t.equal(air.source.desk.live?.timeline.handle, 'p');
  t.equal(air.channel.planAssetProblems.count, 2);
  t.match(told(air), [{ segment: 5 }, { segment: 8 }], 'each told once');
});

t.test('what an armed plan has within the hour is told before it takes over, once', async (t) => {
  const startUtcMs = 1_795_334_400_000;
  const plans = {
    p: { ...minutes(10), loop: true },
    q: { ...minutes(50), startUtcMs: startUtcMs + 20 * 60_000 },
  } as const;
  const air = await inlineChannel(t, { plans, startUtcMs });
  for (const asset of ['s15', 's45']) air.missing.add(asset);
  await air.startAndAir('p');
  t.match(await air.told(air.channel.update('q')), { success: true });
  await air.run(120_000);
  t.match(told(air), [{ planHandle: 'q', segment: 15, asset: 's15', inMs: Number }], '45 is due later');
  const { count, soonest } = air.channel.planAssetProblems;
  t.equal(count, 1);
  t.match(soonest, [{ planHandle: 'q', segmentIndex: 15, dueUtcMs: startUtcMs + 35 * 60_000 }]);
  t.equal(air.channel.assetProblem(15), undefined, 'it is none of the plan on air');
  await air.run(18 * 60_000 + 1_000);
  t.equal(air.source.desk.live?.timeline.handle, 'q');
  t.equal(air.channel.assetProblem(15), 'asset "s15": no such file');
  await air.run(60_000);
  t.match(told(air), [{ segment: 15 }, { segment: 45 }], 'what was told is not told again');
});

t.test('what is wrong with an armed plan is forgotten with it', async (t) => {
  const startUtcMs = 1_795_334_400_000;
  const plans = {
    p: { ...minutes(10), loop: true },
    q: { ...minutes(50), startUtcMs: startUtcMs + 20 * 60_000 },
    r: { segments: [['x', MINUTE]], startUtcMs: startUtcMs + 30 * 60_000 },
  } as const;
  const air = await inlineChannel(t, { plans, startUtcMs });
  air.missing.add('s15');
  await air.startAndAir('p');
  t.match(await air.told(air.channel.update('q')), { success: true });
  await air.run(90_000);
  t.equal(air.channel.planAssetProblems.count, 1);
  t.match(await air.told(air.channel.update('r')), { success: true });
  await air.run(1_000);
  t.same(air.channel.planAssetProblems, { count: 0, soonest: [] });
});

t.test('what an armed plan will keep off the air is no problem of the plan on air', async (t) => {
  const startUtcMs = 1_795_334_400_000;
  const plans = {
    p: minutes(50),
    q: { segments: [['x', MINUTE]], startUtcMs: startUtcMs + 10 * 60_000 },
  } as const;
  const air = await inlineChannel(t, { plans, startUtcMs });
  for (const asset of ['s5', 's15']) air.missing.add(asset);
  await air.startAndAir('p');
  await air.run(45_000);
  t.equal(air.channel.planAssetProblems.count, 2);
  t.match(await air.told(air.channel.update('q')), { success: true });
  await air.run(1_500);
  t.match(air.channel.planAssetProblems, { count: 1, soonest: [{ segmentIndex: 5 }] });
});

t.test('another plan on air: what was wrong with the old one is forgotten', async (t) => {
  const air = await inlineChannel(t, { plans: { p: minutes(10), q: { segments: [['x', 9_000]] } } });
  air.missing.add('s5');
  await air.startAndAir('p');
  await air.run(30_000);
  t.equal(air.channel.planAssetProblems.count, 1);
  const update = air.channel.update('q');
  await air.run(2_000);
  t.match(await update, { success: true });
  t.equal(air.channel.planAssetProblems.count, 0);
});

t.test('a disk that does not answer is asked once, and told; the channel airs on', async (t) => {
  const air = await inlineChannel(t, { plans: { p: minutes(10) } });
  for (const asset of ['s3', 's4']) air.slow.add(asset);
  await air.startAndAir('p');
  await air.run(50_000);
  t.match(told(air), [{ segment: 3, reason: /^"s3" could not be looked at within 15 s/ }]);
  t.match(air.taken(), /^pad\*\d+ s0@0\.\.\d+$/);
  air.slow.clear();
  await air.run(30_000);
  t.match(told(air).slice(1), [{ event: 'plan_asset_found', segment: 3 }]);
});

t.test('segments of a frame and endless loops of them cost a look or two a second, no more', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 1],
          ['b', 1],
        ],
        loop: true,
      },
    },
  });
  air.missing.add('b');
  await air.startAndAir('p');
  await air.run(10_000);
  t.equal(told(air).length, 1);
  t.equal(air.channel.planAssetProblems.count, 1);
});
