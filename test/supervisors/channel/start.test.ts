/** From StartChannel to the first frames: when the answer comes, what it says, what airs meanwhile. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { inlineChannel } from '../../support/inline-channel.js';

t.test('a started channel airs slate until enough is staged, then the plan from its frame 0', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 300]] } } });
  const outcome = await air.startAndAir('p');
  t.same(outcome, { success: true, errorMessage: '' });
  await air.runTicks(20);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  t.same(air.states(), ['buffering', 'ready']);
  t.equal(air.aired.find(({ source }) => source === 'content')?.state, 'ready');
  t.equal(air.channel.stats.bufferUnderruns, 0);
  const told = air.reports.filter(({ event }) => event === 'state' || event === 'plan_on_air');
  t.match(told, [
    { event: 'state', from: 'stopped', to: 'buffering' },
    {
      event: 'plan_on_air',
      planHandle: 'p',
      startTick: air.aired.find(({ source }) => source === 'content')?.tick,
    },
    { event: 'state', from: 'buffering', to: 'ready' },
  ]);
});

t.test('a slow decoder delays a plan that has not begun, and costs none of its frames', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 200]] } } });
  air.decoders.script = () => ({ firstFrameMs: 2000, framesPerSecond: 33 });
  await air.startAndAir('p');
  await air.run(7000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.199 pad\*\d+$/);
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test('a plan shorter than the ready threshold starts all the same', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 7]] } } });
  t.ok((await air.startAndAir('p')).success);
  await air.runTicks(10);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.6 pad\*\d+$/);
});

t.test(
  'a plan whose first asset has nothing to give begins with its pad, and goes on from there',
  async (t) => {
    const segments = [
      ['a', 60, 9_000],
      ['b', 300],
    ] as const;
    const beyond = await inlineChannel(t, { plans: { p: { segments } } });
    beyond.assetFrames.a = 60;
    t.ok((await beyond.startAndAir('p')).success, 'an in-point beyond the asset');
    await beyond.runTicks(100);
    t.match(beyond.taken(), /^pad\*6\d b@0\.\.\d+$/);

    const empty = await inlineChannel(t, { plans: { p: { segments } } });
    empty.decoders.script = ({ asset }, nth) =>
      asset.input.kind === 'file' && asset.input.path === 'a'
        ? nth === 1
          ? { crashAt: 0 }
          : { endAt: 0 }
        : {};
    t.ok((await empty.startAndAir('p')).success, 'a restart that finds nothing');
    await empty.runTicks(100);
    t.match(empty.taken(), /^pad\*\d+ slate\*\d+ pad\*6\d b@0\.\.\d+$/);
  },
);

t.test('a channel with no plan yet airs slate on every tick', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  await air.runTicks(10);
  t.equal(air.taken(), 'pad*11');
  t.equal(air.channel.stats.framesAired.slate, 11);
});

t.test(
  'an unknown plan is refused at once with its reason, slate airs, and the plan is looked for again',
  async (t) => {
    const air = await inlineChannel(t, { plans: {} });
    const outcome = await air.start('late');
    t.same(outcome, { success: false, errorMessage: 'plan_handle "late": no such plan' });
    t.equal(air.source.machine.state, 'error');
    t.ok(air.source.machine.snapshot.hasTag('unhealthy'));
    air.plans.late = { segments: [['a', 300]] };
    await air.run(14_900);
    t.match(air.taken(), /^slate\*\d+$/, 'not before the slow probe is due');
    await air.runUntil(() => air.source.machine.state === 'ready');
    await air.runTicks(30);
    t.match(air.taken(), /^slate\*\d+ (pad\*\d+ )?a@0\.\.\d+$/);
    t.same(air.states(), ['buffering', 'error', 'buffering', 'ready']);
  },
);

t.test('attempts at a plan that stays unusable keep within the restart budget for ever', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  await air.start('never');
  await air.run(300_000);
  const times = air.restartTimesMs();
  t.ok(times.length >= 15, 'it goes on trying');
  for (const atMs of times) t.ok(times.filter((other) => other > atMs - 60_000 && other <= atMs).length <= 5);
});

t.test('a start that is stopped while its plan is being resolved says so', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 300]] } } });
  air.slow.add('p');
  const outcome = air.start('p');
  await air.run(500);
  t.same(await air.stop(), []);
  t.same(await outcome, { success: false, errorMessage: 'the channel was stopped' });
  air.slow.clear();
  await settle();
  t.equal(air.decoders.all.length, 0);
});

t.test('a plan that is over is refused as such', async (t) => {
  const now = 1_795_334_400_000;
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 300]], startUtcMs: now - 60_000 } },
    startUtcMs: now,
  });
  const outcome = await air.startAndAir('p');
  t.notOk(outcome.success);
  t.match(outcome.errorMessage, /^plan "p" is over: /);
  await air.runTicks(20);
  t.equal(air.source.machine.snapshot.context.condition, 'NoScheduledContent');
  t.match(air.taken(), /^pad\*\d+$/);
  t.same(air.restartTimesMs(), []);
});

t.test('a plan in progress is joined at the frame the clock says', async (t) => {
  const now = 1_795_334_400_000;
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 300],
          ['b', 300],
        ],
        startUtcMs: now - 2_000,
      },
    },
    startUtcMs: now,
  });
  await air.startAndAir('p');
  await air.run(10_000);
  // 2 s are 60 frames; tick 9 is the first that lies 300 ms ahead.
  t.match(air.taken(), /^pad\*9 a@69\.\.299 b@0\.\.\d+$/);
  const tick = air.aired.find(({ asset, frame }) => asset === 'b' && frame === 0)?.tick;
  t.equal(tick, 240, 'the second segment begins 10 s after the start');
});

t.test('a loop in progress is joined in the turn and segment that the clock says', async (t) => {
  const now = 1_795_334_400_000;
  const segments = [
    ['a', 300],
    ['b', 150],
  ] as const;
  // 1000 turns of 15 s, and 11 s: in b, a second after it began.
  const startUtcMs = now - 15_000_000 - 11_000;
  const air = await inlineChannel(t, { plans: { p: { segments, loop: true, startUtcMs } }, startUtcMs: now });
  await air.startAndAir('p');
  await air.runTicks(20);
  t.match(air.taken(), /^pad\*9 b@39\.\.\d+$/);
  t.equal(air.source.desk.live?.sources[0]?.occurrence.turn, 1000);
});

t.test('a plan for later is accepted once slate airs, and starts on its tick', async (t) => {
  const now = 1_795_334_400_000;
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 300]], startUtcMs: now + 20_000 } },
    startUtcMs: now,
  });
  t.ok((await air.startAndAir('p')).success);
  t.ok(air.clock.nowMs() < 2_000, 'at once');
  t.equal(air.source.machine.state, 'buffering');
  t.equal(air.source.machine.snapshot.context.condition, 'NoScheduledContent');
  await air.run(10_000);
  t.equal(air.decoders.all.length, 0, 'no decoder waits for a plan that is far away');
  await air.run(12_000);
  t.match(air.taken(), /^pad\*600 a@0\.\.\d+$/);
  t.equal(air.source.machine.state, 'ready');
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test(
  'a decoder that is lost before its plan begins is started again, and the plan starts on its tick',
  async (t) => {
    const now = 1_795_334_400_000;
    const air = await inlineChannel(t, {
      plans: { p: { segments: [['a', 300]], startUtcMs: now + 6_000 } },
      startUtcMs: now,
    });
    air.decoders.script = (_order, nth) => (nth <= 3 ? { crashAt: 10 } : {});
    await air.start('p');
    await air.run(8_000);
    t.match(air.taken(), /^pad\*180 a@0\.\.\d+$/);
    t.notOk(
      air.aired.some(({ tick, state }) => tick < 180 && state === 'ready'),
      'nothing is ready before it is owed',
    );
  },
);

t.test('a plan whose decoder cannot live before it begins is still tried when it is due', async (t) => {
  const now = 1_795_334_400_000;
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 3000]], startUtcMs: now + 25_000 } },
    startUtcMs: now,
    settings: { leadMs: 30_000 },
  });
  let broken = true;
  air.decoders.script = () => (broken ? { crashAt: 0 } : {});
  await air.start('p');
  await air.run(20_000);
  t.equal(air.restartTimesMs().length, 5, 'long before it is due, the budget is spent');
  await air.run(10_000);
  broken = false;
  await air.run(60_000);
  t.equal(air.source.machine.state, 'ready');
  const last = air.aired.at(-1);
  t.same([last?.source, last?.frame], ['content', (last?.tick ?? 0) - 750], 'at the frame the clock says');
});

t.test(
  'a channel whose first decoder dies before anything aired is not ready before the threshold',
  async (t) => {
    const air = await inlineChannel(t, { plans: { p: { segments: [['a', 300]] } } });
    air.decoders.script = (_order, nth) => (nth === 1 ? { crashAt: 3 } : { framesPerSecond: 60 });
    await air.startAndAir('p');
    await air.runTicks(40);
    t.match(air.taken(), /^pad\*\d+ slate\*\d+ pad\*\d+ a@0\.\.\d+$/);
    t.notOk(air.aired.some(({ source, state }) => source !== 'content' && state === 'ready'));
    t.same(air.states(), ['buffering', 'error', 'buffering', 'ready']);
  },
);
