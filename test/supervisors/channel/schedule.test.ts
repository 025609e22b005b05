/** The schedule, frame by frame: every frame belongs to its tick, whatever the segments look like. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

t.test('three segments air without a gap, in order, none of their frames twice', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 100],
          ['b', 31],
          ['c', 150],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.runTicks(300);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.99 b@0\.\.30 c@0\.\.149 pad\*\d+$/);
  t.same(air.states(), ['buffering', 'ready', 'buffering']);
});

t.test('segments shorter than a decoder needs to start follow each other without a gap', async (t) => {
  const segments = Array.from({ length: 40 }, (_, i) => [`s${i}`, 10] as const);
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  air.decoders.script = () => ({ firstFrameMs: 250 });
  await air.startAndAir('p');
  await air.runTicks(420);
  const expected = segments.map(([asset]) => `${asset}@0..9`).join(' ');
  t.match(air.taken(), new RegExp(`^pad\\*\\d+ ${expected} pad\\*\\d+$`));
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test('a plan that loops goes on from its last frame to its first', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 20],
          ['b', 50],
        ],
        loop: true,
      },
    },
  });
  await air.startAndAir('p');
  await air.runTicks(205);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.19 b@0\.\.49 a@0\.\.19 b@0\.\.49 a@0\.\.19 b@0\.\.4\d$/);
});

t.test('a segment begins at its in-point', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 40, 2000],
          ['b', 90],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.runTicks(60);
  t.match(air.taken(), /^pad\*\d+ a@60\.\.99 b@0\.\.\d+$/);
});

t.test('every frame belongs to its tick', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 1000]] } } });
  await air.startAndAir('p');
  await air.runTicks(500);
  const first = air.aired.find(({ source }) => source === 'content')?.tick ?? Number.NaN;
  const wrong = air.aired.filter(({ source, tick, frame }) => source === 'content' && frame !== tick - first);
  t.same(wrong, []);
});

t.test('frames that come after their tick are dropped and content stays on schedule', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  air.decoders.script = () => ({ framesPerSecond: 120 });
  await air.startAndAir('p');
  await air.run(1000);
  const decoder = air.decoders.running[0];
  // It sleeps for less than a stall, at a moment when little is staged.
  air.source.desk.live?.queue.clear();
  await air.runUntil(() => air.source.machine.state === 'ready');
  const first = air.aired.find(({ source }) => source === 'content')?.tick ?? Number.NaN;
  const last = air.aired.at(-1);
  t.equal(last?.frame, (last?.tick ?? 0) - first);
  t.equal(air.decoders.running[0], decoder, 'the decoder was none the worse for it');
  t.equal(air.decoders.all.length, 1);
});

t.test('a short asset is padded with slate up to its planned end; that is no fault', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 100],
          ['b', 100],
        ],
      },
    },
  });
  air.assetFrames.a = 60;
  air.decoders.script = ({ asset }) => (asset.durationMs === undefined ? {} : { endAt: 60 });
  await air.startAndAir('p');
  await air.runTicks(150);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 pad\*40 b@0\.\.\d+$/);
  t.same(air.states(), ['buffering', 'ready'], 'ready all the time');
  t.equal(air.channel.stats.bufferUnderruns, 0);
  t.equal(air.channel.stats.decodeFailures, 0);
  t.same(air.restartTimesMs(), []);
});

t.test('an in-point beyond the asset is a pad for the whole segment, without a decoder', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 60],
          ['b', 30, 9000],
          ['c', 60],
        ],
      },
    },
  });
  air.assetFrames.b = 60;
  await air.startAndAir('p');
  await air.runTicks(150);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 pad\*30 c@0\.\.59 pad\*\d+$/);
  t.notOk(air.decoders.all.some(({ asset }) => asset === 'b'));
  t.same(air.states(), ['buffering', 'ready', 'buffering']);
});

t.test('an asset longer than its segment is cut', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 60],
          ['b', 60],
        ],
      },
    },
  });
  air.assetFrames.a = 6000;
  await air.startAndAir('p');
  await air.runTicks(100);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 b@0\.\.\d+$/);
  t.equal(air.decoders.all[0]?.order.frames, 60);
});

t.test('a plan that is over airs slate, says NoScheduledContent and spends no restarts', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 60]] } } });
  await air.startAndAir('p');
  await air.run(60_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 pad\*\d+$/);
  t.equal(air.source.machine.state, 'buffering');
  t.equal(air.source.machine.snapshot.context.condition, 'NoScheduledContent');
  t.notOk(air.source.machine.snapshot.hasTag('unhealthy'));
  t.same(air.restartTimesMs(), []);
  t.equal(air.channel.stats.bufferUnderruns, 0);
});

t.test("the next segments' decoders are started ahead of their turn, at most two of them wait", async (t) => {
  const segments = Array.from({ length: 12 }, (_, i) => [`s${i}`, 45] as const);
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  await air.startAndAir('p');
  let most = 0;
  while (air.clock.nowMs() < 15_000) {
    await air.runTicks(1);
    most = Math.max(most, air.decoders.running.length);
  }
  t.equal(most, 3, 'the one being decoded and two that wait');
  const begins = new Map<string, number>();
  for (const { asset, frame, atMs } of air.aired)
    if (frame === 0) begins.set(asset, begins.get(asset) ?? atMs);
  const leads = air.decoders.all
    .slice(3, 9)
    .map(({ asset, startedMs }) => (begins.get(asset) ?? 0) - startedMs);
  t.ok(
    leads.every((leadMs) => leadMs > 2000 && leadMs <= 7100),
    `${leads} ms ahead`,
  );
});

t.test('a long segment does not wake the next decoder before it is needed', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 900],
          ['b', 90],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.run(20_000);
  t.equal(air.decoders.all.length, 1);
  await air.run(5_000);
  t.equal(air.decoders.all.length, 2);
});

t.test(
  'a decoder that has delivered everything but does not exit is killed, and nothing is lost',
  async (t) => {
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
    air.decoders.script = () => ({ lingers: true });
    await air.startAndAir('p');
    await air.runTicks(620);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.299 b@0\.\.299 pad\*\d+$/);
    t.same(air.states(), ['buffering', 'ready', 'buffering']);
    t.equal(air.channel.stats.decodeFailures, 0);
    t.same(air.decoders.running, []);
  },
);
