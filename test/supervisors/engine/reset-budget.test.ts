/** An operator's reset of the restart budget: who has to have taken it before it is answered, and what it leaves. */
import t from 'tap';
import { sampleSnapshot } from '../../src/observe/sample-snapshot.js';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, type FakeHost, soFar, type World } from './fake-world.js';

/** Counts restarts and tells of all of them, as a host does. */
function restarted(host: FakeHost, ...restarts: readonly number[]): void {
  host.say({ type: 'report', report: { event: 'restart', restarts, attempt: 1, reason: 'crashed' } });
}

/** So many restarts that count for nearly a minute still. */
const justNow = ({ clock }: World, count: number) => new Array<number>(count).fill(clock.nowMs());

const budgetLeft = (remaining: number) => ({ ...sampleSnapshot().budget, used: 5 - remaining, remaining });

const resets = ({ reports }: World) => reports.filter(({ report }) => report.event === 'budget_reset');

t.test('on air: answered once the host has taken it, and told once', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  restarted(host, 1, 2, 3, 4, 5);
  const answer = w.resetBudget();
  t.equal(await soFar(answer), 'pending', 'sent is not taken');
  t.match(host.sent.at(-1), { type: 'reset_budget' });
  t.same(resets(w), []);
  host.shows({ budget: budgetLeft(5) });
  host.budgetReset();
  t.same(await answer, DONE);
  t.match(resets(w), [{ channelId: 1 }]);
  t.equal(w.channels.snapshot(1)?.budget.remaining, 5);
});

t.test('the next host counts what the last one did: nothing from before, all from after', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  restarted(host, 1, 2, 3);
  const answer = w.resetBudget();
  await settle();
  // It was under way when the reset was sent: still the old window.
  restarted(host, 1, 2, 3, 4);
  host.budgetReset();
  t.same(await answer, DONE);
  restarted(host, 90);
  host.exits({ signal: 'SIGKILL' });
  await settle();
  t.same(w.hosts.last.order.restarts, [90]);
});

t.test('a host that restarts a decoder over it, before it answers, is believed', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  restarted(host, 1, 2, 3, 4, 5);
  const answer = w.resetBudget();
  await settle();
  host.budgetReset([50]);
  t.same(await answer, DONE);
  host.exits({ signal: 'SIGKILL' });
  await settle();
  t.same(w.hosts.last.order.restarts, [50]);
});

t.test(
  'a host that dies over it: the next one begins with an empty window, which is the answer',
  async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    restarted(host, 1, 2, 3, 4, 5);
    const answer = w.resetBudget();
    t.equal(await soFar(answer), 'pending');
    host.exits({ signal: 'SIGKILL' });
    t.same(await answer, DONE);
    t.same(w.hosts.last.order.restarts, []);
    t.equal(w.channels.snapshot(1)?.budget.remaining, 5);
    t.equal(resets(w).length, 1);
  },
);

t.test('between two hosts it is done at once', async (t) => {
  const w = createWorld();
  await w.onAir();
  for (let i = 0; i < 4; i++) {
    restarted(w.hosts.last, ...justNow(w, 4));
    w.hosts.last.exits({ code: 1 });
    await settle();
  }
  t.match(w.channels.snapshot(1), { hostPid: null, budget: { remaining: 1 } }, 'no host for a minute');
  const before = w.hosts.all.length;
  t.same(await w.resetBudget(), DONE);
  t.equal(w.channels.snapshot(1)?.budget.remaining, 5);
  await w.clock.run(60_000);
  t.equal(w.hosts.all.length, before + 1);
  t.same(w.hosts.last.order.restarts, []);
});

t.test('stopped: the window that its next start would have met is gone', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  restarted(host, ...justNow(w, 5));
  const stopped = w.stop();
  host.stopped();
  await stopped;
  t.equal(w.channels.snapshot(1)?.budget.remaining, 0);
  t.same(await w.resetBudget(), DONE);
  t.match(w.channels.snapshot(1), { state: 'stopped', budget: { remaining: 5 } });
  t.equal(resets(w).length, 1);
  await w.onAir();
  t.same(w.hosts.last.order.restarts, []);
});

t.test('while it is being stopped: what the host tells on its way out does not come back', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const stopped = w.stop();
  const answer = w.resetBudget();
  t.equal(await soFar(answer), 'pending');
  restarted(host, 1, 2, 3);
  host.stopped();
  t.same(await answer, DONE);
  await stopped;
  await w.onAir();
  t.same(w.hosts.last.order.restarts, []);
});

t.test('stopped before the host has confirmed it: it is reset all the same', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answer = w.resetBudget();
  t.equal(await soFar(answer), 'pending');
  const stopped = w.stop();
  restarted(host, 1, 2, 3);
  host.stopped();
  t.same(await answer, DONE);
  await stopped;
  await w.onAir();
  t.same(w.hosts.last.order.restarts, []);
});

t.test('a stopped channel is not shown any longer for it, but remembered for it', async (t) => {
  const retentionMs = 20_000;
  const w = createWorld({ retentionMs });
  await w.onAir();
  const stopped = w.stop();
  w.hosts.last.stopped();
  await stopped;
  await w.clock.run(retentionMs - 1_000);
  t.same(await w.resetBudget(), DONE);
  await w.clock.run(1_000);
  t.equal(w.channels.snapshot(1), undefined);
  t.same(await w.resetBudget(), DONE, 'its window may still count');
  t.equal(w.channels.snapshot(1), undefined);
});

t.test('a channel that nobody knows: refused in words, and nothing made of it', async (t) => {
  const w = createWorld();
  t.match(await w.resetBudget(77), {
    success: false,
    errorMessage: /^channel_id 77 is not known here: it was never started, .* there is nothing to reset$/,
  });
  t.same(w.channels.snapshots(), []);
  t.same(w.reports, []);
});

t.test('asked twice at once: both are answered', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const answers = [w.resetBudget(), w.resetBudget()];
  await settle();
  for (const message of host.sent) {
    if (message.type === 'reset_budget') host.say({ type: 'budget_reset', call: message.call, restarts: [] });
  }
  t.same(await Promise.all(answers), [DONE, DONE]);
});
