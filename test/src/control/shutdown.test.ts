/** Stopping the control server: new calls refused, calls in flight answered, nothing left open. */
import { EventEmitter, once } from 'node:events';
import { type ServiceError, status } from '@grpc/grpc-js';
import t from 'tap';
import { createControlClient } from '../../../src/control/client.js';
import { createControlServer } from '../../../src/control/grpc-server.js';
import { inMemoryCommands } from './in-memory-commands.js';
import { serving } from './serving.js';
import { sightsOf } from './sights.js';

const bytes = (it: Buffer) => it;

/** Resolves to what a stream finally fails with. */
const failure = (stream: EventEmitter) => new Promise<ServiceError>((resolve) => stream.on('error', resolve));

t.test('calls in flight are answered, later ones get UNAVAILABLE', async (t) => {
  const events = new EventEmitter();
  const { server, client, address } = await serving(
    t,
    inMemoryCommands({
      async startChannel() {
        events.emit('arrived');
        await once(events, 'finish');
        return { success: true, errorMessage: '', port: 9001 };
      },
    }),
  );
  const arrived = once(events, 'arrived');
  const inFlight = client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 });
  await arrived;
  const stopped = server.stop();
  await t.rejects(client.stopChannel({ channelId: 1 }), { code: 'unreachable' }, 'on the connection it has');
  const late = createControlClient(address);
  await t.rejects(late.stopChannel({ channelId: 1 }), { code: 'unreachable' }, 'on a new connection');
  late.close();
  events.emit('finish');
  t.match(await inFlight, { success: true, port: 9001 });
  await stopped;
});

t.test('open health watches and reflection streams are ended before the calls in flight are', async (t) => {
  const events = new EventEmitter();
  const { server, client, raw } = await serving(
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
  const watchEnd = failure(watch);
  await once(watch, 'data');
  const states: Buffer[] = [];
  watch.on('data', (state: Buffer) => states.push(state));

  const reflection = raw.makeBidiStreamRequest(
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    bytes,
    bytes,
  );
  const reflectionEnd = failure(reflection);
  // ServerReflectionRequest { list_services: "" }
  const list = Buffer.from([0x3a, 0x00]);
  reflection.write(list);
  await once(reflection, 'data');

  const arrived = once(events, 'arrived');
  const inFlight = client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 });
  await arrived;
  const stopping = server.stop();
  // A client that goes on talking meets a stream that has ended, not a server that falls over.
  reflection.write(list);
  t.equal((await watchEnd).code, status.UNAVAILABLE);
  t.equal((await reflectionEnd).code, status.UNAVAILABLE);
  events.emit('finish');
  t.match(await inFlight, { success: true }, 'had the grace period ended them, this call would be lost, too');
  await stopping;
  t.same(states, [Buffer.from([0x08, 0x02])], 'the watch heard NOT_SERVING first');
});

t.test('a call that never ends is ended with UNAVAILABLE after the grace period', async (t) => {
  const events = new EventEmitter();
  const { server, client } = await serving(
    t,
    inMemoryCommands({
      startChannel() {
        events.emit('arrived');
        return new Promise(() => {});
      },
    }),
  );
  const arrived = once(events, 'arrived');
  const inFlight = client.startChannel({ channelId: 1, planHandle: 'mock', port: 0 });
  await arrived;
  const rejected = t.rejects(inFlight, { code: 'unreachable', message: /shutting down/ });
  await server.stop();
  await rejected;
});

t.test(
  'stopping twice, or before the start, does nothing; a stopped server can be started again',
  async (t) => {
    const server = createControlServer({
      commands: inMemoryCommands(),
      sights: sightsOf(),
      address: '127.0.0.1:0',
      onError: () => {},
    });
    await server.stop();
    await server.start();
    await t.rejects(server.start(), /already started/);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    const { port } = await server.start();
    const client = createControlClient(`127.0.0.1:${port}`);
    t.match(await client.stopChannel({ channelId: 1 }), { success: true });
    client.close();
    await server.stop();
  },
);

t.test('a server stopped while it starts does not listen', async (t) => {
  const server = createControlServer({
    commands: inMemoryCommands(),
    sights: sightsOf(),
    address: '127.0.0.1:0',
    onError: () => {},
  });
  const starting = t.rejects(server.start(), /stopped before it listened/);
  await server.stop();
  await starting;
});
