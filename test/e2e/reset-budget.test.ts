/** An operator gives a channel its restarts back: on slate it tries again at once, stopped it starts afresh. */
import tap, { test } from 'tap';
import { runCli } from '../support/engine-process.js';
import { spendBudget } from '../support/spend-budget.js';
import { BYSTANDER, openStation } from '../support/station.js';

/** Attempts follow each other quickly, so that the budget is spent soon. */
const station = await openStation(tap, {
  RETROVUE_PLAYOUT_DECODER__BACKOFF__BASE_MS: '10',
  RETROVUE_PLAYOUT_DECODER__BACKOFF__MAX_MS: '50',
});
const { engine } = station;
const CHANNEL = 1;

const resets = () => engine.log.filter(({ event }) => event === 'budget_reset');

test('on slate, its restarts spent, it tries again at once and airs', async (t) => {
  const { port } = await engine.client.startChannel({
    channelId: CHANNEL,
    planHandle: 'bystander',
    port: 0,
  });
  t.ok(port > 0);
  await spendBudget(engine, CHANNEL);
  t.match(await engine.snapshot(CHANNEL), { state: 'error', healthy: false, budget: { remaining: 0 } });
  const since = engine.log.length;
  t.same(await engine.client.resetBudget({ channelId: CHANNEL }), { success: true, errorMessage: '' });
  const taken = await engine.snapshot(CHANNEL);
  t.ok(taken.budget.remaining >= 4, 'the answer comes when it is so');
  const retried = await engine.logged(
    ({ event, channel }) => event === 'restart' && channel === CHANNEL,
    since,
  );
  t.equal((retried.restarts as unknown[]).length, 1, 'the first of a new window');
  await engine.snapshotWhere(CHANNEL, ({ state }) => state === 'ready');
  t.match(resets(), [{ level: 'info', channel: CHANNEL, msg: /^channel 1: an operator has reset/ }]);
});

test('the command line does the same, also for a channel that is stopped', async (t) => {
  await spendBudget(engine, CHANNEL);
  await engine.client.stopChannel({ channelId: CHANNEL });
  t.match(await engine.snapshot(CHANNEL), { state: 'stopped', budget: { remaining: 0 } });
  t.same(await runCli(['reset-budget', `${CHANNEL}`, '--grpc', engine.grpc]), {
    code: 0,
    stdout: 'channel 1 has all its restarts again\n',
    stderr: '',
  });
  t.match(await engine.snapshot(CHANNEL), { state: 'stopped', budget: { remaining: 5 } });
  t.match(await engine.client.startChannel({ channelId: CHANNEL, planHandle: 'bystander', port: 0 }), {
    success: true,
  });
  t.match(await engine.snapshot(CHANNEL), { state: 'ready', budget: { remaining: 5 } });
});

test('a channel that nobody knows is refused, in words', async (t) => {
  const { code, stdout } = await runCli(['reset-budget', '77', '--json', '--grpc', engine.grpc]);
  t.equal(code, 1);
  t.match(JSON.parse(stdout), {
    channel_id: 77,
    success: false,
    error_message: /channel_id 77 is not known here/,
  });
  t.notMatch(await engine.metrics(), 'channel="77"');
  t.match(await engine.client.resetBudget({ channelId: BYSTANDER }), { success: true });
});

test('the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
