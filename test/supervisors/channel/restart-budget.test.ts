/** The contract's limit, against random misfortune: never more than 5 restarts in any 60 s. */
import fc from 'fast-check';
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

const WINDOW_MS = 60_000;

/** The most restarts that any window `(t - 60 s, t]` held. */
function mostInWindow(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((end) => times.filter((atMs) => atMs > end - WINDOW_MS && atMs <= end).length),
  );
}

const misfortune = fc.oneof(
  { weight: 4, arbitrary: fc.record({ crashAt: fc.integer({ min: 0, max: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ stallAt: fc.integer({ min: 0, max: 100 }) }) },
  { weight: 1, arbitrary: fc.record({ endAt: fc.integer({ min: 0, max: 100 }) }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const command = fc.oneof(
  fc.record({ afterMs: fc.integer({ min: 10, max: 20_000 }), act: fc.constant('crash' as const) }),
  fc.record({ afterMs: fc.integer({ min: 10, max: 20_000 }), act: fc.constantFrom('p', 'q', 'gone', 'r') }),
);

t.test(
  'never more than 5 restarts in any 60 s, whatever crashes when and whatever is asked meanwhile',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(misfortune, { minLength: 1, maxLength: 30 }),
        fc.array(command, { maxLength: 12 }),
        fc.array(fc.integer({ min: -WINDOW_MS, max: 0 }), { maxLength: 5 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (fates, commands, earlier, random) => {
          const before = earlier.map((ms) => 1_234.5 + ms).sort((a, b) => a - b);
          const air = await inlineChannel(t, {
            plans: {
              p: { segments: [['a', 300_000]] },
              q: {
                segments: [
                  ['b', 200],
                  ['nowhere', 100],
                  ['c', 100],
                ],
                loop: true,
              },
              r: { segments: [['nowhere', 90_000]] },
            },
            restarts: before,
            random: () => random,
          });
          air.missing.add('nowhere');
          let fate = 0;
          air.decoders.script = () => fates[fate++ % fates.length] ?? {};
          void air.start('p');
          for (const { afterMs, act } of commands) {
            await air.run(afterMs);
            if (act === 'crash') air.decoders.running[0]?.crash();
            else void air.channel.update(act);
          }
          await air.run(30_000);
          await air.stop();
          const times = air.restartTimesMs();
          const counted = Object.values(air.channel.stats.decoderRestarts).reduce((sum, n) => sum + n, 0);
          if (counted !== times.length) throw new Error('a restart was not reported');
          const most = mostInWindow([...before, ...times]);
          if (most > 5) throw new Error(`${most} restarts within 60 s: ${times}`);
          if (air.pool.free !== 75) throw new Error(`${75 - air.pool.free} slots lost`);
          if (air.decoders.running.length > 0) throw new Error('a decoder was left behind');
          const ticks = air.aired.map(({ tick }) => tick);
          if (ticks.some((tick, i) => tick !== i))
            throw new Error('a tick was missed, repeated or out of order');
          return true;
        },
      ),
      { numRuns: 40 },
    );
    t.pass('no counterexample');
  },
);

t.test('no decoder is started that is not either a first attempt or a counted restart', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(misfortune, { minLength: 1, maxLength: 12 }), async (fates) => {
      // One segment that outlasts the test: there is exactly one first attempt.
      const air = await inlineChannel(t, { plans: { p: { segments: [['a', 300_000]] } } });
      let fate = 0;
      air.decoders.script = () => fates[fate++ % fates.length] ?? {};
      void air.start('p');
      await air.run(100_000);
      await air.stop();
      return air.decoders.all.length === 1 + air.restartTimesMs().length;
    }),
    { numRuns: 20 },
  );
  t.pass('no counterexample');
});

t.test('restarts of an earlier host count, and are forgotten after 60 s', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 30_000]] } },
    restarts: [-50_000, -40_000, -30_000, -20_000, -10_000],
  });
  air.decoders.script = (_order, nth) => (nth === 1 ? { crashAt: 5 } : {});
  const outcome = await air.startAndAir('p');
  t.notOk(outcome.success, 'the window is spent');
  t.match(outcome.errorMessage, /exited with code 1 after 5 frames/);
  await air.run(25_000);
  t.equal(air.source.machine.state, 'ready');
  t.equal(air.restartTimesMs().length, 1);
});

t.test('while the budget is spent, first attempts are at most one in 2 s', async (t) => {
  const segments = Array.from({ length: 50 }, (_, i) => [`s${i}`, 15] as const);
  const air = await inlineChannel(t, { plans: { p: { segments, loop: true } } });
  air.decoders.script = () => ({ crashAt: 0 });
  void air.start('p');
  await air.runUntil(() => air.restartTimesMs().length === 5);
  const spentAtMs = air.clock.nowMs();
  await air.run(40_000);
  const restarts = air.restartTimesMs();
  const firsts = air.decoders.all
    .map(({ startedMs }) => startedMs)
    .filter((atMs) => atMs > spentAtMs && !restarts.includes(atMs));
  t.ok(firsts.length > 5);
  t.same(
    firsts.filter((atMs, i) => i > 0 && atMs - (firsts[i - 1] ?? 0) < 2_000),
    [],
  );
});
