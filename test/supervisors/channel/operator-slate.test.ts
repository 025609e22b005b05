/** TakeSlate and ReturnToPlan: slate whatever is scheduled, which goes on beneath as if nobody watched. */
import t from 'tap';
import { makeSnapshot } from '../../../supervisors/channel/make-snapshot.js';
import { type InlineChannel, inlineChannel, SETTINGS } from '../../support/inline-channel.js';
import { DONE } from '../../support/outcomes.js';

const PLANS = {
  p: { segments: [['a', 30_000]] },
  short: { loop: true, segments: [['a', 90] as const, ['b', 90] as const] },
  q: { segments: [['b', 30_000]] },
} as const;

async function onAir(t: Parameters<typeof inlineChannel>[0], handle: string = 'p'): Promise<InlineChannel> {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  await air.startAndAir(handle);
  await air.run(3_000);
  return air;
}

/** The ticks that aired the operator's slate. */
const slated = (air: InlineChannel) => air.aired.filter(({ source }) => source === 'operator_slate');

function snapshotOf(air: InlineChannel) {
  const facts = {
    channelId: 7,
    planHandle: 'p',
    port: 9001,
    hostPid: 1,
    startedMs: 0,
    epochMs: 0,
    childrenActual: 0,
    usageOf: () => null,
  };
  return makeSnapshot(air.channel, facts, SETTINGS, air.clock);
}

t.test('slate from the next tick on, and then the frame that the clock says', async (t) => {
  const air = await onAir(t);
  const before = air.aired.at(-1)?.tick ?? 0;
  t.same(await air.told(air.channel.takeSlate()), DONE);
  t.equal(slated(air)[0]?.tick, before + 1);
  t.match(snapshotOf(air), {
    airing: 'operator_slate',
    operatorSlate: { sinceUtcMs: Number },
    state: 'ready',
    healthy: true,
    onAir: { assetUri: 'a' },
  });
  await air.run(10_000);
  t.same(await air.told(air.channel.returnToPlan()), DONE);
  await air.run(2_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+ operator_slate\*\d+ a@\d+\.\.\d+$/, 'no hold, no other slate');
  const began = air.aired.find(({ asset }) => asset === 'a')?.tick ?? Number.NaN;
  for (const { source, tick, frame } of air.aired)
    if (source === 'content' && frame !== tick - began) t.fail(`tick ${tick} aired frame ${frame}`);
  t.same(air.states(), ['buffering', 'ready'], 'the machine has noticed nothing');
  t.equal(air.decoders.running.length, 1);
  t.match(air.channel.stats.snapshot(0), {
    bufferUnderruns: 0,
    ticksMissed: 0,
    framesDropped: { operator_slate: slated(air).length },
  });
  t.match(snapshotOf(air), { airing: 'content', operatorSlate: null });
  const { events } = { events: air.reports.filter(({ event }) => event.startsWith('operator_')) };
  t.match(events, [{ event: 'operator_slate' }, { event: 'operator_return' }]);
});

t.test('either of them twice, or for nothing, changes nothing', async (t) => {
  const air = await onAir(t);
  t.same(await air.channel.returnToPlan(), DONE);
  const [first, second] = [air.channel.takeSlate(), air.channel.takeSlate()];
  t.same(await air.told(Promise.all([first, second])), [DONE, DONE]);
  t.same(await air.channel.takeSlate(), DONE);
  t.same(await air.told(air.channel.returnToPlan()), DONE);
  t.same(await air.channel.returnToPlan(), DONE);
  const told = air.reports.filter(({ event }) => event.startsWith('operator_'));
  t.equal(told.length, 2);
});

t.test('segments change on time beneath it, and each line of the as-run log says why', async (t) => {
  const air = await onAir(t, 'short');
  t.same(await air.told(air.channel.takeSlate()), DONE);
  await air.run(7_000);
  t.same(await air.told(air.channel.returnToPlan()), DONE);
  await air.run(1_000);
  await air.stop();
  const lines = air.reports.flatMap((report) => (report.event === 'as_run' ? report.line : []));
  const slate = lines.filter(({ frames }) => frames.slate > 0);
  t.ok(slate.length >= 3);
  for (const line of slate) t.match(line, { kind: 'segment', asPlanned: false, why: [/^operator_slate: /] });
  const whole = slate.filter(({ frames }) => frames.slate === 90);
  t.ok(whole.length >= 1, 'a segment of which nothing was seen');
  const began = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
  const last = air.aired.at(-1);
  const planFrame = ((last?.tick ?? 0) - began) % 180;
  t.same([last?.asset, last?.frame], planFrame < 90 ? ['a', planFrame] : ['b', planFrame - 90]);
});

t.test('UpdatePlan swaps beneath it; SwitchToLive is refused and says what to call', async (t) => {
  const air = await onAir(t);
  t.same(await air.told(air.channel.loadPreview('x')), DONE);
  t.same(await air.told(air.channel.takeSlate()), DONE);
  t.match(await air.channel.switchToLive(), { success: false, errorMessage: /call ReturnToPlan first$/ });
  t.same(await air.told(air.channel.update('q')), DONE);
  await air.run(1_000);
  t.equal(air.aired.at(-1)?.source, 'operator_slate');
  t.same(await air.told(air.channel.returnToPlan()), DONE);
  t.match(air.aired.at(-1), { source: 'content', asset: 'b' });
  t.match(await air.told(air.channel.switchToLive()), { success: true });
});

t.test('a fault beneath it is a fault, and nothing from before is held after it', async (t) => {
  const air = await onAir(t);
  t.same(await air.told(air.channel.takeSlate()), DONE);
  air.decoders.script = () => ({ firstFrameMs: 4_000 });
  air.decoders.running[0]?.crash();
  await air.runUntil(() => air.channel.stats.bufferUnderruns > 0);
  t.equal(air.aired.at(-1)?.source, 'operator_slate');
  air.taken();
  t.same(await air.told(air.channel.returnToPlan()), DONE);
  await air.run(5_000);
  t.match(air.taken(), /^slate\*\d+ a@\d+\.\.\d+$/);
});

t.test("a channel's next host goes on with it", async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS }, operatorSlateSinceUtcMs: 1_795_334_000_000 });
  t.same(await air.startAndAir('p'), DONE);
  await air.run(1_000);
  t.match(air.taken(), /^operator_slate\*\d+$/);
  t.match(snapshotOf(air).operatorSlate, { sinceUtcMs: 1_795_334_000_000 });
  t.same(await air.told(air.channel.returnToPlan()), DONE);
  t.equal(air.aired.at(-1)?.source, 'content');
});

t.test('taken while a channel waits for its first frame', async (t) => {
  const air = await inlineChannel(t, { plans: { ...PLANS } });
  air.slow.add('p');
  const started = air.start('p');
  t.same(await air.told(air.channel.takeSlate()), DONE);
  air.slow.delete('p');
  t.same(await air.told(started), DONE);
  await air.run(500);
  t.match(air.taken(), /^operator_slate\*\d+$|^pad\*1 operator_slate\*\d+$/);
});

t.test('the channel stops with it on air, and a call that waits is answered', async (t) => {
  const air = await onAir(t);
  const asked = air.channel.takeSlate();
  await air.stop();
  t.match(await asked, { success: false, errorMessage: 'the channel was stopped' });
});
