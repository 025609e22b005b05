/** SkipSegment: the rest of what airs is left out, at once and without a seam. */
import t from 'tap';
import { type InlineChannel, inlineChannel, type TestPlan } from '../../support/inline-channel.js';
import { DONE } from '../../support/outcomes.js';

const NOW = 1_795_334_400_000;
const ABC = [['a', 3_000] as const, ['b', 300] as const, ['c', 3_000] as const];

async function onAir(
  t: Parameters<typeof inlineChannel>[0],
  plan: TestPlan,
  options: Partial<Parameters<typeof inlineChannel>[1]> = {},
): Promise<InlineChannel> {
  const air = await inlineChannel(t, { plans: { p: plan, q: { segments: [['x', 3_000]] } }, ...options });
  await air.startAndAir('p');
  await air.run(3_000);
  return air;
}

const skips = (air: InlineChannel) => air.reports.filter(({ event }) => event === 'segment_skipped');
const lines = (air: InlineChannel) =>
  air.reports.flatMap((report) => (report.event === 'as_run' ? report.line : []));

t.test('the next segment begins as soon as its frames wait, and the schedule moves with it', async (t) => {
  const air = await onAir(t, { segments: ABC });
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.match(air.aired.at(-1), { asset: 'b', frame: 0 }, 'answered on its first tick');
  await air.run(12_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ b@0\.\.299 c@0\.\.\d+$/, 'no hold, no slate, no frame twice');
  t.same(air.states(), ['buffering', 'ready']);
  t.same(
    air.decoders.running.map(({ asset }) => asset),
    ['c'],
  );
  t.match(skips(air), [{ segment: 0, asset: 'a', skippedTo: null }]);
  const skippedLine = lines(air).find(({ assetUri }) => assetUri === 'a');
  t.match(skippedLine, { endedBy: 'skip', why: [/^an operator skipped/], asPlanned: false });
  t.match(
    lines(air).find(({ assetUri }) => assetUri === 'b'),
    { asPlanned: true, frames: { content: 300 } },
  );
  t.equal(air.channel.stats.planRejections, 0);
});

t.test('two calls at once skip once; one after the other skip twice', async (t) => {
  const air = await onAir(t, { loop: true, segments: ABC });
  const both = Promise.all([air.channel.skipSegment(), air.channel.skipSegment()]);
  t.same(await air.told(both), [DONE, DONE]);
  t.match(air.aired.at(-1), { asset: 'b', frame: 0 });
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.match(air.aired.at(-1), { asset: 'c', frame: 0 });
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.match(air.aired.at(-1), { asset: 'a', frame: 0 }, 'a loop goes on with its next turn');
  t.equal(skips(air).length, 3);
});

t.test('a segment that is over before the next one was ready is not skipped into', async (t) => {
  const air = await onAir(t, {
    segments: [
      ['a', 100],
      ['b', 900],
      ['c', 900],
    ],
  });
  await air.runUntil(() => air.aired.at(-1)?.frame === 97);
  t.same(await air.told(air.channel.skipSegment()), DONE);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.99 b@0\.\.\d+$/);
  t.same(skips(air), []);
});

t.test('after the last segment of a plan that does not loop nothing is scheduled, at once', async (t) => {
  for (const startUtcMs of [undefined, NOW - 1_000]) {
    const plan = { segments: [['a', 3_000] as const], ...(startUtcMs === undefined ? {} : { startUtcMs }) };
    const air = await onAir(t, plan, { startUtcMs: NOW });
    const last = air.aired.at(-1)?.tick ?? 0;
    t.same(await air.told(air.channel.skipSegment()), DONE);
    t.equal(air.aired.find(({ tick }) => tick === last + 1)?.source, 'pad');
    t.equal(air.source.machine.snapshot.context.condition, 'NoScheduledContent');
    t.same(air.decoders.running, []);
    t.match(await air.channel.skipSegment(), {
      success: false,
      errorMessage: /^nothing is on air that could/,
    });
    t.match(lines(air).at(-1), { assetUri: 'a', endedBy: 'skip' });
    // It can be aired again.
    t.same(await air.told(air.channel.update('q')), DONE);
    await air.stop();
  }
});

t.test('bound to the clock: slate for the rest of the slot, and the next segment on its time', async (t) => {
  const air = await onAir(
    t,
    {
      startUtcMs: NOW - 60_000,
      segments: [
        ['a', 2_400],
        ['b', 300],
        ['c', 900],
      ],
    },
    { startUtcMs: NOW },
  );
  const last = air.aired.at(-1)?.tick ?? 0;
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.match(air.aired.at(-1), { tick: last + 1, source: 'pad', state: 'ready' });
  t.same(await air.channel.skipSegment(), DONE, 'a second call has nothing to skip in this slot');
  await air.run(1_000);
  t.same(air.decoders.running, [], 'its decoder is let go');
  await air.run(20_000);
  const began = air.aired.find(({ asset }) => asset === 'b')?.tick ?? 0;
  // Tick 0 is due at NOW, to half a millisecond.
  t.equal(began, 600, 'on its time');
  t.match(air.taken(), /^pad\*\d+ a@\d+\.\.\d+ pad\*\d+ b@0\.\.\d+/);
  t.same(air.states(), ['buffering', 'ready']);
  t.match(skips(air), [{ segment: 0, asset: 'a', skippedTo: 2_400 }]);
  const skippedLine = lines(air).find(({ assetUri }) => assetUri === 'a');
  t.equal(skippedLine?.endedBy, 'schedule');
  t.ok(skippedLine?.why.some((why) => why.startsWith('an operator skipped')));
});

