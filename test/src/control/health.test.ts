/** grpc.health.v1: the engine, its service and each channel. */
import { status } from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import { healthClient } from '../../support/health-client.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { serving } from './serving.js';

async function health(t: Test) {
  const { server, address } = await serving(t, inMemoryCommands());
  return { server, ...healthClient(t, address) };
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
