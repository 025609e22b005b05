import t from 'tap';
import type { ChildExit } from '../../../supervisors/otp/child.js';
import type { ChildSpec } from '../../../supervisors/otp/child-spec.js';
import { type Strategy, startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { codeOf, playground } from './playground.js';

const STRATEGIES: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one'];

/** What becomes of a child of each type that ends in each way: `restarted`, `kept` as a spec, or `gone`. */
const OUTCOMES: Record<NonNullable<ChildSpec['restart']>, Record<ChildExit['kind'], string>> = {
  permanent: { normal: 'restarted', shutdown: 'restarted', abnormal: 'restarted' },
  transient: { normal: 'kept', shutdown: 'kept', abnormal: 'restarted' },
  temporary: { normal: 'gone', shutdown: 'gone', abnormal: 'gone' },
};

for (const strategy of STRATEGIES) {
  for (const restart of ['permanent', 'transient', 'temporary'] as const) {
    for (const kind of ['normal', 'shutdown', 'abnormal'] as const) {
      const outcome = OUTCOMES[restart][kind];
      t.test(`${strategy}: a ${restart} child that ends ${kind} is ${outcome}`, async (t) => {
        const world = playground();
        const { clock, spec, taken, reports, onReport } = world;
        const top = await startSupervisor({
          name: 'top',
          clock,
          strategy,
          children: [spec('a', { restart })],
          onReport,
        });
        await world.crash('a', kind);
        const [info] = top.whichChildren();
        t.equal(taken(), outcome === 'restarted' ? '+a .a +a' : '+a .a');
        t.equal(info?.status, { restarted: 'running', kept: 'stopped', gone: undefined }[outcome]);
        t.equal(info?.child, outcome === 'restarted' ? world.child('a') : undefined);
        const active = outcome === 'restarted' ? 1 : 0;
        const specs = outcome === 'gone' ? 0 : 1;
        t.strictSame(top.countChildren(), { specs, active, supervisors: 0, workers: specs });
        t.match(
          reports.map(({ errorContext }) => errorContext),
          restart === 'permanent' || kind === 'abnormal' ? ['child_terminated'] : [],
          'only an end that was not to be expected is reported',
        );
        const again = { restarted: 'already_started', kept: 'already_present', gone: undefined }[outcome];
        if (again === undefined) await top.startChild(spec('a', { restart }));
        else t.equal(await codeOf(top.startChild(spec('a', { restart }))), again);
        await top.stop();
      });
    }
  }
}

t.test(
  'a child that ends normally while it is being stopped ended as it should, whatever its type',
  async (t) => {
    const { clock, spec, reports, onReport } = playground();
    const onStop = (child: { end(kind: 'normal'): void }) => child.end('normal');
    const children = [spec('a', { onStop }), spec('b', { onStop, restart: 'transient' })];
    const top = await startSupervisor({ name: 'top', clock, children, onReport });
    await top.stop();
    t.strictSame(reports, []);
  },
);
