/** The client: what it makes of a call that got no answer. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import { playoutApiVersion } from '../../../src/control/api-version.js';
import { createControlClient } from '../../../src/control/client.js';
import { loadPlayoutPackage } from '../../../src/control/playout-package.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { serving } from './serving.js';

function clientOf(t: Test, address: string, deadlineMs?: number) {
  const client = createControlClient(address, deadlineMs);
  t.teardown(() => client.close());
  return client;
}

/** An address at which nothing listens. */
async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

t.test('where nothing listens, the error names the address and what to do', async (t) => {
  const address = await freeAddress();
  await t.rejects(clientOf(t, address).getVersion(), {
    name: 'ControlClientError',
    code: 'unreachable',
    message: new RegExp(`${address}.*retrovue-playout serve.*--grpc HOST:PORT`),
  });
});

t.test('an engine that does not answer in time is another error than one that is not there', async (t) => {
  const { address } = await serving(t, inMemoryCommands({ stopChannel: () => new Promise(() => {}) }));
  await t.rejects(clientOf(t, address, 50).stopChannel({ channelId: 1 }), {
    code: 'timeout',
    message: /within 0\.05 s: the command may still be carried out/,
  });
});

t.test('it states its API version with every call, and says so when the engine refuses it', async (t) => {
  const stated: unknown[] = [];
  const server = new Server();
  server.addService(loadPlayoutPackage().PlayoutControl.service, {
    GetVersion(
      { metadata }: { metadata: { get(key: string): unknown[] } },
      callback: (error: object) => void,
    ) {
      stated.push(...metadata.get('playout-api-version'));
      callback({ code: status.FAILED_PRECONDITION, details: 'engine speaks 9.0.0' });
    },
  });
  t.teardown(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  await t.rejects(clientOf(t, `127.0.0.1:${port}`).getVersion(), {
    code: 'refused',
    message: /FAILED_PRECONDITION: engine speaks 9\.0\.0/,
  });
  t.same(stated, [playoutApiVersion()]);
});

t.test('a number that would be cut to another channel’s id is never sent', async (t) => {
  const commands = inMemoryCommands();
  const { client } = await serving(t, commands);
  for (const channelId of [2 ** 32 + 1, 1.5, Number.NaN]) {
    await t.rejects(client.stopChannel({ channelId }), { code: 'refused', message: /channel_id: / });
  }
  await t.rejects(client.startChannel({ channelId: 1, planHandle: 'mock', port: 2 ** 32 + 9001 }), {
    message: /port: /,
  });
  t.same(commands.calls, []);
});
