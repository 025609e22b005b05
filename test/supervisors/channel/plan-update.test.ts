/** UpdatePlan: prepared beside what is on air, committed on one tick, or nothing changed at all. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { type InlineChannel, inlineChannel } from '../../support/inline-channel.js';

const NOW = 1_795_334_400_000;
const PLANS = { p: { segments: [['a', 30_000]] }, q: { segments: [['b', 30_000]] } } as const;

/** Runs until the promise has settled. */
async function told<T>(air: InlineChannel, promise: Promise<T>): Promise<T> {
  let outcome: { readonly value: T } | undefined;
  void promise.then((value) => {
    outcome = { value };
  });
  await air.runUntil(() => outcome !== undefined);
  return (outcome as { value: T }).value;
}

t.test(
  'another plan is prepared beside the one on air and takes over on one tick, from its frame 0',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...PLANS } });
    await air.startAndAir('p');
    await air.run(3_000);
    t.same(await told(air, air.channel.update('q')), { success: true, errorMessage: '' });
    await air.run(2_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@0\.\.\d+$/, 'no tick in between');
    t.same(air.states(), ['buffering', 'ready'], 'ready all the time');
    t.equal(air.channel.stats.bufferUnderruns, 0);
    t.equal(air.channel.stats.framesDropped.plan_swap, 60, 'what was still queued of the old plan');
    t.equal(air.channel.stats.planSwap.snapshot().count, 1);
    t.same(
      air.decoders.running.map(({ asset }) => asset),
      ['b'],
      "the old plan's decoder is gone",
    );
    t.match(
      air.reports.findLast(({ event }) => event !== 'as_run' && event !== 'plan_copied'),
      {
        event: 'plan_on_air',
        planHandle: 'q',
        startTick: air.aired.find(({ asset }) => asset === 'b')?.tick,
      },
    );
  },
);

for (const [why, spoil, message] of [
  ['is unknown', (air: InlineChannel) => delete air.plans.q, 'plan_handle "q": no such plan'],
  ['names a missing asset first', (air: InlineChannel) => air.missing.add('b'), 'asset "b": no such file'],
  [
    'has a decoder that dies before its first frames',
    (air: InlineChannel) => {
      air.decoders.script = () => ({ crashAt: 2 });
    },
    'segments[0] ("b"): its decoder exited with code 1 after 2 frames',
  ],
  [
    'is over already',
    (air: InlineChannel) => {
      air.plans.q = { segments: [['b', 30]], startUtcMs: NOW - 60_000 };
    },
    'plan "q" is over: its last segment has ended; name a plan that is still to air',
  ],
  [
    'gives nothing within 5 s',
    (air: InlineChannel) => {
      air.decoders.script = () => ({ stallAt: 1, firstFrameMs: 4_500 });
    },
    'plan "q" gave no frame within 5000 ms; the old plan stays',
  ],
  [
    'is not answered for within 5 s',
    (air: InlineChannel) => air.slow.add('q'),
    'plan "q" could not be read and checked within 5000 ms; the old plan stays',
  ],
] as const) {
  t.test(`a plan that ${why} is refused, and the old plan stays on air untouched`, async (t) => {
    const air = await inlineChannel(t, { plans: { ...PLANS }, startUtcMs: NOW });
    await air.startAndAir('p');
    await air.run(3_000);
    spoil(air);
    t.same(await told(air, air.channel.update('q')), { success: false, errorMessage: message });
    await air.run(6_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
    t.same(air.states(), ['buffering', 'ready']);
    t.same(
      air.decoders.running.map(({ asset }) => asset),
      ['a'],
    );
    t.equal(air.source.desk.changes.preparing, undefined);
    t.equal(air.channel.stats.planRejections, 1);
    t.match(air.reports.at(-1), { event: 'plan_rejected', planHandle: 'q', reason: message });
    t.equal(air.restartTimesMs().length, 0);
  });
}

t.test('a plan that is joined in the pad behind a short asset takes over with it', async (t) => {
  const q = { segments: [['b', 300] as const, ['c', 300] as const], startUtcMs: NOW - 4_000 };
  const air = await inlineChannel(t, { plans: { ...PLANS, q }, startUtcMs: NOW });
  air.assetFrames.b = 60;
  await air.startAndAir('p');
  t.same(await told(air, air.channel.update('q')), { success: true, errorMessage: '' });
  await air.runTicks(300);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ pad\*\d+ c@0\.\.\d+$/);
  t.equal(air.aired.find(({ asset }) => asset === 'c')?.tick, 180, 'on the tick that the clock names');
});

