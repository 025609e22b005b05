/** The snapshot: what everyone is shown of a channel, always plain data. */
import t from 'tap';
import { makeSnapshot } from '../../../supervisors/channel/make-snapshot.js';
import { type InlineChannel, inlineChannel, SETTINGS } from '../../support/inline-channel.js';

const snapshotOf = (air: InlineChannel) =>
  makeSnapshot(
    air.channel,
    {
      channelId: 7,
      planHandle: 'p',
      port: 9007,
      hostPid: 42,
      startedMs: 1_234.5,
      epochMs: 0,
      childrenActual: 0,
      usageOf: () => null,
    },
    SETTINGS,
    air.clock,
  );

t.test('a channel on air shows what is on air, since when, and by which decoders', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 60],
          ['b', 3000],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.runTicks(40);
  const snapshot = snapshotOf(air);
  const last = air.aired.at(-1);
  t.match(snapshot, {
    version: 1,
    channelId: 7,
    state: 'ready',
    detail: '',
    planHandle: 'p',
    port: 9007,
    format: '16x16@30',
    hostPid: 42,
    machine: { value: 'ready', status: 'active', tags: ['ready'] },
    healthy: true,
    airing: 'content',
    onAir: {
      planHandle: 'p',
      segmentIndex: 0,
      segmentFrame: (last?.frame ?? 0) + 1,
      segmentFrames: 60,
      turn: 0,
    },
    pendingPlan: null,
    preview: null,
    tick: last?.tick,
    queueFrames: 60,
    budget: { used: 0, remaining: 5, nextSlotMs: null, text: '0 of 5 in 60 s' },
    clockOffsetSeconds: 0,
    lastExit: null,
    decoders: [{ asset: 'b', segmentIndex: 1, role: 'live' }],
  });
  t.same(JSON.parse(JSON.stringify(snapshot)), snapshot, 'it survives JSON unchanged');
  t.same(structuredClone(snapshot), snapshot);
});

t.test('a channel in error says why, and keeps how the last decoder ended', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
  await air.startAndAir('p');
  air.decoders.script = () => ({ crashAt: 0 });
  air.decoders.running[0]?.crash('out of luck');
  await air.run(12_000);
  const snapshot = snapshotOf(air);
  t.match(snapshot, {
    state: 'error',
    healthy: false,
    airing: 'slate',
    budget: { used: 5, remaining: 0, text: /^5 of 5 in 60 s, next slot in \d+ s$/ },
    detail: 'BudgetExhausted: segments[0] ("a"): its decoder exited with code 1 after 0 frames',
    decoders: [],
    machine: { value: { error: 'slate' } },
  });
  t.match(snapshot.lastExit, { code: 1, signal: null, frames: 0 });
  await air.runUntil(() => snapshotOf(air).sinceUtcMs > 0);
  t.same(JSON.parse(JSON.stringify(snapshot)), snapshot);
});

t.test('a plan in preparation or promised for later is shown', async (t) => {
  const startUtcMs = 1_795_334_400_000;
  const plans = {
    p: { segments: [['a', 30_000]] },
    q: { segments: [['b', 300]], startUtcMs: startUtcMs + 60_000 },
  } as const;
  const air = await inlineChannel(t, { plans, startUtcMs });
  await air.startAndAir('p');
  void air.channel.update('q');
  t.same(snapshotOf(air).pendingPlan, { planHandle: 'q', startUtcMs: null }, 'nothing is known of it yet');
  await air.run(1_000);
  t.same(snapshotOf(air).pendingPlan, { planHandle: 'q', startUtcMs: startUtcMs + 60_000 });
});

t.test('what is wrong with the segments behind a preview is shown while it airs', async (t) => {
  const segments = [
    ['a', 3000],
    ['b', 3000],
  ] as const;
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  air.missing.add('b');
  await air.startAndAir('p');
  await air.run(10_000);
  t.match(await air.told(air.channel.loadPreview('x')), { success: true });
  t.match(await air.told(air.channel.switchToLive()), { success: true });
  await air.run(1_000);
  t.match(snapshotOf(air), {
    onAir: { assetUri: 'x' },
    coming: [
      { assetUri: 'a', problem: null },
      { assetUri: 'b', problem: 'asset "b": no such file' },
    ],
    planAssetProblems: { count: 1 },
  });
});

t.test('a preview is shown from the call on, and once on air in the place of the segment', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
  await air.startAndAir('p');
  void air.channel.loadPreview('x');
  t.same(snapshotOf(air).preview, { assetPath: 'x', loaded: false });
  await air.run(1_000);
  t.match(snapshotOf(air), { preview: { assetPath: 'x', loaded: true }, onAir: { assetUri: 'a' } });
  void air.channel.switchToLive();
  await air.run(1_000);
  const shown = snapshotOf(air);
  t.match(shown, {
    planHandle: 'p',
    preview: null,
    onAir: { planHandle: 'p', assetUri: 'x', segmentType: 'preview', segmentFrames: 300 },
  });
  t.equal(shown.decoders.find(({ role }) => role === 'live')?.asset, 'x');
});

t.test('before its first tick and after its end a channel can be shown, too', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  t.match(snapshotOf(air), { state: 'stopped', onAir: null, airing: null, tick: -1 });
  await air.runTicks(3);
  await air.stop();
  t.match(snapshotOf(air), { state: 'stopped', onAir: null, decoders: [] });
});
