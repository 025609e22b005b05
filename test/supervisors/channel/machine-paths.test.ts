/**
 * The channel machine against the world: paths generated from the machine itself take every transition it has, and every
 * path is replayed against the real source supervisor. A transition that no path takes fails the test by its name.
 */
import t from 'tap';
import { channelMachine } from '../../../machines/channel-machine.js';
import { transitionsOf } from '../../support/machine-transitions.js';
import { generatePaths } from './replay/paths.js';
import { replay } from './replay/replay.js';

const taken = new Set<string>();

for (const path of generatePaths()) {
  const steps = path.map(({ step: { type, by } }) => `${type} (${by})`);
  t.test(steps.join(', '), async (t) => {
    for (const name of await replay(t, path)) taken.add(name);
  });
}

t.test('every transition of the machine was taken by the machine of a real source supervisor', async (t) => {
  const names = transitionsOf(channelMachine).map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'they can be told apart');
  t.same(
    names.filter((name) => !taken.has(name)),
    [],
  );
});