t.test('the plan that runs already is answered with success, and nothing is done', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  await air.run(3_000);
  const { live } = air.source.desk;
  t.same(await told(air, air.channel.update('p')), { success: true, errorMessage: '' });
  await air.run(2_000);
  t.equal(air.source.desk.live, live);
  t.equal(air.decoders.all.length, 1);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
});

t.test('the same handle with other content is another plan', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  air.plans.p = { segments: [['c', 300]] };
  t.ok((await told(air, air.channel.update('p'))).success);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ c@0\.\.\d+$/);
});

t.test('the running plan is tried afresh when the channel is in error', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  let broken = false;
  air.decoders.script = () => (broken ? { crashAt: 0 } : {});
  await air.startAndAir('p');
  broken = true;
  air.decoders.running[0]?.crash();
  await air.run(12_000);
  t.ok(air.source.machine.snapshot.hasTag('unhealthy'));
  broken = false;
  const asked = air.aired.length;
  t.ok((await told(air, air.channel.update('p'))).success);
  await air.run(1_500);
  t.equal(air.source.machine.state, 'ready');
  t.equal(air.aired.slice(asked).find(({ source }) => source === 'content')?.frame, 0);
});

t.test(
  'a plan that comes to a channel in error clears the error and airs from its first frame',
  async (t) => {
    const air = await inlineChannel(t, { plans: { q: PLANS.q } });
    await air.start('p');
    t.equal(air.source.machine.state, 'error');
    await air.run(3_000);
    t.ok((await told(air, air.channel.update('q'))).success);
    await air.run(2_000);
    t.match(air.taken(), /^slate\*\d+ b@0\.\.\d+$/);
    t.same(air.states(), ['buffering', 'error', 'buffering', 'ready']);
    t.same(air.restartTimesMs(), []);
  },
);

t.test('a plan that comes while filler airs takes over with its first frame', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  air.decoders.script = (order, nth) =>
    order.asset.input.kind === 'file' && order.asset.input.path === 'a'
      ? nth === 1
        ? { crashAt: 60 }
        : { crashAt: 0 }
      : {};
  await air.startAndAir('p');
  await air.run(2_800);
  t.equal(air.aired.at(-1)?.source, 'hold');
  t.ok((await told(air, air.channel.update('q'))).success);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 hold\(a@59\)\*\d+ (slate\*\d+ )?b@0\.\.\d+$/);
});

t.test('identical calls in preparation share one outcome and one decoder', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  const calls = [air.channel.update('q'), air.channel.update('q'), air.channel.update('q')];
  for (const call of calls) t.ok((await told(air, call)).success);
  t.equal(air.decoders.all.length, 2);
});

t.test('who asks again for a plan that has changed since it was read gets what it has become', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  const first = air.channel.update('q');
  await air.run(60);
  t.ok(air.source.desk.changes.preparing?.program, 'it has been read');
  air.plans.q = { segments: [['c', 900]] };
  const calls = [air.channel.update('q'), air.channel.update('q')];
  t.ok((await told(air, first)).success);
  for (const call of calls) t.ok((await told(air, call)).success);
  await air.run(1_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@0\.\.\d+ c@0\.\.\d+$/);
  t.equal(air.decoders.all.length, 3, 'one for each plan');
});

t.test('a later call supersedes one in preparation, which says so', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS, r: { segments: [['c', 900]] } } });
  await air.startAndAir('p');
  air.decoders.script = () => ({ firstFrameMs: 400 });
  const first = air.channel.update('q');
  await air.run(300);
  const second = air.channel.update('r');
  t.same(await first, { success: false, errorMessage: 'superseded by UpdatePlan("r")' });
  t.ok((await told(air, second)).success);
  await air.run(1_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ c@0\.\.\d+$/);
  t.same(
    air.decoders.running.map(({ asset }) => asset),
    ['c'],
  );
});

t.test('a stop pre-empts a preparation, which says so', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  const update = air.channel.update('q');
  await air.run(60);
  t.ok(air.source.desk.changes.preparing?.program, 'its decoder runs');
  t.same(await air.stop(), []);
  t.same(await update, { success: false, errorMessage: 'the channel was stopped' });
  t.same(air.decoders.running, []);
  t.equal(air.pool.free, 75);
});

t.test('a stop also ends a preparation whose plan is still being resolved', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  air.slow.add('q');
  const update = air.channel.update('q');
  await air.run(60);
  await air.stop();
  t.notOk((await update).success);
  air.slow.clear();
  await settle();
  t.equal(air.decoders.all.length, 1);
});

