/**
 * The contract's limit holds for a channel id, whatever is done to the channel: the engine's side and the host's, as one,
 * against random sequences of crashes, plans, stops, starts and dead hosts.
 */
import fc from 'fast-check';
import t from 'tap';
import { DEFAULT_RESTART_LIMITS } from '../../../machines/restart-policy.js';
import { createChannels } from '../../../supervisors/engine/channels.js';
import { ALL_OPERATIONS } from '../../support/all-operations.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { FORMAT, fakePorts, HEARTBEAT_MS, START_TIMEOUT_MS } from './fake-world.js';
import { inlineHosts } from './inline-host.js';

const { windowMs: WINDOW_MS, firstAttemptGapMs: FIRST_ATTEMPT_GAP_MS } = DEFAULT_RESTART_LIMITS;
const PLANS = {
  long: { segments: [['a', 300_000]] },
  block: {
    segments: [
      ['b', 200],
      ['nowhere', 100],
      ['c', 100],
    ],
    loop: true,
  },
  bad: { segments: [['nowhere', 90_000]] },
} as const;

const fate = fc.oneof(
  { weight: 5, arbitrary: fc.record({ crashAt: fc.integer({ min: 0, max: 150 }) }) },
  { weight: 1, arbitrary: fc.record({ stallAt: fc.integer({ min: 0, max: 100 }) }) },
  { weight: 1, arbitrary: fc.record({ endAt: fc.integer({ min: 0, max: 100 }) }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const step = fc.record({
  afterMs: fc.integer({ min: 10, max: 12_000 }),
  act: fc.constantFrom('crash', 'kill', 'stop', 'start', 'restart', 'long', 'block', 'bad', 'gone'),
});

t.test(
  'never more than 5 restarts of a channel id in any 60 s, over plans, stops, starts and dead hosts',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 20 }),
        fc.array(step, { minLength: 1, maxLength: 15 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (fates, steps, random) => {
          const clock = new FakeClock(1_000_000, 1_795_334_400_000);
          let next = 0;
          const hosts = inlineHosts(t, {
            clock,
            plans: PLANS,
            missing: ['nowhere'],
            fate: () => fates[next++ % fates.length] ?? {},
            random: () => random,
          });
          const channels = createChannels<string>({
            clock,
            format: FORMAT,
            ports: fakePorts(),
            takeHost: hosts.fork,
            startTimeoutMs: START_TIMEOUT_MS,
            heartbeatTimeoutMs: HEARTBEAT_MS,
            maxChannels: 64,
            retentionMs: 300_000,
            maxRestarts: DEFAULT_RESTART_LIMITS.maxRestarts,
            restartWindowMs: WINDOW_MS,
            operations: ALL_OPERATIONS,
            report: () => {},
            onHealth: () => {},
            onSupervision: () => {},
            onShown: () => {},
          });
          const channelId = 7;
          const start = () => void channels.startChannel({ channelId, planHandle: 'long', port: 0 });
          start();
          for (const { afterMs, act } of steps) {
            await clock.run(afterMs);
            if (act === 'crash') hosts.decoders.findLast(({ alive }) => alive)?.crash();
            else if (act === 'kill') hosts.kill();
            else if (act === 'start') start();
            else if (act === 'stop') void channels.stopChannel({ channelId });
            else if (act === 'restart') {
              void channels.stopChannel({ channelId });
              start();
            } else void channels.updatePlan({ channelId, planHandle: act });
          }
          await clock.run(20_000);
          void channels.stopAll();
          await clock.run(5_000);
          await settle();
          const { restartsMs, decoders } = hosts;
          for (const endMs of restartsMs) {
            const within = restartsMs.filter((atMs) => atMs > endMs - WINDOW_MS && atMs <= endMs);
            if (within.length > 5) throw new Error(`${within.length} restarts within 60 s: ${restartsMs}`);
          }
          // The first attempts that came while the restarts were spent.
          const rare = decoders
            .map(({ startedMs }) => startedMs)
            .filter((atMs) => !restartsMs.includes(atMs))
            .filter((atMs) => restartsMs.filter((ms) => ms > atMs - WINDOW_MS && ms <= atMs).length === 5);
          for (const [i, atMs] of rare.entries()) {
            if (i > 0 && atMs - (rare[i - 1] ?? 0) < FIRST_ATTEMPT_GAP_MS)
              throw new Error(`first attempts too close to each other: ${rare}`);
          }
          if (decoders.some(({ alive }) => alive)) throw new Error('a decoder was left behind');
          return true;
        },
      ),
      { numRuns: 40 },
    );
    t.pass('no counterexample');
  },
);
