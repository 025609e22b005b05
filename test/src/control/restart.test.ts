/** A control server that has lost its listener: its clients are let go in order, and find it where it was. */
import { EventEmitter, once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { type ServiceError, status } from '@grpc/grpc-js';
import t from 'tap';
import { createControlClient } from '../../../src/control/client.js';
import { createControlServer } from '../../../src/control/grpc-server.js';
import { serverOn } from '../../support/listeners.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { callRaw, decode, encode, serving } from './serving.js';
import { sightsOf } from './sights.js';

const STOP_CHANNEL = '/retrovue.playout.PlayoutControl/StopChannel';
const bytes = (it: Buffer) => it;
const port = (address: string) => Number(address.split(':').at(-1));

t.test('calls in flight are answered, streams and new calls get UNAVAILABLE, then it is back', async (t) => {
  const events = new EventEmitter();
  const { server, client, raw, address, failed } = await serving(
    t,
    inMemoryCommands({
      async startChannel() {
        events.emit('arrived');
        await once(events, 'finish');
        return { success: true, errorMessage: '', port: 9001 };
      },
    }),
  );
  const watch = raw.makeServerStreamRequest('/grpc.health.v1.Health/Watch', bytes, bytes, Buffer.alloc(0));
  const watchEnd = new Promise<ServiceError>((resolve) => watch.on('error', resolve));
  await once(watch, 'data');
  const arrived = once(events, 'arrived');
  const inFlight = client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 });
  await arrived;
  serverOn(port(address)).close();
  t.match(await watchEnd, { code: status.UNAVAILABLE, details: /is being restarted/ });
  await t.rejects(client.stopChannel({ channelId: 1 }), { code: 'unreachable' });
  events.emit('finish');
  t.match(await inFlight, { success: true, port: 9001 });
  t.match((await failed).message, `the listener on ${address} was closed, though nobody asked`);
  t.match(await server.start(), { port: port(address) });
  // The client that it had finds it again; it waits a second between two attempts.
  await promisify(raw.waitForReady.bind(raw))(Date.now() + 20_000);
  const answer = await callRaw(raw, STOP_CHANNEL, encode('StopChannelRequest', { channel_id: 1 }));
  t.match(decode('StopChannelResponse', answer), { success: true });
});

const noIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
  ? false
  : 'this machine has no ::1';

t.test('over IPv6 it is as over IPv4', { skip: noIpv6 }, async (t) => {
  const server = createControlServer({
    commands: inMemoryCommands(),
    sights: sightsOf(),
    address: '[::1]:0',
    onError: () => {},
  });
  t.teardown(() => server.stop());
  for (let life = 0; life < 2; life++) {
    const { port, failed } = await server.start();
    const client = createControlClient(`[::1]:${port}`);
    t.match(await client.stopChannel({ channelId: 1 }), { success: true });
    serverOn(port).close();
    t.match((await failed).message, `the listener on [::1]:${port} was closed`);
    client.close();
  }
});