t.test('a plan in progress takes over at the frame the clock says', async (t) => {
  const air = await inlineChannel(t, {
    plans: { ...PLANS, q: { segments: [['b', 30_000]], startUtcMs: NOW - 10_000 } },
    startUtcMs: NOW,
  });
  await air.startAndAir('p');
  await air.run(2_000);
  t.ok((await told(air, air.channel.update('q'))).success);
  await air.run(1_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@\d+\.\.\d+$/);
  const joined = air.aired.find(({ asset }) => asset === 'b');
  t.equal(joined?.frame, (joined?.tick ?? 0) + 300);
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test(
  'a plan in progress whose decoder takes long is joined later, still at the frame the clock says',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: {
        ...PLANS,
        q: {
          segments: [
            ['b', 330],
            ['c', 300],
          ],
          startUtcMs: NOW - 8_000,
        },
      },
      startUtcMs: NOW,
    });
    await air.startAndAir('p');
    await air.run(1_000);
    // By the time b gives frames its slot is over; c is taken instead, and b's decoder is not left behind.
    air.decoders.script = ({ asset }) =>
      asset.input.kind === 'file' && asset.input.path === 'b' ? { firstFrameMs: 4_500 } : {};
    t.ok((await told(air, air.channel.update('q'))).success);
    await air.run(2_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ c@\d+\.\.\d+$/);
    const joined = air.aired.find(({ asset }) => asset === 'c');
    t.equal(joined?.frame, (joined?.tick ?? 0) + 240 - 330);
    t.same(
      air.decoders.running.map(({ asset }) => asset),
      ['c'],
    );
  },
);

t.test(
  'a plan for later is promised at once, changes nothing until its tick, and takes over on it',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: { ...PLANS, q: { segments: [['b', 30_000]], startUtcMs: NOW + 20_000 } },
      startUtcMs: NOW,
    });
    await air.startAndAir('p');
    const before = air.clock.nowMs();
    t.ok((await told(air, air.channel.update('q'))).success);
    t.ok(air.clock.nowMs() - before < 100);
    await air.run(5_000);
    t.equal(air.decoders.all.length, 1, 'its decoder is not started so early');
    await air.run(15_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@0\.\.\d+$/);
    t.equal(air.aired.find(({ asset }) => asset === 'b')?.tick, 600);
    t.equal(air.channel.stats.bufferUnderruns, 0);
    t.same(air.states(), ['buffering', 'ready']);
  },
);

t.test('a promised plan survives what is refused, and gives way to what proves itself', async (t) => {
  const plans = {
    ...PLANS,
    q: { segments: [['b', 30_000]], startUtcMs: NOW + 10_000 },
    late: { segments: [['c', 30_000]], startUtcMs: NOW + 20_000 },
  } as const;
  const air = await inlineChannel(t, { plans: { ...plans }, startUtcMs: NOW });
  await air.startAndAir('p');
  t.ok((await told(air, air.channel.update('q'))).success);
  t.notOk((await told(air, air.channel.update('unheard of'))).success);
  t.ok((await told(air, air.channel.update('p'))).success, 'what airs is aired already');
  t.equal(air.source.desk.changes.armed?.planHandle, 'q');
  await air.run(12_000);
  t.equal(air.aired.find(({ asset }) => asset === 'b')?.tick, 300);

  t.ok((await told(air, air.channel.update('late'))).success);
  t.ok((await told(air, air.channel.update('p'))).success);
  await air.run(10_000);
  t.equal(air.source.desk.changes.armed, undefined);
  t.equal(
    air.aired.find(({ asset }) => asset === 'c'),
    undefined,
    'the last plan that was taken wins',
  );
});

t.test('a promised plan takes over on its tick also when its decoder is late', async (t) => {
  const air = await inlineChannel(t, {
    plans: { ...PLANS, q: { segments: [['b', 30_000]], startUtcMs: NOW + 10_000 } },
    startUtcMs: NOW,
    settings: { leadMs: 0 },
  });
  await air.startAndAir('p');
  air.decoders.script = () => ({ firstFrameMs: 3_000 });
  t.ok((await told(air, air.channel.update('q'))).success);
  await air.run(15_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ hold\(a@\d+\)\*30 (slate\*\d+ )?b@\d+\.\.\d+$/);
  const last = air.aired.at(-1);
  t.same([last?.asset, last?.frame], ['b', (last?.tick ?? 0) - 300]);
});

