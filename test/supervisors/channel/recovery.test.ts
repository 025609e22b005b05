/** Decoders that are lost and started again, while the viewer sees nothing, the last picture, or slate. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

const ONE_LONG = { p: { segments: [['a', 30_000]] } } as const;

t.test(
  'a decoder lost while the queue is full is replaced at the next unstaged frame; nothing is missing on air',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
    await air.startAndAir('p');
    await air.run(12_000);
    const decoder = air.decoders.running[0];
    decoder?.crash('first line\nmoov atom not found');
    t.equal(air.source.machine.state, 'error');
    await air.run(3_000);
    const [, second] = air.decoders.all;
    t.equal(
      second?.order.positionMs,
      ((decoder?.delivered ?? 0) * 1000) / 30,
      'exactly where the first one was',
    );
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
    t.same(air.states(), ['buffering', 'ready', 'error', 'ready']);
    t.equal(air.channel.stats.bufferUnderruns, 0);
    t.equal(air.channel.stats.decodeFailures, 1);
    t.match(
      air.reports.find(({ event }) => event === 'decoder_lost'),
      {
        segment: 0,
        asset: 'a',
        kind: 'crashed',
        reason: /was killed by SIGSEGV after \d+ frames: moov atom not found/,
      },
    );
    t.match(air.source.lastExit, { incarnation: 1, frames: decoder?.delivered });
    t.same(air.channel.stats.decoderRestarts, { crashed: 1 });
  },
);

t.test('the first restart of a stable decoder is immediate; the next ones back off', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  await air.startAndAir('p');
  await air.run(11_000);
  const lostAtMs = air.clock.nowMs();
  air.decoders.script = () => ({ firstFrameMs: 0, crashAt: 0 });
  air.decoders.running[0]?.crash();
  await air.run(30_000);
  const delays = air.restartTimesMs().map((atMs, i, all) => atMs - (all[i - 1] ?? lostAtMs));
  t.same(delays.slice(0, 5), [0, 250, 500, 1000, 2000]);
});

t.test('the backoff of a decoder that never was stable begins with its base', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG }, random: () => 0.5 });
  air.decoders.script = () => ({ firstFrameMs: 0, crashAt: 0 });
  const startedMs = air.clock.nowMs();
  void air.start('p');
  await air.run(12_000);
  const times = air.restartTimesMs();
  const delays = times.map((atMs, i) => Math.round((atMs - (times[i - 1] ?? startedMs)) * 10) / 10);
  t.same(delays, [262.5, 525, 1050, 2100, 4000], 'half of 10 % jitter, and never above the maximum');
});

t.test('when the queue runs dry the last frame is held for 1 s, then slate airs', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  air.decoders.script = (_order, nth) => (nth === 1 ? { crashAt: 90 } : { firstFrameMs: 4500 });
  await air.startAndAir('p');
  await air.run(5_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.89 hold\(a@89\)\*30 slate\*\d+$/);
  t.equal(air.channel.stats.bufferUnderruns, 1, 'one underrun, however long it lasts');
  t.match(
    air.reports.filter(({ event }) => event === 'underrun'),
    [{ tick: air.aired.find(({ source }) => source === 'hold')?.tick }],
  );
});

t.test(
  'a channel on filler says buffering once frames come again, and ready only after 30 are staged',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
    air.decoders.script = (_order, nth) =>
      nth === 1 ? { crashAt: 90 } : { firstFrameMs: 2000, framesPerSecond: 240 };
    await air.startAndAir('p');
    await air.run(10_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.89 hold\(a@89\)\*\d+ a@\d+\.\.\d+$/, 'no flicker');
    t.same(air.states(), ['buffering', 'ready', 'error', 'buffering', 'ready']);
    const back = air.aired.findIndex(
      ({ source }, i) => source === 'content' && air.aired[i - 1]?.source === 'hold',
    );
    t.ok((air.aired[back]?.staged ?? 0) >= 29, 'with the one on air they are 30');
    const first = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
    t.equal(air.aired[back]?.frame, (air.aired[back]?.tick ?? 0) - first, 'at the schedule');
  },
);

t.test('once slate airs it stays for at least 1 s', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  // The queue lasts 3 s from the loss, hold 1 s; frames are back just after slate came up.
  air.decoders.script = (_order, nth) => (nth === 1 ? { crashAt: 90 } : { firstFrameMs: 3300 });
  await air.startAndAir('p');
  await air.run(12_000);
  const words = air.taken();
  t.match(words, /^pad\*\d+ a@0\.\.89 hold\(a@89\)\*30 slate\*30 a@\d+\.\.\d+$/);
});

t.test('five restarts fail, then slate: unhealthy, and a slow probe goes on', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  await air.startAndAir('p');
  await air.run(2_000);
  let broken = true;
  air.decoders.script = () => (broken ? { crashAt: 0 } : {});
  air.decoders.running[0]?.crash();
  await air.run(10_000);
  t.equal(air.restartTimesMs().length, 5);
  t.same(air.source.machine.snapshot.value, { error: 'slate' });
  t.ok(air.source.machine.snapshot.hasTag('unhealthy'));
  t.equal(air.source.machine.snapshot.context.condition, 'BudgetExhausted');
  t.equal(air.aired.at(-1)?.source, 'slate');
  broken = false;
  await air.run(60_000);
  t.equal(air.source.machine.state, 'ready', 'it recovers by itself');
  t.notOk(air.source.machine.snapshot.hasTag('unhealthy'));
  const first = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
  const last = air.aired.at(-1);
  t.equal(last?.frame, (last?.tick ?? 0) - first, 'at the frame the clock says');
});

t.test(
  'when the restarts are spent, one report says what failed, how often, and what happens next',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: {
        p: {
          segments: [
            ['a', 3_000],
            ['b', 300],
          ],
        },
      },
    });
    await air.startAndAir('p');
    await air.run(2_000);
    air.decoders.script = (order) =>
      order.asset.input.kind === 'file' && order.asset.input.path === 'a'
        ? { crashAt: 0, firstFrameMs: 0 }
        : {};
    air.decoders.running[0]?.crash();
    await air.runUntil(() => air.source.machine.snapshot.hasTag('unhealthy'));
    t.match(
      air.reports.filter(({ event }) => event === 'slate'),
      [
        {
          condition: 'BudgetExhausted',
          reason: /segments\[0\] \("a"\): its decoder exited with code 1 after 0 frames/,
          restarts: 5,
          maxRestarts: 5,
          windowMs: 60_000,
          nextAttemptMs: Number,
          nextSegment: { asset: 'b', inMs: Number },
        },
      ],
      'once',
    );
    const [report] = air.reports.filter((each) => each.event === 'slate');
    const roomAtMs = (air.restartTimesMs()[0] ?? 0) + 60_000;
    t.ok(
      Math.abs(air.clock.nowMs() + (report?.nextAttemptMs ?? 0) - roomAtMs) < 34,
      'the window has no room sooner',
    );
    await air.runTicks(Math.floor(((report?.nextSegment?.inMs ?? 0) * 30) / 1000) - 2);
    t.equal(air.aired.at(-1)?.source, 'slate', 'up to the last tick of the slot');
    await air.runTicks(3);
    t.match(air.aired.at(-1), { source: 'content', asset: 'b' });
  },
);

t.test('what cannot be had before anything is on air has no next segment to tell of', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  await air.startAndAir('nowhere');
  t.match(
    air.reports.filter(({ event }) => event === 'slate'),
    [
      {
        condition: 'Unusable',
        reason: /no such plan/,
        restarts: 0,
        nextAttemptMs: 15_000,
        nextSegment: null,
      },
    ],
  );
});

t.test('a recovery that nobody sees is no reason for bad health', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  await air.startAndAir('p');
  await air.run(12_000);
  for (let i = 0; i < 3; i++) {
    air.decoders.running[0]?.crash();
    t.notOk(air.source.machine.snapshot.hasTag('unhealthy'));
    await air.run(1500);
  }
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
});

t.test("an operator's reset of the budget ends slate at once", async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  let broken = true;
  air.decoders.script = () => (broken ? { crashAt: 0 } : {});
  await air.startAndAir('p');
  await air.run(1_000);
  t.ok(air.source.machine.snapshot.hasTag('unhealthy'));
  broken = false;
  air.channel.resetBudget();
  await air.run(1_500);
  t.equal(air.source.machine.state, 'ready');
  t.equal(air.source.machine.snapshot.context.restarts.length, 1, 'the window began anew');
  t.same(air.channel.restarts, air.restartTimesMs().slice(-1));
});

t.test('a reset counts for the source supervisor that takes the place of a crashed one, too', async (t) => {
  let sabotaged = false;
  const air = await inlineChannel(t, {
    plans: { ...ONE_LONG },
    restarts: [1_000, 1_100, 1_200],
    sabotage() {
      if (!sabotaged) return;
      sabotaged = false;
      throw new Error('sabotage');
    },
  });
  await air.startAndAir('p');
  air.channel.resetBudget();
  const { source } = air;
  sabotaged = true;
  await air.run(1_000);
  t.not(air.source, source, 'it crashed');
  t.same(air.source.machine.snapshot.context.restarts, []);
});

t.test(
  'a decoder lost so late in its segment that the next is due first leaves no trace of error behind',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: {
        p: {
          segments: [
            ['a', 150],
            ['b', 600],
          ],
        },
      },
    });
    // Lost 20 frames before its end; the restarted one needs longer than that lasts.
    air.decoders.script = ({ asset }, nth) =>
      asset.input.kind === 'file' && asset.input.path === 'a'
        ? nth === 1
          ? { crashAt: 130 }
          : { firstFrameMs: 4_900 }
        : {};
    await air.startAndAir('p');
    await air.run(9_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.129 hold\(a@129\)\*20 b@0\.\.\d+$/);
    t.equal(air.source.machine.state, 'ready');
    t.same(air.source.machine.snapshot.value, 'ready');
  },
);

t.test('the next segment’s decoder that is lost while it waits is replaced before its turn', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 300],
          ['b', 300],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.runUntil(() =>
    air.decoders.running.some(({ asset, delivered }) => asset === 'b' && delivered === 2),
  );
  air.decoders.running.find(({ asset }) => asset === 'b')?.crash();
  t.equal(air.source.machine.state, 'ready', 'not yet the one that is needed next');
  await air.run(15_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.299 b@0\.\.\d+/);
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test('exit code 0 in the middle of an asset is a loss', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 600]] } } });
  air.assetFrames.a = 600;
  air.decoders.script = (_order, nth) => (nth === 1 ? { endAt: 300 } : {});
  await air.startAndAir('p');
  await air.run(25_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.599 pad\*\d+$/);
  t.same(air.channel.stats.decoderRestarts, { ended_early: 1 });
});

t.test('exit code 0 within half a second of the probed duration means the asset is over', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 600]] } } });
  air.assetFrames.a = 300;
  air.decoders.script = () => ({ endAt: 286 });
  await air.startAndAir('p');
  await air.run(15_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.285 pad\*\d+$/);
  t.equal(air.source.machine.state, 'ready');
  t.equal(air.channel.stats.decodeFailures, 0);
});

t.test('a restart that gives no frame means that an asset of unknown duration is over', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 600],
          ['b', 60],
        ],
      },
    },
  });
  air.decoders.script = ({ asset }, nth) =>
    asset.input.kind === 'file' && asset.input.path === 'a' ? { endAt: nth === 1 ? 300 : 0 } : {};
  await air.startAndAir('p');
  await air.run(23_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.299 pad\*300 b@0\.\.59 pad\*\d+$/);
  t.equal(air.restartTimesMs().length, 1);
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test(
  'a probe that finds nothing left owes nothing: what follows is pad, not another underrun',
  async (t) => {
    const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3_000]] } } });
    let over = false;
    air.decoders.script = (_order, nth) => (nth === 1 ? {} : over ? { endAt: 0 } : { crashAt: 0 });
    await air.startAndAir('p');
    await air.run(2_000);
    air.decoders.running[0]?.crash();
    await air.run(10_000);
    t.equal(air.aired.at(-1)?.source, 'slate');
    over = true;
    await air.runUntil(() => air.source.machine.state === 'ready', 60_000);
    t.equal(air.aired.at(-1)?.source, 'pad');
    t.equal(air.channel.stats.bufferUnderruns, 1);
    t.same(air.states().slice(-2), ['buffering', 'ready']);
  },
);

t.test('a decoder that would not die is named when the channel stops', async (t) => {
  const air = await inlineChannel(t, { plans: { ...ONE_LONG } });
  air.decoders.script = () => ({ immortalPid: 4711 });
  await air.startAndAir('p');
  t.same(await air.stop(), [4711]);
});
