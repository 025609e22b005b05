/** The end of a channel, and what its tree does when a part of it fails. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

t.test('a stopped channel airs nothing more, and its last picture was content', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  await air.startAndAir('p');
  await air.run(1_000);
  await air.stop();
  const { length } = air.aired;
  await air.run(5_000);
  t.equal(air.aired.length, length);
  t.equal(air.aired.at(-1)?.source, 'content');
  t.same(air.states(), ['buffering', 'ready', 'stopped']);
  t.same(air.source.machine.snapshot.value, 'stopped');
  t.equal(air.clock.pendingTimers, 0);
  t.ok((air.channel.stats.framesDropped.stopped ?? 0) >= 59);
});

t.test('a channel in backoff can be stopped at once', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  air.decoders.script = () => ({ crashAt: 0 });
  void air.start('p');
  await air.run(3_000);
  t.ok(air.source.machine.snapshot.context.retryAtMs !== null);
  await air.stop();
  const attempts = air.decoders.all.length;
  await air.run(60_000);
  t.equal(air.decoders.all.length, attempts);
});

t.test('two stops are one', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  await air.startAndAir('p');
  t.same(await Promise.all([air.channel.stop(), air.channel.stop()]), [[], []]);
});

t.test(
  'a tick that throws restarts pacer and source, and the plan goes on where its schedule is',
  async (t) => {
    let broken = false;
    const air = await inlineChannel(t, {
      plans: { p: { segments: [['a', 3000]] } },
      sabotage() {
        if (!broken) return;
        broken = false;
        throw new Error('sabotage');
      },
    });
    await air.startAndAir('p');
    await air.run(3_000);
    broken = true;
    await air.run(4_000);
    const first = air.aired.find(({ source }) => source === 'content')?.tick ?? 0;
    const last = air.aired.at(-1);
    t.same([last?.source, last?.frame], ['content', (last?.tick ?? 0) - first]);
    t.equal(air.source.machine.state, 'ready');
    t.match(
      air.supervision.filter(({ errorContext }) => errorContext === 'child_terminated'),
      [{ offender: { id: 'pacer' }, reason: /sabotage/ }],
    );
    const ticks = air.aired.map(({ tick }) => tick);
    t.same(
      ticks.filter((tick, i) => i > 0 && tick - (ticks[i - 1] ?? 0) !== 1),
      [],
      'no tick twice, none left out',
    );
  },
);

t.test(
  'a pacer that keeps failing makes the subtree give up, so that the host can be replaced',
  async (t) => {
    let broken = false;
    const air = await inlineChannel(t, {
      plans: { p: { segments: [['a', 3000]] } },
      sabotage() {
        if (broken) throw new Error('sabotage');
      },
    });
    await air.startAndAir('p');
    broken = true;
    await air.run(5_000);
    t.match(await air.channel.exited, { kind: 'shutdown' });
  },
);

t.test('restarts counted before a crash of the subtree’s own still count after it', async (t) => {
  let broken = false;
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 30_000]] } },
    sabotage() {
      if (!broken) return;
      broken = false;
      throw new Error('sabotage');
    },
  });
  await air.startAndAir('p');
  await air.run(2_000);
  for (let i = 0; i < 3; i++) {
    air.decoders.running[0]?.crash();
    await air.run(1_500);
  }
  broken = true;
  await air.run(1_000);
  t.equal(air.source.machine.snapshot.context.restarts.length, 3);
});
