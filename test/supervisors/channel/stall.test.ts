/** Decoders that hang or fall behind, and what must not be taken for it. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

const LONG = { p: { segments: [['a', 30_000]] } } as const;
const losses = (air: Awaited<ReturnType<typeof inlineChannel>>) =>
  air.reports.flatMap((report) => (report.event === 'decoder_lost' ? report : []));

t.test('a decoder that owes frames and gives none for 1 s is killed and replaced', async (t) => {
  const air = await inlineChannel(t, { plans: { ...LONG } });
  await air.startAndAir('p');
  await air.run(2_000);
  const [first] = air.decoders.running;
  first?.stall();
  // What the queue lacks at this moment it owes from the next tick on.
  await air.run(1_000);
  t.same(losses(air), []);
  await air.run(150);
  t.match(losses(air), [{ kind: 'stalled', reason: /^gave no frame after its \d+th for 1\d\d\d ms$/ }]);
  t.notOk(first?.alive);
  await air.run(5_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/, 'the viewer saw nothing');
});

t.test('the first frame may take 5 s, not longer', async (t) => {
  const air = await inlineChannel(t, { plans: { ...LONG } });
  air.decoders.script = () => ({ stallAt: 0 });
  void air.start('p');
  await air.run(4_990);
  t.same(losses(air), []);
  await air.run(60);
  t.match(losses(air), [{ kind: 'no_frames', frames: 0 }]);
  await air.run(300);
  t.equal(air.decoders.all.length, 2);
});

t.test('an asset whose proof takes more than 5 s counts as a decoder without frames', async (t) => {
  const air = await inlineChannel(t, { plans: { ...LONG } });
  air.slow.add('a');
  void air.start('p');
  await air.run(5_100);
  t.match(losses(air), [{ kind: 'no_frames' }]);
  air.slow.clear();
  await air.run(3_000);
  t.equal(air.source.machine.state, 'ready');
});

t.test('a decoder that waits for room is not stalled, however long', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 30_000]], startUtcMs: 1_795_334_400_000 + 60_000 } },
    settings: { leadMs: 60_000 },
  });
  void air.start('p');
  await air.run(30_000);
  t.ok(air.decoders.running[0]?.waitingForRoom);
  t.same(losses(air), []);
});

t.test('time in which the host itself was late is not held against a decoder', async (t) => {
  const air = await inlineChannel(t, { plans: { ...LONG } });
  // A frame every 900 ms: slow, but no stall.
  air.decoders.script = () => ({ framesPerSecond: 1 / 0.9 });
  void air.start('p');
  await air.runUntil(() => air.decoders.running[0]?.delivered === 3);
  await air.run(400);
  // The process sleeps: when it wakes up, the last frame was 1.2 s ago, and the next one waits to be read.
  air.clock.stall(800);
  await air.run(400);
  t.same(losses(air), []);
  t.equal(air.decoders.running[0]?.delivered, 4);
});

t.test(
  'a decoder more than 1 s behind the schedule is started again at the position of the schedule',
  async (t) => {
    const air = await inlineChannel(t, { plans: { ...LONG } });
    air.decoders.script = (_order, nth) => (nth === 1 ? { framesPerSecond: 20 } : {});
    await air.startAndAir('p');
    await air.runUntil(() => losses(air).length > 0, 60_000);
    t.match(losses(air), [
      { kind: 'too_slow', reason: /^is 1[34]\d\d ms behind the schedule and not catching up$/ },
    ]);
    const first = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
    await air.runUntil(() => air.decoders.all.length === 2);
    const atFrame = (air.aired.at(-1)?.tick ?? 0) - first;
    const ordered = Math.round(((air.decoders.all[1]?.order.positionMs ?? 0) * 30) / 1000);
    t.ok(Math.abs(ordered - (atFrame + 9)) <= 1, '300 ms ahead of the tick');
    await air.run(4_000);
    t.equal(air.source.machine.state, 'ready');
    const last = air.aired.at(-1);
    t.same([last?.source, last?.frame], ['content', (last?.tick ?? 0) - first]);
    t.ok((air.channel.stats.framesDropped.late ?? 0) > 0);
  },
);

t.test('a restarted decoder that takes its time but then catches up is left in peace', async (t) => {
  const air = await inlineChannel(t, { plans: { ...LONG } });
  air.decoders.script = (_order, nth) =>
    nth === 1 ? { crashAt: 90 } : { firstFrameMs: 4_900, framesPerSecond: 75 };
  await air.startAndAir('p');
  await air.run(15_000);
  t.equal(air.decoders.all.length, 2);
  t.equal(air.source.machine.state, 'ready');
  const first = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
  const last = air.aired.at(-1);
  t.same([last?.source, last?.frame], ['content', (last?.tick ?? 0) - first]);
});