t.test('bound to the clock, right before the boundary: what is staged of the next one airs', async (t) => {
  const air = await onAir(
    t,
    {
      startUtcMs: NOW,
      segments: [
        ['a', 150],
        ['b', 300],
      ],
    },
    { startUtcMs: NOW },
  );
  await air.runUntil(() => air.aired.at(-1)?.frame === 140);
  t.same(await air.told(air.channel.skipSegment()), DONE);
  await air.run(1_000);
  t.match(air.taken(), /a@\d+\.\.140 pad\*9 b@0\.\.\d+$/);
});

t.test('bound to the clock, on slate for the segment: no fault is left of it', async (t) => {
  const air = await onAir(
    t,
    {
      startUtcMs: NOW,
      segments: [
        ['a', 600],
        ['b', 300],
      ],
    },
    { startUtcMs: NOW },
  );
  air.decoders.script = ({ asset }) =>
    asset.input.kind === 'file' && asset.input.path === 'a' ? { crashAt: 0 } : {};
  air.decoders.running[0]?.crash();
  await air.runUntil(() => air.source.machine.snapshot.hasTag('unhealthy'));
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.match(air.aired.at(-1), { source: 'pad', state: 'ready' });
  air.taken();
  await air.runUntil(() => air.aired.at(-1)?.asset === 'b');
  t.match(air.taken(), /^pad\*\d+ b@0$/);
});

t.test('what an operator has skipped stays skipped: a new host, and a preview in between', async (t) => {
  const plan = { startUtcMs: NOW, segments: [['a', 900] as const, ['b', 300] as const] };
  const air = await onAir(t, plan, { startUtcMs: NOW });
  t.same(await air.told(air.channel.skipSegment()), DONE);
  air.assetFrames.x = 60;
  t.same(await air.told(air.channel.loadPreview('x')), DONE);
  t.match(await air.told(air.channel.switchToLive()), { success: true });
  await air.run(30_000);
  t.match(air.taken(), /^pad\*\d+ a@\d+\.\.\d+ pad\*\d+ x@0\.\.59 pad\*\d+ b@0\.\.\d+/);

  const later = await inlineChannel(t, { plans: { p: plan }, startUtcMs: NOW });
  void later.channel.start({ planHandle: 'p', startTick: 0, skippedTo: 900 });
  await later.run(5_000);
  t.match(later.taken(), /^pad\*\d+$/);
  t.match(
    later.reports.find(({ event }) => event === 'plan_on_air'),
    { skippedTo: 900 },
    'and for the host after that',
  );
  await later.runUntil(() => later.aired.at(-1)?.asset === 'b');
  t.equal(later.aired.at(-1)?.tick, 900);
});

t.test('a preview on air ends, and the plan is joined where the clock stands', async (t) => {
  const air = await onAir(t, { segments: ABC });
  air.assetFrames.x = 600;
  t.same(await air.told(air.channel.loadPreview('x')), DONE);
  t.match(await air.told(air.channel.switchToLive()), { success: true });
  await air.run(2_000);
  t.same(await air.told(air.channel.skipSegment()), DONE);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ x@0\.\.\d+ a@\d+\.\.\d+$/);
  const began = air.aired.find(({ asset }) => asset === 'a')?.tick ?? 0;
  const last = air.aired.at(-1);
  t.equal(last?.frame, (last?.tick ?? 0) - began, 'the frame that the clock says');
  t.match(skips(air), [{ asset: 'x' }]);
  t.match(
    lines(air).find(({ segmentType }) => segmentType === 'preview'),
    { endedBy: 'skip' },
  );
  t.same(
    air.decoders.running.map(({ asset }) => asset),
    ['a'],
  );
});

t.test('a preview on air over a plan that is over', async (t) => {
  const air = await onAir(t, { segments: [['a', 150]] });
  air.assetFrames.x = 600;
  t.same(await air.told(air.channel.loadPreview('x')), DONE);
  t.match(await air.told(air.channel.switchToLive()), { success: true });
  await air.run(5_000);
  t.same(await air.told(air.channel.skipSegment()), DONE);
  t.equal(air.aired.at(-1)?.source, 'pad');
});

t.test('a next segment that cannot be had leaves what is on air alone', async (t) => {
  const air = await onAir(t, { segments: ABC });
  air.missing.add('b');
  t.match(await air.told(air.channel.skipSegment()), {
    success: false,
    errorMessage: /^what comes next cannot be aired, so nothing was skipped: asset "b": no such file/,
  });
  air.missing.delete('b');
  air.decoders.script = () => ({ firstFrameMs: 20_000 });
  t.match(await air.told(air.channel.skipSegment()), {
    success: false,
    errorMessage: /nothing was skipped/,
  });
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  t.equal(air.channel.stats.planRejections, 0);
});

t.test('beside UpdatePlan: the plan wins, whichever was asked for first', async (t) => {
  const air = await onAir(t, { segments: ABC });
  const update = air.channel.update('q');
  t.match(await air.channel.skipSegment(), { success: false, errorMessage: /^plan "q" is being prepared/ });
  t.same(await air.told(update), DONE);
  const skip = air.channel.skipSegment();
  t.same(await air.told(skip), DONE, 'its only segment: over');
  t.same(await air.told(air.channel.update('p')), DONE);
  const late = air.channel.skipSegment();
  const second = air.channel.update('q');
  t.match(await air.told(late), { success: false, errorMessage: /^superseded by UpdatePlan\("q"\)/ });
  t.same(await air.told(second), DONE);
});

t.test('nothing on air yet, and stopped over it', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: ABC } } });
  t.match(await air.channel.skipSegment(), { success: false, errorMessage: /^nothing is on air that could/ });
  await air.startAndAir('p');
  await air.run(1_000);
  const asked = air.channel.skipSegment();
  await air.stop();
  t.match(await asked, { success: false, errorMessage: 'the channel was stopped' });
});
