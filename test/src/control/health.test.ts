/** grpc.health.v1: the engine, its service and each channel. */
import { status } from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import { healthClient } from '../../support/health-client.js';
import { rawWatch } from '../../support/raw-watch.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { serving } from './serving.js';

async function health(t: Test) {
  const { server, address } = await serving(t, inMemoryCommands());
  return { server, address, ...healthClient(t, address) };
}

t.test('the engine and its services are serving once it is started', async (t) => {
  const { check } = await health(t);
  t.equal(await check(''), 'SERVING');
  t.equal(await check('retrovue.playout.PlayoutControl'), 'SERVING');
  t.equal(await check('retrovue.playout.PlayoutOperations'), 'SERVING');
});

t.test(
  'a channel is not found until its health is known, then says it, then is forgotten again',
  async (t) => {
    const { server, check, list } = await health(t);
    await t.rejects(check('channel/7'), {
      code: status.NOT_FOUND,
      details: /"channel\/7" is not known here/,
    });
    server.health.setServing(7, true);
    t.equal(await check('channel/7'), 'SERVING');
    server.health.setServing(7, false);
    t.equal(await check('channel/7'), 'NOT_SERVING');
    t.same(await list(), {
      '': { status: 'SERVING' },
      'retrovue.playout.PlayoutControl': { status: 'SERVING' },
      'retrovue.playout.PlayoutOperations': { status: 'SERVING' },
      'channel/7': { status: 'NOT_SERVING' },
    });
    server.health.clear(7);
    await t.rejects(check('channel/7'), { code: status.NOT_FOUND });
  },
);

t.test('a watch tells the present state and every change, and no change twice', async (t) => {
  const { server, watch } = await health(t);
  const channel = watch('channel/3');
  t.equal(await channel.next(), 'SERVICE_UNKNOWN');
  server.health.setServing(3, true);
  t.equal(await channel.next(), 'SERVING');
  server.health.setServing(3, true);
  server.health.setServing(4, false);
  server.health.setServing(3, false);
  t.equal(await channel.next(), 'NOT_SERVING');
  server.health.clear(3);
  t.equal(await channel.next(), 'SERVICE_UNKNOWN');
  channel.cancel();
});

t.test('a watcher that is gone harms nobody, and the others go on', async (t) => {
  const { server, watch, check } = await health(t);
  const gone = watch('channel/3');
  const stays = watch('channel/3');
  await gone.next();
  await stays.next();
  gone.cancel();
  // A round trip on the same connection: the server has seen the cancel by then.
  await check('');
  server.health.setServing(3, true);
  t.equal(await stays.next(), 'SERVING');
  stays.cancel();
});

t.test('a name with line breaks, half characters or a prototype’s property is simply unknown', async (t) => {
  const { check } = await health(t);
  for (const name of ['a\nb', '__proto__', 'constructor', 'x'.repeat(10_000)]) {
    await t.rejects(check(name), { code: status.NOT_FOUND });
  }
  t.equal(await check(''), 'SERVING');
});

t.test('what is known of channels outlives a restart of the server', async (t) => {
  const { server } = await health(t);
  server.health.setServing(5, false);
  await server.stop();
  const { port } = await server.start();
  t.equal(await healthClient(t, `127.0.0.1:${port}`).check('channel/5'), 'NOT_SERVING');
});

t.test('a watcher that does not read keeps nothing waiting but how things are by then', async (t) => {
  const { server, address } = await health(t);
  const deaf = await rawWatch(t, address, 'channel/3');
  for (let turn = 0; turn < 10_000; turn++) server.health.setServing(3, turn % 2 === 0);
  server.health.clear(3);
  server.health.setServing(8, true);
  deaf.read();
  while (deaf.told().length < 2 || deaf.told().at(-1) !== 'SERVICE_UNKNOWN') await deaf.more();
  t.ok(deaf.told().length < 40, `not ten thousand changes, but ${deaf.told().length}`);
  server.health.setServing(3, true);
  while (deaf.told().at(-1) !== 'SERVING') await deaf.more();
  t.pass('from then on it hears of changes as everyone does');
});

t.test('watches are limited in number, and those that end make room, however they end', async (t) => {
  const { address, watch, check } = await health(t);
  const broken = await Promise.all(Array.from({ length: 24 }, () => rawWatch(t, address, 'channel/1')));
  const watches = Array.from({ length: 1000 }, (_, n) => watch(`nobody/${n}`));
  for (const each of watches) t.equal(await each.next(), 'SERVICE_UNKNOWN');
  t.match(await watch('channel/1').ended, {
    code: status.RESOURCE_EXHAUSTED,
    details: /^1024 health watches are open already; .*Check/,
  });
  t.equal(await check(''), 'SERVING', 'nobody else is refused anything');

  watches[0]?.cancel();
  await check('');
  const another = watch('');
  t.equal(await another.next(), 'SERVING', 'one was cancelled');
  for (const each of broken) each.hangUp();
  // That a connection is gone is seen by the server alone; asking again is the only way to know.
  const admitted = async () => Promise.race([watch('').next(), watch('').ended.then(({ code }) => code)]);
  while ((await admitted().catch(({ code }) => code)) !== 'SERVING') await check('');
  t.pass('some hung up');
});

t.test('a name that is too long to be one of ours is refused instead of kept', async (t) => {
  const { watch } = await health(t);
  t.match(await watch(`channel/${'1'.repeat(300)}`).ended, {
    code: status.INVALID_ARGUMENT,
    details: /longer than 256 characters/,
  });
  t.equal(await watch(`channel/${'1'.repeat(200)}`).next(), 'SERVICE_UNKNOWN');
});

t.test('watchers are told that the server stops before it ends them', async (t) => {
  const { server, watch } = await health(t);
  const engine = watch('');
  t.equal(await engine.next(), 'SERVING');
  const stopped = server.stop();
  t.equal(await engine.next(), 'NOT_SERVING');
  t.match(await engine.ended, { code: status.UNAVAILABLE });
  await stopped;
});
