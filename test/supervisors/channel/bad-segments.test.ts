/** A bad segment costs its own slot and not a tick more. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

t.test('a missing asset is slate for its own slot, and the next segment starts on its tick', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 90],
          ['gone', 45],
          ['b', 300],
        ],
      },
    },
  });
  air.missing.add('gone');
  await air.startAndAir('p');
  await air.runTicks(200);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.89 slate\*45 b@0\.\.\d+$/);
  t.same(air.states(), ['buffering', 'ready', 'error', 'buffering', 'ready']);
  t.match(
    air.reports.filter((report) => report.event === 'state' && report.to === 'error'),
    [{ cause: 'segment.unusable', detail: 'asset "gone": no such file' }],
  );
});

t.test('a missing asset is bad news only when its slot comes', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 150],
          ['gone', 45],
          ['b', 300],
        ],
      },
    },
  });
  air.missing.add('gone');
  await air.startAndAir('p');
  await air.runTicks(100);
  t.equal(air.source.machine.state, 'ready');
  t.notOk(air.source.machine.snapshot.hasTag('unhealthy'));
});

t.test('a missing second asset does not refuse a plan that begins with a short one', async (t) => {
  const segments = [
    ['a', 20],
    ['gone', 45],
    ['b', 300],
  ] as const;
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  air.missing.add('gone');
  // The first one's decoder is done before the tick on which the plan goes on air.
  air.decoders.script = () => ({ framesPerSecond: 6_000 });
  t.same(await air.startAndAir('p'), { success: true, errorMessage: '' });
  await air.runTicks(120);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.19 slate\*45 b@0\.\.\d+$/);
  t.same(air.states(), ['buffering', 'ready', 'error', 'buffering', 'ready']);
});

t.test('a slot that is shorter than the least time of slate still ends on its tick', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 90],
          ['gone', 3],
          ['b', 300],
        ],
      },
    },
  });
  air.missing.add('gone');
  await air.startAndAir('p');
  await air.runTicks(150);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.89 slate\*3 b@0\.\.\d+$/);
});

t.test('several missing assets in a row cost their slots only', async (t) => {
  const segments = [
    ['a', 90],
    ['gone', 20],
    ['lost', 40],
    ['b', 300],
  ] as const;
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  air.missing.add('gone').add('lost');
  await air.startAndAir('p');
  await air.runTicks(200);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.89 slate\*60 b@0\.\.\d+$/);
});

t.test(
  'a plan whose first asset is missing is refused with the reason, and its second segment airs in its time',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: {
        p: {
          segments: [
            ['gone', 150],
            ['b', 300],
          ],
        },
      },
    });
    air.missing.add('gone');
    const outcome = await air.startAndAir('p');
    t.same(outcome, { success: false, errorMessage: 'asset "gone": no such file' });
    await air.runTicks(200);
    t.match(air.taken(), /^(pad\*\d+ )?slate\*15\d b@0\.\.\d+$/);
    t.equal(air.source.machine.state, 'ready');
  },
);

t.test('a segment whose decoder only ever crashes costs its own slot', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 90],
          ['bad', 600],
          ['b', 300],
        ],
      },
    },
  });
  air.decoders.script = ({ asset }) =>
    asset.input.kind === 'file' && asset.input.path === 'bad' ? { crashAt: 0 } : {};
  await air.startAndAir('p');
  await air.runTicks(800);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.89 hold\(a@89\)\*\d+ slate\*\d+ b@0\.\.\d+$/);
  const first = air.aired.find(({ asset }) => asset === 'a')?.tick ?? 0;
  t.equal(air.aired.find(({ asset }) => asset === 'b')?.tick, first + 690);
});

t.test('a segment whose decoder says nothing costs its own slot, also when that is short', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 90],
          ['mute', 36],
          ['b', 300],
        ],
      },
    },
  });
  air.decoders.script = ({ asset }) =>
    asset.input.kind === 'file' && asset.input.path === 'mute' ? { stallAt: 0 } : {};
  await air.startAndAir('p');
  await air.runTicks(200);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.89 hold\(a@89\)\*30 slate\*6 b@0\.\.\d+$/);
});

const LATE = {
  p: {
    segments: [
      ['a', 300],
      ['late', 1500],
      ['b', 300],
    ],
  },
} as const;

t.test(
  'an asset that is missing ahead of its turn and there in time airs as if nothing had been',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...LATE } });
    air.missing.add('late');
    await air.startAndAir('p');
    await air.runUntil(() => air.reports.some(({ event }) => event === 'segment_unusable'));
    await air.run(1_000);
    air.missing.clear();
    await air.run(12_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.299 late@0\.\.\d+$/);
    t.same(air.states(), ['buffering', 'ready']);
    t.same(air.restartTimesMs(), [], 'its decoder is a first attempt');
    t.equal(air.decoders.all.length, 2);
  },
);

t.test(
  'an asset that comes into being during its slot airs soon, from the frame the clock says',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...LATE } });
    air.missing.add('late');
    await air.startAndAir('p');
    await air.run(14_000);
    t.equal(air.aired.at(-1)?.source, 'slate');
    t.notOk(
      air.decoders.all.some(({ asset }) => asset === 'late'),
      'looking for it costs nothing',
    );
    t.same(air.restartTimesMs(), []);
    air.missing.clear();
    await air.run(3_000);
    const last = air.aired.at(-1);
    const first = air.aired.find(({ asset }) => asset === 'a')?.tick ?? 0;
    t.equal(last?.asset, 'late');
    t.equal(last?.frame, (last?.tick ?? 0) - first - 300);
    t.equal(air.source.machine.state, 'ready');
    await air.run(20_000);
    t.equal(air.restartTimesMs().length, 1, 'it was tried once, and the slow probe was called off');
  },
);

t.test('an asset that comes back while the budget is spent waits for the budget', async (t) => {
  const restarts = [-40_000, -30_000, -20_000, -10_000, 0];
  const air = await inlineChannel(t, { plans: { p: { segments: [['late', 9_000]] } }, restarts });
  air.missing.add('late');
  await air.startAndAir('p');
  air.missing.clear();
  await air.run(15_000);
  t.same([air.decoders.all.length, air.aired.at(-1)?.source], [0, 'slate']);
  await air.run(10_000);
  t.equal(air.restartTimesMs().length, 1, 'as soon as the first restart is forgotten');
  t.equal(air.source.machine.state, 'ready');
});

t.test('a disk that answers late is believed when it does', async (t) => {
  const air = await inlineChannel(t, { plans: { ...LATE } });
  air.missing.add('late');
  await air.startAndAir('p');
  air.slow.add('late');
  await air.run(10_000);
  t.equal(air.source.machine.state, 'error');
  air.missing.clear();
  air.slow.clear();
  await air.run(1_000);
  t.equal(air.source.machine.state, 'ready');
});

t.test('a looping plan with a bad segment goes on for ever, within the budget', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 60],
          ['gone', 30],
        ],
        loop: true,
      },
    },
  });
  air.missing.add('gone');
  await air.startAndAir('p');
  await air.runTicks(600);
  t.match(air.taken(), /^pad\*\d+ (a@0\.\.59 slate\*30 ){6}/);
});

t.test(
  'after slate for a missing asset nothing is held: what aired before it is gone from the screen',
  async (t) => {
    const air = await inlineChannel(t, {
      plans: {
        p: {
          segments: [
            ['a', 90],
            ['gone', 10],
            ['mute', 300],
          ],
        },
      },
    });
    air.missing.add('gone');
    air.decoders.script = ({ asset }) =>
      asset.input.kind === 'file' && asset.input.path === 'mute' ? { firstFrameMs: 4_000 } : {};
    await air.startAndAir('p');
    await air.run(4_500);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.89 slate\*\d+( mute@|$)/);
    t.equal(air.channel.stats.framesAired.hold, 0);
  },
);

t.test('a plan whose every asset is bad is slate and error, and heals when one becomes good', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['x', 300],
          ['y', 300],
          ['z', 300],
        ],
        loop: true,
      },
    },
  });
  for (const asset of ['x', 'y', 'z']) air.missing.add(asset);
  t.match(await air.startAndAir('p'), { success: false, errorMessage: /"x": no such file/ });
  await air.run(65_000);
  t.equal(air.source.machine.state, 'error');
  t.ok(air.source.machine.snapshot.hasTag('unhealthy'));
  t.match(air.taken(), /^(pad\*\d+ )?slate\*\d+$/);
  air.missing.delete('y');
  await air.run(60_000);
  const content = air.aired.filter(({ source }) => source === 'content');
  t.ok(content.length > 300, 'it airs in its slots');
  t.same([...new Set(content.map(({ asset }) => asset))], ['y'], 'and only it');
  const [first] = content;
  t.same(
    content.filter(
      ({ tick, frame }) => (tick - frame - ((first?.tick ?? 0) - (first?.frame ?? 0))) % 900 !== 0,
    ),
    [],
    'where the clock says',
  );
});
