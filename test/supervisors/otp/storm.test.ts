import fc from 'fast-check';
import t from 'tap';
import {
  createDynamicSupervisor,
  type DynamicSupervisor,
} from '../../../supervisors/otp/dynamic-supervisor.js';
import { type Supervisor, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { settle } from '../../support/fake-clock.js';
import { hang, playground, type Script } from './playground.js';

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

t.test(
  'whatever happens in whatever order, a stop leaves nothing running and no order unanswered',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        strategy,
        fc.array(mood, { minLength: 4, maxLength: 4 }),
        fc.array(restart, { minLength: 4, maxLength: 4 }),
        fc.array(step, { maxLength: 25 }),
        async (kind, moods, restarts, steps) => {
          const world = playground();
          const { clock, log } = world;
          // Every second life goes as the mood says.
          const scripts: Record<string, Script> = {
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
          const specs = IDS.map((id, index) =>
            world.spec(id, {
              ...scripts[moods[index] ?? 'good'],
              restart: restarts[index] ?? 'permanent',
              shutdown: 20,
            }),
          );
          const flags = { name: 'top', clock, intensity: 6, periodMs: 100 };
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
          const stopped = sup.stop();
          await clock.run(5000);
          await stopped;
          await Promise.allSettled(answers);
          await settle();
          for (const id of IDS) {
            const count = (mark: string) => log.filter((entry) => entry === `${mark}${id}`).length;
            if (count('+') !== count('.')) throw new Error(`${id} still runs: ${log.join(' ')}`);
          }
          if ((await sup.exited).kind === 'abnormal') throw new Error('exit names children that are gone');
          if (clock.pendingTimers !== 0) throw new Error('timers are left');
          if (sup.countChildren().active !== 0) throw new Error('counts children that are gone');
        },
      ),
      { numRuns: 500 },
    );
    t.pass('500 storms');
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
