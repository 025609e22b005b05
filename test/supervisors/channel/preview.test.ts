/** LoadPreview and SwitchToLive: an asset beside what is on air, put there on one tick, and the plan joined again. */
import t from 'tap';
import { type InlineChannel, inlineChannel } from '../../support/inline-channel.js';
import { DONE } from '../../support/outcomes.js';

const NOW = 1_795_334_400_000;
const PLANS = {
  p: { segments: [['a', 30_000]] },
  q: { segments: [['b', 30_000]] },
} as const;

/** Runs until the promise has settled. */
async function told<T>(air: InlineChannel, promise: Promise<T>): Promise<T> {
  let outcome: { readonly value: T } | undefined;
  void promise.then((value) => {
    outcome = { value };
  });
  await air.runUntil(() => outcome !== undefined);
  return (outcome as unknown as { value: T }).value;
}

/** Plan `p` on air since a while, with a preview of so many frames loaded. */
async function loaded(
  t: Parameters<typeof inlineChannel>[0],
  frames: number,
  options: Partial<Parameters<typeof inlineChannel>[1]> = {},
): Promise<InlineChannel> {
  const air = await inlineChannel(t, { plans: { ...PLANS }, ...options });
  air.assetFrames.x = frames;
  await air.startAndAir('p');
  await air.run(1_000);
  t.same(await told(air, air.channel.loadPreview('x')), DONE);
  return air;
}

const assets = (air: InlineChannel) => air.decoders.running.map(({ asset }) => asset);

/** Asserts that plan `p`, whose frame 0 aired on the tick on which `a` began, has kept to the clock. */
function onSchedule(t: Parameters<typeof inlineChannel>[0], air: InlineChannel) {
  const began = air.aired.find(({ asset }) => asset === 'a')?.tick ?? Number.NaN;
  const last = air.aired.at(-1);
  t.equal(last?.frame, (last?.tick ?? 0) - began, 'the frame that the clock says');
}

/** What was told, the as-run log apart. */
const news = (air: InlineChannel) =>
  air.reports.filter(({ event }) => event !== 'as_run' && event !== 'plan_copied');

t.test('a loaded asset waits beside what is on air, which does not change', async (t) => {
  const air = await loaded(t, 300);
  await air.run(8_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  t.same(assets(air), ['a', 'x']);
  t.match(air.decoders.running[1], { delivered: 5, waitingForRoom: true }, 'its first frames wait, no more');
  t.match(news(air).at(-1), { event: 'preview_loaded', asset: 'x' });
  t.same(air.states(), ['buffering', 'ready']);
});

t.test(
  'a switch airs it from its first frame on the next tick, whole, and the plan goes on beneath',
  async (t) => {
    const air = await loaded(t, 300);
    await air.run(2_000);
    const last = air.aired.at(-1)?.tick ?? 0;
    const outcome = await told(air, air.channel.switchToLive());
    t.same(outcome, { ...DONE, startTick: last + 1 });
    t.equal(air.source.desk.schedule?.timeline.handle, 'p');
    await air.run(15_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.299 a@\d+\.\.\d+$/, 'no slate, no seam');
    onSchedule(t, air);
    t.same(air.states(), ['buffering', 'ready'], 'ready all the time');
    t.equal(air.channel.stats.bufferUnderruns, 0);
    t.same(assets(air), ['a']);
    t.match(news(air).slice(-2), [
      { event: 'preview_on_air', asset: 'x', startTick: last + 1 },
      { event: 'preview_over', asset: 'x' },
    ]);
    t.same(
      air.reports.filter(({ event }) => event === 'plan_on_air').length,
      1,
      'the plan has been on air since its start',
    );
  },
);

for (const [frames, told_, given] of [
  [60, 60, 60],
  [300, 300, 295],
  [45, 45, 40],
] as const) {
  t.test(`of ${told_} frames told, ${given} come: the plan is joined right behind them`, async (t) => {
    const air = await inlineChannel(t, { plans: { ...PLANS } });
    air.assetFrames.x = frames;
    air.decoders.script = (order) =>
      order.asset.input.kind === 'file' && order.asset.input.path === 'x' ? { endAt: given } : {};
    await air.startAndAir('p');
    t.same(await told(air, air.channel.loadPreview('x')), DONE);
    t.ok((await told(air, air.channel.switchToLive())).success);
    await air.run(14_000);
    t.match(air.taken(), new RegExp(`^pad\\*\\d+ a@0\\.\\.\\d+ x@0\\.\\.${given - 1} a@\\d+\\.\\.\\d+$`));
    onSchedule(t, air);
    t.same(assets(air), ['a']);
  });
}

t.test("the plan's decoder takes as long as slow media may, and its frames wait all the same", async (t) => {
  const air = await loaded(t, 300);
  air.decoders.script = () => ({ firstFrameMs: 4_500 });
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(15_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.299 a@\d+\.\.\d+$/);
  onSchedule(t, air);
});

t.test('a preview shorter than the few frames that others wait with is loaded, and airs', async (t) => {
  const air = await loaded(t, 2);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(4_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.1 hold\(x@1\)\*\d+ a@\d+\.\.\d+$/);
  onSchedule(t, air);
});

t.test('the plan is joined in the segment whose turn it is', async (t) => {
  const p = { segments: [['a', 120] as const, ['b', 120] as const, ['c', 3_000] as const] };
  const air = await loaded(t, 200, { plans: { p } });
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(10_000);
  t.match(
    air.taken(),
    /^pad\*\d+ a@0\.\.\d+ x@0\.\.199 c@\d+\.\.\d+$|^pad\*\d+ a@0\.\.\d+ x@0\.\.199 b@\d+\.\.119 c@0\.\.\d+$/,
  );
});

t.test('a plan that is over meanwhile is over', async (t) => {
  const air = await loaded(t, 200, { plans: { p: { segments: [['a', 120]] } } });
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(10_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.199 pad\*\d+$/);
  t.equal(air.source.machine.snapshot.context.condition, 'NoScheduledContent');
});

t.test('a switch without a loaded preview says so', async (t) => {
  const air = await loaded(t, 300);
  t.ok((await told(air, air.channel.switchToLive())).success);
  t.same(await told(air, air.channel.switchToLive()), {
    success: false,
    errorMessage: 'no preview is loaded; "x" is on air; call LoadPreview first',
  });
  await air.run(15_000);
  t.same(await told(air, air.channel.switchToLive()), {
    success: false,
    errorMessage: 'no preview is loaded; call LoadPreview first',
  });
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.299 a@\d+\.\.\d+$/);
});

