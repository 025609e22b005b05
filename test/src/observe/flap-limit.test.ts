/** What flaps is told now and then, with the number of lines left out; what begins an incident always is. */
import { type Test, test } from 'tap';
import { createFlapLimit } from '../../../src/observe/flap-limit.js';
import { FakeClock } from '../../support/fake-clock.js';

const BURST = 3;
const INTERVAL_MS = 1000;

function limited(t: Test) {
  const clock = new FakeClock();
  const told: string[] = [];
  const limit = createFlapLimit({
    clock,
    burst: BURST,
    intervalMs: INTERVAL_MS,
    onSuppressed: ({ channel, of, lines }) => told.push(`${channel ?? 'engine'}: ${lines} ${of}`),
  });
  t.teardown(() => limit.close());
  const say = (event: string, channel: number | 'engine' = 1, trouble = true) =>
    limit.admit({ channel: channel === 'engine' ? undefined : channel, event, trouble });
  return { clock, told, limit, say };
}

test('a burst is told, then one an interval, and what was left out is counted', (t) => {
  const { clock, told, say } = limited(t);
  /** It flaps ten times in an interval, from its beginning on. */
  const admitted = () =>
    Array.from({ length: 10 }, () => {
      const admitted = say('underrun');
      clock.advance(INTERVAL_MS / 10);
      return admitted;
    }).filter(Boolean).length;
  t.equal(admitted(), BURST);
  t.same(told, ['1: 7 underrun'], 'at the end of the interval');
  t.equal(admitted(), 1);
  t.equal(admitted(), 1);
  t.same(told, ['1: 7 underrun', '1: 9 underrun', '1: 9 underrun']);
  t.end();
});

test('events, channels and the engine itself have an allowance each', (t) => {
  const { say } = limited(t);
  for (let line = 0; line <= BURST; line++) say('underrun');
  t.notOk(say('underrun'));
  t.ok(say('slate'));
  t.ok(say('underrun', 2));
  t.ok(say('underrun', 'engine'));
  t.end();
});

test('after an interval without trouble a channel’s first trouble finds everything full again', (t) => {
  const { clock, told, say } = limited(t);
  for (let line = 0; line < 6; line++) say('underrun');
  for (let line = 0; line < 6; line++) say('state', 1, false);
  clock.advance(INTERVAL_MS / 2);
  t.notOk(say('underrun'), 'it is the same trouble still');
  clock.advance(INTERVAL_MS - 1);
  t.ok(say('underrun'), 'one for the interval');
  t.notOk(say('underrun'));
  t.ok(say('state', 1, false), 'one for the interval');
  t.notOk(say('state', 1, false));
  clock.advance(INTERVAL_MS);
  t.ok(say('state', 1, false), 'one for the interval');
  t.notOk(say('state', 1, false), 'that all is well begins nothing');
  t.ok(say('underrun'), 'this is new trouble');
  t.ok(say('state', 1, true));
  t.ok(say('state', 1, true));
  t.ok(say('underrun'));
  t.ok(say('underrun'));
  t.notOk(say('underrun'));
  t.same(
    told,
    ['1: 4 underrun', '1: 3 state', '1: 1 underrun', '1: 1 state', '1: 1 state'],
    'no count is lost',
  );
  t.end();
});

test('what has been quiet for long takes no memory and no timer', (t) => {
  const { clock, told, say } = limited(t);
  for (let channel = 1; channel <= 100; channel++) say('underrun', channel);
  t.equal(clock.pendingTimers, 100);
  clock.advance(BURST * INTERVAL_MS);
  t.equal(clock.pendingTimers, 0);
  t.same(told, []);
  t.end();
});

test('the end accounts for the rest, and leaves no timer', (t) => {
  const { clock, told, limit, say } = limited(t);
  for (let line = 0; line < 5; line++) say('underrun');
  limit.close();
  t.same(told, ['1: 2 underrun']);
  t.equal(clock.pendingTimers, 0);
  t.ok(say('underrun'), 'nothing is left out any more');
  t.equal(clock.pendingTimers, 0);
  t.end();
});
