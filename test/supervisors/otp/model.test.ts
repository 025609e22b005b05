import fc from 'fast-check';
import t from 'tap';
import {
  createDynamicSupervisor,
  type DynamicSupervisor,
} from '../../../supervisors/otp/dynamic-supervisor.js';
import { type Strategy, type Supervisor, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { SupervisorModel } from './model.js';
import { codeOf, isSettled, playground } from './playground.js';

const IDS = ['a', 'b', 'c', 'd'] as const;
/** The times that pass add up to just this, and to just less, again and again. */
const PERIOD_MS = 100;

const forEachId = <T>(value: fc.Arbitrary<T>) =>
  fc.tuple(value, value, value, value).map(([a, b, c, d]) => ({ a, b, c, d }));

/** Which of a child's starts fail; the first does so rarely, for then there is little to see. */
const failing = fc
  .tuple(fc.nat(24), fc.array(fc.boolean(), { maxLength: 6 }))
  .map(([first, later]) => [first === 0, ...later]);

const step = fc.oneof(
  {
    arbitrary: fc.record({ what: fc.constant('time' as const), ms: fc.constantFrom(1, 50, 99, 100) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      what: fc.constant('exit' as const),
      id: fc.constantFrom(...IDS),
      kind: fc.constantFrom('normal', 'shutdown', 'abnormal', 'abnormal'),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      what: fc.constantFrom('startChild', 'terminateChild', 'restartChild', 'deleteChild'),
      id: fc.constantFrom(...IDS),
    }),
    weight: 3,
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a supervisor shows, says and does after each event is what its model does. */
async function follow(
  strategy: Strategy | 'dynamic',
  intensity: number,
  restarts: Record<string, 'permanent' | 'transient' | 'temporary'>,
  failures: Record<string, boolean[]>,
  steps: readonly Step[],
): Promise<SupervisorModel> {
  const model = new SupervisorModel({ strategy, intensity, periodMs: PERIOD_MS, restarts, failures });
  const world = playground();
  const { clock, onReport, reports, log } = world;
  const specs = Object.fromEntries(
    IDS.map((id) => {
      const onStart = (life: number) => {
        if (failures[id]?.[life - 1]) throw new Error(`life ${life} failed`);
      };
      return [id, world.spec(id, { onStart, ...(restarts[id] && { restart: restarts[id] }) })];
    }),
  );
  const flags = { name: 'top', clock, onReport, intensity, periodMs: PERIOD_MS };
  const told = () => reports.map(({ errorContext, offender }) => `${errorContext} ${offender.id}`);
  const alike = (actual: unknown, expected: unknown, what: string) => {
    const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (found !== wanted) throw new Error(`${what}: ${found}, but the model says ${wanted}`);
  };

  let sup: DynamicSupervisor & Partial<Supervisor>;
  if (strategy === 'dynamic') sup = createDynamicSupervisor(flags);
  else {
    const children = Object.values(specs).slice(0, 3);
    const starting = startSupervisor({ ...flags, strategy, children });
    const begun = model.begin(['a', 'b', 'c']);
    if (!begun) {
      alike(await codeOf(starting), 'failed_to_start_child', 'start');
      alike([log, told()], [model.log, model.told], 'a start that failed');
      return model;
    }
    sup = await starting;
  }

  for (const [index, next] of steps.entries()) {
    let answer: Promise<string> | undefined;
    let expected: string | undefined;
    if (next.what === 'time') {
      clock.advance(next.ms);
      model.nowMs += next.ms;
    } else if (next.what === 'exit') {
      if (log.includes(`+${next.id}`)) world.child(next.id).end(next.kind);
      model.exit(next.id, next.kind);
    } else {
      const order =
        next.what === 'startChild' ? sup.startChild(specs[next.id] as never) : sup[next.what]?.(next.id);
      if (order !== undefined) {
        expected = model[next.what](next.id);
        answer = order.then(
          () => 'ok',
          (error) => error.code,
        );
      }
    }
    await clock.run(0);
    const at = `after step ${index} (${Object.values(next).join(' ')})`;
    alike(await answer, expected, `answer ${at}`);
    alike(log, model.log, `log ${at}`);
    alike(told(), model.told, `reports ${at}`);
    alike(
      sup.whichChildren().map(({ id, status }) => `${id} ${status}`),
      model.children.map(({ id, running }) => `${id} ${running ? 'running' : 'stopped'}`),
      `children ${at}`,
    );
    alike(sup.countChildren().active, model.children.filter(({ running }) => running).length, `active ${at}`);
    alike(await isSettled(sup.exited), model.over, `over ${at}`);
  }
  const gaveUp = model.over;
  await sup.stop();
  if (!gaveUp) model.stop();
  alike(log, model.log, 'log of the stop');
  alike((await sup.exited).reason, gaveUp ? 'reached_max_restart_intensity' : 'shutdown', 'exit');
  alike(clock.pendingTimers, 0, 'timers left');
  return model;
}

const BIRTHS: readonly Step[] = IDS.map((id) => ({ what: 'startChild', id }));

for (const strategy of ['one_for_one', 'one_for_all', 'rest_for_one', 'dynamic'] as const) {
  t.test(`${strategy}: whatever happens, it does at every step what the model does`, async (t) => {
    const ends = { gaveUp: 0, stopped: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(4),
        forEachId(fc.constantFrom('permanent', 'transient', 'temporary')),
        forEachId(failing),
        fc.array(step, { maxLength: 30, size: 'max' }),
        async (intensity, restarts, failures, steps) => {
          const all = strategy === 'dynamic' ? [...BIRTHS, ...steps] : steps;
          const model = await follow(strategy, intensity, restarts, failures, all);
          ends[model.told.some((line) => line.startsWith('shutdown')) ? 'gaveUp' : 'stopped'] += 1;
        },
      ),
      { numRuns: 300 },
    );
    t.ok(ends.gaveUp > 10 && ends.stopped > 10, 'both ends were reached, and not by chance');
  });
}