for (const [why, spoil, message] of [
  ['is missing', (air: InlineChannel) => air.missing.add('x'), 'asset_path "x": no such file'],
  [
    'has a decoder that dies before its first frames',
    (air: InlineChannel) => {
      air.decoders.script = () => ({ crashAt: 2 });
    },
    'asset_path "x": its decoder exited with code 1 after 2 frames',
  ],
  [
    'gives nothing within 5 s',
    (air: InlineChannel) => {
      air.decoders.script = () => ({ stallAt: 1, firstFrameMs: 4_500 });
    },
    'asset_path "x" gave no frames within 5000 ms',
  ],
  [
    'is not answered for',
    (air: InlineChannel) => air.slow.add('x'),
    'asset_path "x" gave no frames within 5000 ms',
  ],
  [
    'has no frames at all',
    (air: InlineChannel) => {
      air.assetFrames.x = 10;
      air.decoders.script = () => ({ endAt: 0 });
    },
    'asset_path "x": its decoder gave no frame',
  ],
] as const) {
  t.test(`an asset that ${why} is refused, and nothing on air is disturbed`, async (t) => {
    const air = await inlineChannel(t, { plans: { ...PLANS } });
    await air.startAndAir('p');
    await air.run(1_000);
    spoil(air);
    t.same(await told(air, air.channel.loadPreview('x')), { success: false, errorMessage: message });
    t.match(await told(air, air.channel.switchToLive()), {
      errorMessage: `no preview is loaded: ${message}`,
    });
    await air.run(6_000);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
    t.same(air.states(), ['buffering', 'ready']);
    t.same(assets(air), ['a']);
    t.match(news(air).at(-1), { event: 'preview_failed', asset: 'x', reason: message });
    t.equal(air.restartTimesMs().length, 0);
  });
}

t.test('a preview whose decoder is lost while it waits has failed, and a switch says so', async (t) => {
  const air = await loaded(t, 300);
  air.decoders.running.find(({ asset }) => asset === 'x')?.crash('disk gone');
  await air.runTicks(2);
  t.equal(air.source.desk.previews.preview, undefined);
  t.match(await told(air, air.channel.switchToLive()), {
    success: false,
    errorMessage: /^no preview is loaded: asset_path "x": its decoder .*disk gone$/,
  });
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  t.same(air.restartTimesMs(), []);
});

