import t from 'tap';
import { createRestartIntensity } from '../../../supervisors/otp/restart-intensity.js';

t.test('as many restarts as the intensity are allowed in a period, and not one more', async (t) => {
  const window = createRestartIntensity(3, 1000);
  t.strictSame(
    [0, 1, 999, 999.5].map((atMs) => window.allow(atMs)),
    [true, true, true, false],
  );
});

t.test('the window slides: a restart counts until exactly one period has passed', async (t) => {
  const window = createRestartIntensity(1, 1000);
  t.equal(window.allow(0), true);
  t.equal(window.allow(999.999), false);
  t.equal(window.allow(1000), true);
  t.equal(window.allow(1001), false);
});

t.test('restarts that are spaced out never exhaust it', async (t) => {
  const window = createRestartIntensity(1, 1000);
  for (let turn = 0; turn < 10_000; turn += 1) if (!window.allow(turn * 1000)) t.fail(`refused turn ${turn}`);
});

t.test('an intensity of 0 allows none', async (t) => {
  t.equal(createRestartIntensity(0, 1000).allow(0), false);
});
