import t from 'tap';
import {
  type ChildSpec,
  completeChildSpec,
  completeChildSpecs,
} from '../../../supervisors/otp/child-spec.js';
import { startSupervisor } from '../../../supervisors/otp/supervisor.js';
import { playground } from './playground.js';

const start = () => 'ignore' as const;
const bad = (spec: unknown) => () => completeChildSpec(spec as ChildSpec);

t.test('what a worker leaves out has the default: permanent, 5 s', async (t) => {
  t.strictSame(completeChildSpec({ id: 'a', start }), {
    id: 'a',
    start,
    restart: 'permanent',
    shutdown: 5000,
    type: 'worker',
  });
});

t.test('a supervisor is given all the time it needs unless its spec says otherwise', async (t) => {
  t.equal(completeChildSpec({ id: 'a', start, type: 'supervisor' }).shutdown, 'infinity');
  t.equal(completeChildSpec({ id: 'a', start, type: 'supervisor', shutdown: 10 }).shutdown, 10);
});

t.test('every field that is wrong is refused with child, field, value and remedy', async (t) => {
  const code = 'invalid_child_spec';
  t.throws(bad(undefined), { code, message: /must be an object with id and start, not undefined/ });
  t.throws(bad({ start }), { code, message: /id must be a string that is not empty, not undefined/ });
  t.throws(bad({ id: '', start }), { code, message: /not ""/ });
  t.throws(bad({ id: 'a' }), { code, message: 'child "a": start must be a function, not undefined' });
  t.throws(bad({ id: 'a', start, restart: 'prmanent' }), {
    code,
    message: 'child "a": restart must be permanent, transient or temporary, not "prmanent"',
  });
  t.throws(bad({ id: 'a', start, type: 'wrker' }), {
    code,
    message: 'child "a": type must be worker or supervisor, not "wrker"',
  });
  for (const shutdown of [-10, 1.5, Number.NaN, 'soon', Number.POSITIVE_INFINITY, null]) {
    t.throws(bad({ id: 'a', start, shutdown }), {
      code,
      message: /shutdown must be a whole number of milliseconds from 0, brutal_kill or infinity, not/,
    });
  }
  t.throws(bad({ id: 'a\n', start, restart: 'x'.repeat(5000) }), { message: /^child "a\\n": .{0,200}$/ });
});

t.test('every spec that is right is taken as it is', async (t) => {
  for (const restart of ['permanent', 'transient', 'temporary'] as const) {
    for (const shutdown of [0, 1000, 'infinity', 'brutal_kill'] as const) {
      for (const type of ['worker', 'supervisor'] as const) {
        const spec = { id: 'a', start, restart, shutdown, type };
        t.strictSame(completeChildSpec(spec), spec);
      }
    }
  }
});

t.test('fields and flags that nobody knows are ignored', async (t) => {
  const { clock } = playground();
  const silly = { id: 'a', start, silly: true };
  t.notMatch(completeChildSpec(silly), { silly: true });
  const flags = { name: 'top', clock, silly: true };
  const top = await startSupervisor({ ...flags, children: [silly] });
  t.match(top.whichChildren(), [{ id: 'a', status: 'stopped' }]);
  await top.stop();
});

t.test('two specs with one id are refused', async (t) => {
  t.throws(
    () =>
      completeChildSpecs([
        { id: 'a', start },
        { id: 'a', start },
      ]),
    {
      code: 'duplicate_child_name',
      message: /"a"/,
    },
  );
});

t.test('children that are no list are refused', async (t) => {
  const { clock } = playground();
  for (const children of [undefined, { a: { start } }]) {
    await t.rejects(startSupervisor({ name: 'top', clock, children: children as never }), {
      code: 'invalid_child_spec',
      message: /^children must be a list of child specs, not (undefined|an object)$/,
    });
  }
});

t.test('flags that are wrong are refused by name, and nothing is started', async (t) => {
  const { clock, spec, log } = playground();
  const code = 'invalid_supervisor_flags';
  const children = [spec('a')];
  const wrong = (flags: object) => startSupervisor({ name: 'top', clock, children, ...flags });
  await t.rejects(wrong({ name: '' }), { code, message: /name must be a string that is not empty/ });
  await t.rejects(wrong({ strategy: 'none_for_one' }), {
    code,
    message: /"top": strategy .*not "none_for_one"/,
  });
  for (const intensity of [-1, 1.5, Number.POSITIVE_INFINITY]) {
    await t.rejects(wrong({ intensity }), { code, message: /intensity must be a whole number from 0, not/ });
  }
  for (const periodMs of [0, -1, Number.POSITIVE_INFINITY, Number.NaN]) {
    await t.rejects(wrong({ periodMs }), { code, message: /periodMs must be .* above 0, not/ });
  }
  await t.rejects(wrong({ children: [spec('a'), spec('a')] }), { code: 'duplicate_child_name' });
  t.strictSame(log, []);
});