t.test('a preview whose decoder is lost on air is recovered like any segment', async (t) => {
  const air = await loaded(t, 600);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(2_000);
  air.decoders.running.find(({ asset }) => asset === 'x')?.crash();
  await air.run(25_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.599 a@\d+\.\.\d+$/, 'unseen');
  t.equal(air.restartTimesMs().length, 1);
  onSchedule(t, air);
});

t.test('a preview that cannot be recovered costs its own time only', async (t) => {
  const air = await loaded(t, 600);
  t.ok((await told(air, air.channel.switchToLive())).success);
  air.decoders.script = (order) =>
    order.asset.input.kind === 'file' && order.asset.input.path === 'x' ? { crashAt: 0 } : {};
  await air.run(2_000);
  air.decoders.running.find(({ asset }) => asset === 'x')?.crash();
  await air.run(25_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.\d+ hold\(x@\d+\)\*30 slate\*\d+ a@\d+\.\.\d+$/);
  t.equal(air.aired.findLast(({ source }) => source === 'slate')?.frame, 0);
  t.equal(air.source.machine.state, 'ready');
  onSchedule(t, air);
});

t.test('another asset replaces the one that is loaded, at once', async (t) => {
  const air = await loaded(t, 300);
  air.missing.add('z');
  t.notOk((await told(air, air.channel.loadPreview('z'))).success);
  t.notOk((await told(air, air.channel.switchToLive())).success, 'the first does not air by surprise');
  t.ok((await told(air, air.channel.loadPreview('x'))).success);
  t.ok((await told(air, air.channel.loadPreview('y'))).success);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ y@0\.\.\d+$/);
  t.same(assets(air).sort(), ['y'], 'of x nothing is left, and of the plan until it is needed');
});

t.test(
  'identical loads share one outcome; a later one supersedes, and a waiting switch hears of it',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...PLANS } });
    await air.startAndAir('p');
    air.decoders.script = () => ({ firstFrameMs: 400 });
    const first = [air.channel.loadPreview('x'), air.channel.loadPreview('x')];
    const waiting = air.channel.switchToLive();
    await air.run(200);
    const second = air.channel.loadPreview('y');
    const superseded = { success: false, errorMessage: 'superseded by LoadPreview("y")' };
    for (const call of [...first, waiting]) t.same(await told(air, call), superseded);
    t.same(await told(air, second), DONE);
    t.equal(air.decoders.all.filter(({ asset }) => asset === 'x').length, 1);
    t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  },
);

t.test('a switch that comes while the asset is being loaded waits for its frames', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir('p');
  air.decoders.script = () => ({ firstFrameMs: 900 });
  const load = air.channel.loadPreview('x');
  const switches = [air.channel.switchToLive(), air.channel.switchToLive()];
  t.same(await told(air, load), DONE);
  const [one, two] = await told(air, Promise.all(switches));
  t.ok(one?.success);
  t.same(one, two, 'two switches in flight are one');
  await air.run(1_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.\d+$/);
});

t.test('a preview may follow a preview; the plan beneath stays', async (t) => {
  const air = await loaded(t, 300);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(5_000);
  t.ok((await told(air, air.channel.loadPreview('y'))).success);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(15_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.\d+ y@0\.\.299 a@\d+\.\.\d+$/);
  onSchedule(t, air);
  t.same(assets(air), ['a']);
});

t.test('another plan takes over from a preview on air as from a plan', async (t) => {
  const air = await loaded(t, 600);
  t.ok((await told(air, air.channel.switchToLive())).success);
  t.same(await told(air, air.channel.update('p')), DONE, 'the plan beneath runs already');
  await air.run(15_000);
  t.match(air.taken(), /x@0\.\.\d+$/, 'and is left where it is');
  t.ok((await told(air, air.channel.update('q'))).success);
  await air.run(10_000);
  t.match(air.taken(), /^x@\d+\.\.\d+ b@0\.\.\d+$/);
  t.same(assets(air), ['b']);
});

t.test('a loaded preview outlives a change of plan, and returns to the new one', async (t) => {
  const air = await loaded(t, 100);
  t.ok((await told(air, air.channel.update('q'))).success);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(6_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@0(\.\.\d+)? x@0\.\.99 b@\d+\.\.\d+$/);
});

