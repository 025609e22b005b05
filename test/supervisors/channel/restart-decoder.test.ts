/** RestartDecoder: the decoder on air is replaced at an operator's word, within the channel's budget of restarts. */
import t from 'tap';
import { type InlineChannel, inlineChannel } from '../../support/inline-channel.js';
import { DONE } from '../../support/outcomes.js';

async function onAir(
  t: Parameters<typeof inlineChannel>[0],
  restarts: number[] = [],
): Promise<InlineChannel> {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } }, restarts });
  await air.startAndAir('p');
  await air.run(12_000);
  return air;
}

t.test('the viewer sees nothing, and it counts as a restart', async (t) => {
  const air = await onAir(t);
  const [before] = air.decoders.running;
  t.same(await air.told(air.channel.restartDecoder()), DONE);
  t.equal(air.decoders.running.length, 1);
  t.not(air.decoders.running[0], before);
  await air.run(3_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/, 'not a frame lost, held or shown twice');
  t.match(air.channel.stats.snapshot(0), {
    bufferUnderruns: 0,
    decodeFailures: 0,
    decoderRestarts: { operator: 1 },
  });
  t.equal(air.restartTimesMs().length, 1);
  t.equal(air.source.machine.state, 'ready');
  t.equal(air.source.lastExit, null, 'what is known of the last fault stays');
  t.match(
    air.reports.filter(({ event }) => event === 'decoder_restart_asked' || event === 'decoder_lost'),
    [{ event: 'decoder_restart_asked', segment: 0, asset: 'a' }],
  );
});

t.test('two calls at once restart it once', async (t) => {
  const air = await onAir(t);
  const both = Promise.all([air.channel.restartDecoder(), air.channel.restartDecoder()]);
  t.same(await air.told(both), [DONE, DONE]);
  t.equal(air.restartTimesMs().length, 1);
});

t.test('asked for again and again, the budget holds, and the refusal says what to do', async (t) => {
  const air = await onAir(t);
  const outcomes = [];
  for (let i = 0; i < 30; i++) {
    outcomes.push(await air.told(air.channel.restartDecoder()));
    // As close together as none is seen: each decoder has to have run for 10 s.
    await air.run(11_000);
  }
  const times = air.restartTimesMs();
  for (const atMs of times) {
    const within = times.filter((other) => other > atMs - 60_000 && other <= atMs);
    t.ok(within.length <= 5, `${within.length} restarts in 60 s`);
  }
  t.ok(times.length >= 10, 'it is given back');
  const refusals = outcomes.filter(({ success }) => !success);
  t.equal(refusals.length, outcomes.length - times.length);
  t.ok(refusals.length > 0, 'and spent');
  for (const { errorMessage } of refusals) {
    t.match(errorMessage, /^the restart budget is spent: the next restart is possible in \d+ s; ResetBudget/);
  }
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/, 'nothing of it was seen');
});

t.test('a reset gives them back at once', async (t) => {
  const air = await onAir(t);
  for (let i = 0; i < 5; i++) {
    t.same(await air.told(air.channel.restartDecoder()), DONE);
    await air.run(11_000);
  }
  t.match(await air.channel.restartDecoder(), {
    success: false,
    errorMessage: /^the restart budget is spent/,
  });
  air.channel.resetBudget();
  t.same(await air.told(air.channel.restartDecoder()), DONE);
});

t.test(
  'where the channel has given up on it: when the next attempt comes, and how to have it sooner',
  async (t) => {
    const air = await onAir(t);
    air.decoders.script = () => ({ crashAt: 0 });
    air.decoders.running[0]?.crash();
    await air.runUntil(() => air.source.machine.snapshot.hasTag('unhealthy'));
    t.match(await air.channel.restartDecoder(), {
      success: false,
      errorMessage: /^no decoder runs: .* next attempt comes in \d+ s; ResetBudget has it tried at once$/,
    });
  },
);

t.test('where none ever ran for what is due, it says why, and not that one was lost', async (t) => {
  const segments = [
    ['a', 60],
    ['gone', 30_000],
  ] as const;
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  air.missing.add('gone');
  await air.startAndAir('p');
  await air.runUntil(() => air.source.machine.snapshot.hasTag('unhealthy'));
  t.match(await air.channel.restartDecoder(), {
    success: false,
    errorMessage:
      /^no decoder runs: asset "gone": no such file; the next attempt comes in \d+ s; ResetBudget/,
  });
});

t.test('a new decoder that fails is told of, and recovered from as ever', async (t) => {
  const air = await onAir(t);
  air.decoders.script = () => ({ crashAt: 0 });
  t.match(await air.told(air.channel.restartDecoder()), {
    success: false,
    errorMessage: /^the new one failed: segments\[0\] \("a"\): /,
  });
  air.decoders.script = () => ({});
  await air.run(5_000);
  t.equal(air.source.machine.state, 'ready');
});

t.test('without anything to decode, and stopped over it', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3_000]] } } });
  t.match(await air.channel.restartDecoder(), { success: false, errorMessage: /^no decoder runs: nothing/ });
  await air.startAndAir('p');
  await air.run(1_000);
  const asked = air.channel.restartDecoder();
  await air.stop();
  t.match(await asked, { success: false, errorMessage: 'the channel was stopped' });
});