t.test(
  'a promised plan whose decoder dies before its tick is started again when the tick has come',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: { ...PLANS, q: { segments: [['b', 30_000]], startUtcMs: NOW + 10_000 } },
      startUtcMs: NOW,
    });
    await air.startAndAir('p');
    air.decoders.script = (_order, nth) => (nth === 1 ? { crashAt: 10 } : {});
    t.ok((await told(air, air.channel.update('q'))).success);
    await air.run(15_000);
    t.equal(air.aired.find(({ asset }) => asset === 'b')?.tick, 300);
    const last = air.aired.at(-1);
    t.same([last?.asset, last?.frame], ['b', (last?.tick ?? 0) - 300]);
    t.equal(air.source.machine.state, 'ready');
  },
);

t.test('a channel whose plan is over takes another one without a restart', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS, p: { segments: [['a', 60]] } } });
  await air.startAndAir('p');
  await air.run(5_000);
  t.ok((await told(air, air.channel.update('q'))).success);
  await air.run(1_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 pad\*\d+ b@0\.\.\d+$/);
  t.equal(air.source.machine.state, 'ready');
  t.same(air.restartTimesMs(), []);
});

t.test('a plan that is over airs again when it is asked for again', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS, p: { segments: [['a', 60]] } } });
  await air.startAndAir('p');
  t.ok((await told(air, air.channel.update('p'))).success);
  await air.run(5_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 pad\*\d+$/, 'while it airs, asking for it does nothing');
  t.ok((await told(air, air.channel.update('p'))).success);
  await air.run(1_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/, 'and now it is on air from its beginning');
});

t.test('a step of the wall clock moves no tick, and is told', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 30_000]], startUtcMs: NOW - 1_000 } },
    startUtcMs: NOW,
  });
  await air.startAndAir('p');
  await air.run(1_000);
  air.clock.stepUtc(3_600_000);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*9 a@39\.\.\d+$/);
  t.equal(air.clock.utcMs() - air.clock.nowMs() - air.source.desk.utcOffsetMs, 3_600_000);
});

t.test('a step of the wall clock moves no plan that is promised, either', async (t) => {
  for (const stepMs of [3_600_000, -3_600_000]) {
    const air = await inlineChannel(t, {
      plans: { ...PLANS, q: { segments: [['b', 30_000]], startUtcMs: NOW + 10_000 } },
      startUtcMs: NOW,
    });
    await air.startAndAir('p');
    t.ok((await told(air, air.channel.update('q'))).success);
    await air.run(1_000);
    air.clock.stepUtc(stepMs);
    await air.run(12_000);
    t.equal(air.aired.find(({ asset }) => asset === 'b')?.tick, 300, 'ten seconds after it was promised');
  }
});

t.test(
  'a plan whose file changed or went is the same for the source supervisor that takes over',
  async (t) => {
    for (const spoil of [
      (air: InlineChannel) => {
        air.plans.p = { segments: [['c', 300]] };
      },
      (air: InlineChannel) => delete air.plans.p,
    ]) {
      let broken = false;
      const air = await inlineChannel(t, {
        plans: { ...PLANS },
        sabotage() {
          if (!broken) return;
          broken = false;
          throw new Error('sabotage');
        },
      });
      await air.startAndAir('p');
      await air.run(1_000);
      spoil(air);
      broken = true;
      await air.run(3_000);
      t.same(air.supervision.length, 1, 'it was restarted');
      const last = air.aired.at(-1);
      const first = air.aired.find(({ source }) => source === 'content')?.tick ?? Number.NaN;
      t.same([last?.source, last?.asset, last?.frame], ['content', 'a', (last?.tick ?? 0) - first]);
    }
  },
);

t.test('a plan that an earlier host has promised is kept, whatever has become of it since', async (t) => {
  const q = { segments: [['b', 300] as const, ['c', 300] as const], startUtcMs: NOW + 5_000 };
  const air = await inlineChannel(t, { plans: { ...PLANS }, startUtcMs: NOW });
  await air.startAndAir('p');
  air.missing.add('b');
  const promised = { syntax: 'json', packed: JSON.stringify(q), durations: [] } as const;
  t.same(await told(air, air.channel.update('q', promised)), { success: true, errorMessage: '' });
  await air.run(17_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ slate\*300 c@0\.\.\d+$/);
  t.equal(air.aired.find(({ asset }) => asset === 'c')?.tick, 450, 'on the tick that the clock names');
});