t.test('with a preview on air and another loaded, a plan still finds room to be prepared', async (t) => {
  const p = { segments: Array.from({ length: 400 }, () => ['a', 60] as const) };
  const air = await loaded(t, 900, { plans: { ...PLANS, p } });
  // What the slowest of consumers may keep for themselves.
  const kept = Array.from({ length: 5 }, () => air.pool.lease());
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(25_000);
  t.same(await told(air, air.channel.loadPreview('y')), DONE);
  t.same(await told(air, air.channel.update('q')), DONE);
  await air.run(3_000);
  t.match(air.taken(), /x@0\.\.\d+ b@0\.\.\d+$/);
  t.equal(air.aired.at(-1)?.staged, 54, 'the frames of the loaded preview are taken from the queue');
  for (const slot of kept) slot?.release();
});

t.test('a plan that is promised for later takes over on its tick, also from a preview', async (t) => {
  const plans = { ...PLANS, q: { segments: [['b', 30_000] as const], startUtcMs: NOW + 10_000 } };
  const air = await loaded(t, 900, { plans, startUtcMs: NOW });
  t.ok((await told(air, air.channel.update('q'))).success);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(12_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.\d+ b@0\.\.\d+$/);
  t.equal(air.aired.find(({ asset }) => asset === 'b')?.tick, 300);
});

t.test('a stop drops a preview at once, loading, loaded or on air, and whoever waits is told', async (t) => {
  for (const when of ['loading', 'loaded', 'on air']) {
    const air = await loaded(t, 300);
    const stopped = { success: false, errorMessage: 'the channel was stopped' };
    if (when === 'loading') {
      air.decoders.script = () => ({ firstFrameMs: 1_000 });
      const load = air.channel.loadPreview('y');
      const live = air.channel.switchToLive();
      await air.run(100);
      t.same(await air.stop(), []);
      t.same([await load, await live], [stopped, stopped]);
    } else {
      if (when === 'on air') t.ok((await told(air, air.channel.switchToLive())).success);
      await air.run(5_000);
      t.same(await air.stop(), []);
    }
    t.same(air.decoders.running, []);
    t.equal(air.pool.free, 75);
  }
});

t.test('while the restarts are spent, previews are tried at most once in 2 s', async (t) => {
  const air = await inlineChannel(t, {
    plans: { ...PLANS },
    restarts: [0, 1, 2, 3, 4].map((i) => 1_230 + i),
  });
  await air.startAndAir('p');
  const triedMs: number[] = [];
  for (const asset of ['w', 'x', 'y']) {
    t.ok((await told(air, air.channel.loadPreview(asset))).success);
    triedMs.push(air.decoders.all.at(-1)?.startedMs ?? 0);
  }
  const [one = 0, two = 0, three = 0] = triedMs;
  t.ok(two - one >= 2_000 && three - two >= 2_000);
  t.equal(air.restartTimesMs().length, 0, 'none of them is a restart');
});

t.test('a plan that had not begun yet begins behind the preview, with its first frame', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  air.assetFrames.x = 90;
  air.decoders.script = (order) =>
    order.asset.input.kind === 'file' && order.asset.input.path === 'a' ? { firstFrameMs: 2_500 } : {};
  const start = air.start('p');
  await air.run(500);
  t.ok((await told(air, air.channel.loadPreview('x'))).success);
  t.ok((await told(air, air.channel.switchToLive())).success);
  t.same(await told(air, start), DONE);
  await air.run(5_000);
  t.match(air.taken(), /^pad\*\d+ x@0\.\.89 a@0\.\.\d+$/);
  t.match(news(air).at(-1), {
    event: 'plan_on_air',
    planHandle: 'p',
    startTick: air.aired.find(({ asset }) => asset === 'a')?.tick,
  });
});

t.test('a preview comes to a channel in error, and the error is back when it is over', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  air.assetFrames.x = 90;
  await air.start('p');
  await air.run(1_000);
  t.equal(air.source.machine.state, 'error');
  t.ok((await told(air, air.channel.loadPreview('x'))).success);
  t.ok((await told(air, air.channel.switchToLive())).success);
  await air.run(2_000);
  t.equal(air.source.machine.state, 'ready');
  await air.run(3_000);
  t.match(air.taken(), /^slate\*\d+ x@0\.\.89 pad\*1 slate\*\d+$/);
  t.equal(air.source.machine.state, 'error');
  air.plans.p = PLANS.p;
  await air.run(20_000);
  t.equal(air.source.machine.state, 'ready', 'and it heals as ever');
});
