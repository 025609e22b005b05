/** UpdatePlan as the engine sees it: who is asked, what is remembered, and what callers are told. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, soFar } from './fake-world.js';

const NOT_ON_AIR = {
  success: false,
  errorMessage: 'channel_id 1 is not on air; start it with StartChannel',
};

t.test('an unknown channel is refused, and leaves nothing', async (t) => {
  const w = createWorld();
  t.same(await w.update('noon'), NOT_ON_AIR);
  t.same(w.channels.snapshots(), []);
  t.same(w.health, []);
});

t.test('a stopped or refused channel is refused', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const stopped = w.stop();
  await settle();
  host.stopped();
  await stopped;
  t.same(await w.update('noon'), NOT_ON_AIR);
  w.ports.taken.add(9001);
  await w.start('morning');
  t.same(await w.update('noon'), NOT_ON_AIR);
});

t.test('the host is asked, and its word is the answer', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const good = w.update('noon');
  t.equal(await soFar(good), 'pending');
  t.match(host.sent.at(-1), { type: 'update', planHandle: 'noon' });
  host.updated();
  t.same(await good, DONE);
  const bad = w.update('evening');
  await settle();
  host.updated('segments[0]: is missing');
  t.same(await bad, { success: false, errorMessage: 'segments[0]: is missing' });
});

t.test('what was taken is what runs from then on; what was not changes nothing', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const bad = w.update('evening');
  await settle();
  host.updated('no');
  await bad;
  t.match(await w.start('morning'), DONE);
  const good = w.update('noon');
  await settle();
  host.updated();
  await good;
  t.match(await w.start('noon'), DONE);
  t.match(await w.start('morning'), { success: false, errorMessage: /on air with plan "noon"/ });
});

t.test('several in preparation are told apart: each caller gets the answer to its own call', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const first = w.update('noon');
  const second = w.update('evening');
  await settle();
  const [one, two] = host.sent.filter((message) => message.type === 'update');
  t.match([one, two], [{ planHandle: 'noon' }, { planHandle: 'evening' }], 'it is the host that decides');
  t.not(one?.call, two?.call);
  host.updated();
  t.same(await second, DONE);
  t.equal(await soFar(first), 'pending');
  const superseded = { success: false, errorMessage: 'superseded by UpdatePlan("evening")' };
  host.say({ type: 'updated', call: one?.call ?? 0, outcome: superseded });
  t.same(await first, superseded);
  host.say({ type: 'updated', call: 12_345, outcome: DONE });
  t.match(await w.start('evening'), DONE);
});

t.test('a plan that is taken for later is not what runs until it is on air', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const later = w.update('tonight');
  await settle();
  const asked = host.sent.findLast((message) => message.type === 'update');
  host.say({ type: 'updated', call: asked?.call ?? 0, outcome: DONE });
  t.same(await later, DONE);
  t.match(await w.start('morning'), DONE, 'it is what airs');
});

t.test('it waits for a start that is under way, then has its turn whatever came of it', async (t) => {
  for (const end of ['ready', 'fails'] as const) {
    const w = createWorld();
    const start = w.start('morning');
    const update = w.update('noon');
    await settle();
    const host = w.hosts.last;
    t.equal(host.sent.length, 1);
    host[end]('there is no such plan');
    await start;
    await settle();
    t.match(host.sent.at(-1), { type: 'update', planHandle: 'noon' });
    host.updated();
    t.same(await update, DONE);
  }
});

t.test('it is accepted in error, recovering or on slate', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  for (const healthy of [true, false]) {
    host.shows({ state: 'error', healthy, detail: 'a decoder died' });
    const update = w.update('noon');
    await settle();
    host.updated();
    t.same(await update, DONE);
  }
});

t.test('a caller that no longer listens changes nothing: the update goes on', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  void w.update('noon');
  await settle();
  host.updated();
  await settle();
  t.match(await w.start('noon'), DONE);
});

t.test(
  'a start that comes while a plan is being prepared waits for it, and is judged by what came of it',
  async (t) => {
    for (const refused of ['', 'segments[0]: is missing']) {
      const w = createWorld();
      const host = await w.onAir();
      const update = w.update('noon');
      const [noon, morning] = [w.start('noon'), w.start('morning')];
      t.equal(await soFar(noon), 'pending');
      host.updated(refused);
      t.match(await update, { success: refused === '' });
      t.match(await noon, { success: refused === '' });
      t.match(await morning, { success: refused !== '' });
    }
  },
);

t.test('a stop ends a start that waits for a plan being prepared', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const update = w.update('noon');
  const start = w.start('noon');
  await settle();
  const stopped = w.stop();
  await settle();
  host.stopped();
  t.match(await stopped, DONE);
  for (const call of [update, start]) {
    t.match(await call, { success: false, errorMessage: 'channel 1 was stopped by a later call' });
  }
});
