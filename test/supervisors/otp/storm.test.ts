import fc from 'fast-check';
import t from 'tap';
import type { ChildSpec } from '../../../supervisors/otp/child-spec.js';
import {
  createDynamicSupervisor,
  type DynamicSupervisor,
} from '../../../supervisors/otp/dynamic-supervisor.js';
import { type Supervisor, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { type FakeClock, settle } from '../../support/fake-clock.js';
import { hang, playground, type Script, type ScriptedChild } from './playground.js';

const IDS = ['a', 'b', 'c', 'd'] as const;

/** What may happen next, and to whom; `turns` is for how many microtasks the next waits, so that they meet anywhere. */
const step = fc.record({
  what: fc.constantFrom(
    'crash',
    'end',
    'startChild',
    'terminateChild',
    'restartChild',
    'deleteChild',
    'time',
  ),
  id: fc.constantFrom(...IDS),
  turns: fc.nat(12),
});
const mood = fc.constantFrom('good', 'failing', 'hanging', 'stubborn');
const restart = fc.constantFrom('permanent', 'transient', 'temporary');
const strategy = fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one', 'dynamic');

const PERIOD_MS = 100;

/** Every second life goes as the mood says. */
const SCRIPTS: Record<typeof mood extends fc.Arbitrary<infer T> ? T : never, Script> = {
  good: {},
  failing: { onStart: (life) => (life % 2 === 0 ? Promise.reject(new Error('no')) : undefined) },
  hanging: {
    onStart: (life, { signal }) =>
      life % 2 === 0
        ? Promise.race([
            hang(),
            new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
          ])
        : undefined,
  },
  stubborn: { onStop: () => {} },
};

/** Keeps account of the lives of children, each from the call of its start until nothing is left of it. */
function createWitness(clock: FakeClock) {
  const startsMs = new Map<string, number[]>(IDS.map((id) => [id, []]));
  const alive = new Set<string>();
  const twice = new Set<string>();
  return {
    /** When each start was called, by id. */
    startsMs,
    /** The ids that had two lives at once. */
    twice,
    watch: (spec: ChildSpec<ScriptedChild>): ChildSpec<ScriptedChild> => ({
      ...spec,
      async start(context) {
        startsMs.get(spec.id)?.push(clock.nowMs());
        if (alive.has(spec.id)) twice.add(spec.id);
        alive.add(spec.id);
        try {
          const child = await spec.start(context);
          if (child !== 'ignore') void child.exited.then(() => alive.delete(spec.id));
          return child;
        } catch (error) {
          alive.delete(spec.id);
          throw error;
        }
      },
    }),
  };
}

/** The most of these times that lie within any one period. */
const densest = (timesMs: readonly number[]): number =>
  Math.max(0, ...timesMs.map((from) => timesMs.filter((ms) => ms >= from && ms < from + PERIOD_MS).length));

t.test(
  'whatever happens in whatever order, no child lives twice, no restart is one too many, and an end is the end',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        strategy,
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.tuple(mood, restart), { minLength: 4, maxLength: 4 }),
        fc.array(step, { maxLength: 25, size: 'max' }),
        fc.constantFrom('stop' as const, 'kill' as const),
        async (kind, intensity, characters, steps, end) => {
          const world = playground();
          const { clock, log } = world;
          const { startsMs, twice, watch } = createWitness(clock);
          const specs = characters.map(([mood, restart], index) =>
            watch(world.spec(IDS[index] ?? 'a', { ...SCRIPTS[mood], restart, shutdown: 20 })),
          );
          const flags = { name: 'top', clock, intensity, periodMs: PERIOD_MS };
          const sup: DynamicSupervisor & Partial<Supervisor> =
            kind === 'dynamic'
              ? createDynamicSupervisor(flags)
              : await startSupervisor({ ...flags, strategy: kind, children: specs.slice(0, 3) });
          const answers: Promise<unknown>[] = [];
          for (const { what, id, turns } of steps) {
            const spec = specs[IDS.indexOf(id)];
            if (what === 'crash' && log.includes(`+${id}`)) world.child(id).end('abnormal');
            if (what === 'end' && log.includes(`+${id}`)) world.child(id).end('normal');
            if (what === 'time') clock.advance(15);
            if (what === 'startChild' && spec !== undefined) answers.push(sup.startChild(spec));
            if (what === 'terminateChild') answers.push(sup.terminateChild(id));
            if (what === 'restartChild') answers.push(sup.restartChild?.(id) ?? settle());
            if (what === 'deleteChild') answers.push(sup.deleteChild?.(id) ?? settle());
            for (const answer of answers) answer.catch(() => {});
            for (let turn = 0; turn < turns; turn += 1) await undefined;
          }
          const running = sup.whichChildren().flatMap(({ id, status }) => (status === 'running' ? [id] : []));
          const [startsBefore, logBefore] = [[...startsMs.values()].flat().length, log.length];
          const ended = sup[end]();
          await clock.run(5000);
          await ended;
          await Promise.allSettled(answers);
          await settle();

          const check = (holds: boolean, what: string) => {
            if (!holds) throw new Error(`${what}: ${log.join(' ')}`);
          };
          const asked = log
            .slice(logBefore)
            .flatMap((entry) => (entry.startsWith('-') ? [entry.slice(1)] : []));
          for (const id of IDS) {
            const count = (mark: string) => log.filter((entry) => entry === `${mark}${id}`).length;
            check(count('+') === count('.'), `${id} still runs`);
            const ordered = steps.filter(
              (step) => step.id === id && /^(re)?startChild$/.test(step.what),
            ).length;
            const restarts = startsMs.get(id)?.slice(1) ?? [];
            // Where every start but the first was the supervisor's own doing.
            if (ordered === (kind === 'dynamic' ? 1 : 0)) {
              check(densest(restarts) <= intensity, `${id} was restarted too often`);
            }
          }
          check(twice.size === 0, `${[...twice]} had two lives at once`);
          check([...startsMs.values()].flat().length === startsBefore, 'something was started after the end');
          if (end === 'kill') check(asked.length === 0, 'someone was asked after the kill');
          else if (kind !== 'dynamic') {
            const wanted = running.filter((id) => asked.includes(id)).reverse();
            const found = asked.filter((id) => running.includes(id));
            check(`${found}` === `${wanted}`, `stopped in another order than ${wanted}`);
          }
          check(!/still running/.test((await sup.exited).reason), 'the exit names children that are gone');
          check(clock.pendingTimers === 0, 'timers are left');
          check(sup.countChildren().active === 0, 'children that are gone are counted');
        },
      ),
      { numRuns: 1000 },
    );
    t.pass('1000 storms');
  },
);

t.test('a terminate that comes at any moment of a start or restart leaves nothing running', async (t) => {
  for (const kind of ['one_for_one', 'one_for_all', 'dynamic'] as const) {
    for (const restarting of [false, true]) {
      for (let turns = 0; turns < 40; turns += 1) {
        const world = playground();
        const { clock, spec, taken } = world;
        const flags = { name: 'top', clock, intensity: 9 };
        const sup =
          kind === 'dynamic'
            ? createDynamicSupervisor(flags)
            : await startSupervisor({ ...flags, strategy: kind, children: [] });
        const started = sup.startChild(spec('a')).catch(() => 'aborted');
        if (restarting) {
          await started;
          world.child('a').end('abnormal');
        }
        for (let turn = 0; turn < turns; turn += 1) await undefined;
        await sup.terminateChild('a').catch((error) => t.equal(error.code, 'not_found'));
        await started;
        await settle();
        const log = taken();
        const moment = `${kind} ${restarting ? 're' : ''}start, after ${turns} turns: ${log}`;
        t.equal(log.split('+').length, log.split('.').length, moment);
        t.equal(sup.countChildren().active, 0, moment);
      }
    }
  }
});
