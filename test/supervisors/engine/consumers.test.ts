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
  await settle();
  t.same(w.ports.closed, ['early', 'later'], 'once the host has them the engine lets go of them');
});

t.test('what a host had not taken when it died goes to the next one, in order', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.takes = false;
  for (const socket of ['a', 'b', 'c']) connect(w, socket);
  host.say({ type: 'consumer_taken' });
  t.same(w.ports.closed, ['a']);
  host.exits();
  await settle();
  t.same(w.hosts.last.consumers, ['b', 'c']);
  t.same(w.ports.closed, ['a', 'b', 'c']);
  host.say({ type: 'consumer_taken' });
  connect(w, 'd');
  await settle();
  t.same(w.hosts.last.consumers, ['b', 'c', 'd'], 'nor does a late word of the dead one confuse it');
  t.same(w.ports.closed, ['a', 'b', 'c', 'd']);
});

t.test('what no host has taken when the channel stops is ended', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  host.takes = false;
  connect(w, 'a');
  const stopped = w.stop();
  t.same(w.ports.closed, ['a']);
  host.say({ type: 'consumer_taken' });
  host.stopped();
  await stopped;
  t.same(w.ports.closed, ['a']);
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
  t.same(w.ports.closed, []);
  await w.clock.run(60_000);
  t.same(w.hosts.last.consumers, ['a', 'b']);
  t.equal(w.hosts.last.sent[0]?.type, 'start');
  w.hosts.last.exits();
  await w.clock.run(60_000);
  t.same(w.hosts.last.consumers, [], 'each is handed over once');
});

t.test('256 may wait; the next are dropped', async (t) => {
  const w = createWorld();
  await w.onAir();
  await loseHosts(w);
  for (let i = 0; i < 258; i++) connect(w, `socket ${i}`);
  t.same(w.ports.closed, ['socket 256', 'socket 257']);
  await w.clock.run(60_000);
  t.equal(w.hosts.last.consumers.length, 256);
});

t.test('those that wait when the channel stops are dropped', async (t) => {
  const w = createWorld();
  await w.onAir();
  await loseHosts(w);
  connect(w, 'a');
  await w.stop();
  t.same(w.ports.closed, ['a']);
});

t.test('one that comes while the channel stops is dropped', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const stopped = w.stop();
  connect(w, 'late');
  t.same(w.ports.closed, ['late']);
  t.same(host.consumers, []);
  await settle();
  host.stopped();
  await stopped;
});
