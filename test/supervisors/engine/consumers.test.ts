/** Consumers' sockets: they reach the channel's host, whichever it is by then, or are dropped; none is forgotten. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { createWorld, type World } from './fake-world.js';

const connect = (w: World, socket: string) => w.ports.open.get(9001)?.(socket);

async function loseHosts(w: World): Promise<void> {
  for (let i = 0; i < 4; i++) {
    w.hosts.last.exits({ code: 1 });
    await settle();
  }
}

t.test('a consumer is handed to the host, also before the channel is ready', async (t) => {
  const w = createWorld();
  void w.start('morning');
  await settle();
  connect(w, 'early');
  w.hosts.last.ready();
  connect(w, 'later');
  t.same(w.hosts.last.consumers, ['early', 'later']);
});

t.test('after a host was replaced, consumers go to the new one', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.exits();
  await settle();
  connect(w, 'a');
  t.same(host.consumers, []);
  t.same(w.hosts.last.consumers, ['a']);
});

t.test('a consumer that comes while no host runs waits for the next one', async (t) => {
  const w = createWorld();
  await w.onAir();
  await loseHosts(w);
  connect(w, 'a');
  connect(w, 'b');
  t.same(w.ports.dropped, []);
  await w.clock.run(60_000);
  t.same(w.hosts.last.consumers, ['a', 'b']);
  t.equal(w.hosts.last.sent[0]?.type, 'start');
  w.hosts.last.exits();
  await settle();
  t.same(w.hosts.last.consumers, [], 'each is handed over once');
});

t.test('64 may wait; the next are dropped', async (t) => {
  const w = createWorld();
  await w.onAir();
  await loseHosts(w);
  for (let i = 0; i < 66; i++) connect(w, `socket ${i}`);
  t.same(w.ports.dropped, ['socket 64', 'socket 65']);
  await w.clock.run(60_000);
  t.equal(w.hosts.last.consumers.length, 64);
});

t.test('those that wait when the channel stops are dropped', async (t) => {
  const w = createWorld();
  await w.onAir();
  await loseHosts(w);
  connect(w, 'a');
  await w.stop();
  t.same(w.ports.dropped, ['a']);
});

t.test('one that comes while the channel stops is dropped', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const stopped = w.stop();
  connect(w, 'late');
  t.same(w.ports.dropped, ['late']);
  t.same(host.consumers, []);
  await settle();
  host.stopped();
  await stopped;
});
