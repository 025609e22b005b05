/** A server that its supervisor keeps: it notices that it serves no more, says why, and comes back where it was. */
import { once } from 'node:events';
import net from 'node:net';
import t, { type Test } from 'tap';
import { createKeptServer, type ServerLife } from '../../../src/servers/kept-server.js';
import { soFar } from '../../supervisors/engine/fake-world.js';
import { closeDescriptor } from '../../support/listeners.js';

/** A server of greetings; what each of its lives was closed with, and the latest one. */
function greeter(t: Test, port = 0) {
  const closedWith: (string | undefined)[] = [];
  const listeners: net.Server[] = [];
  const sockets = new Set<net.Socket>();
  const open = (): ServerLife => {
    const listener = net.createServer((socket) => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
      socket.write('hello');
    });
    listeners.push(listener);
    return {
      listener,
      async close(failure) {
        closedWith.push(failure?.message);
        const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
        for (const socket of sockets) socket.destroy();
        await closed;
      },
    };
  };
  const server = createKeptServer({
    name: 'greeter',
    address: { host: '127.0.0.1', port },
    open,
    refusal: (error, address) => new Error(`cannot greet on ${address.port}`, { cause: error }),
  });
  t.teardown(() => server.stop());
  return { ...server, closedWith, listener: () => listeners.at(-1) as net.Server };
}

async function greeted(t: Test, port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  await once(socket, 'data');
  return socket;
}

/** Somebody else's listener on a port. */
async function takePort(t: Test, port: number): Promise<net.Server> {
  const other = net.createServer();
  other.listen({ host: '127.0.0.1', port, exclusive: true });
  await once(other, 'listening');
  t.teardown(() => other.close());
  return other;
}

t.test('stopped and started again it listens on the port that the system once picked', async (t) => {
  const server = greeter(t);
  const { port, failed } = await server.start();
  await server.stop();
  const again = await server.start();
  t.equal(again.port, port);
  await greeted(t, port);
  await server.stop();
  t.same(server.closedWith, [undefined, undefined]);
  t.equal(await soFar(failed), 'pending', 'to be stopped is no failure');
  t.equal(await soFar(again.failed), 'pending');
});

t.test('it cannot be started twice', async (t) => {
  const server = greeter(t);
  await server.start();
  await t.rejects(server.start(), /the greeter is already started/);
});

const breakages: readonly [string, (listener: net.Server) => void, RegExp][] = [
  ['closed', (listener) => listener.close(), /was closed, though nobody asked$/],
  ['robbed of its descriptor', closeDescriptor, /was closed, though nobody asked$/],
  [
    'broken',
    (listener) => listener.emit('error', new Error('accept EINVAL')),
    /^the listener on 127\.0\.0\.1:\d+ failed: accept EINVAL$/,
  ],
];
for (const connected of [false, true]) {
  for (const [how, breakIt, says] of breakages) {
    const when = connected ? 'while a connection is open' : 'without a connection';
    t.test(`${how} ${when}, it says so once nothing of it is open, and can be started again`, async (t) => {
      const server = greeter(t);
      const { port, failed } = await server.start();
      const socket = connected ? await greeted(t, port) : undefined;
      const ended = socket && once(socket, 'close');
      breakIt(server.listener());
      const reason = await failed;
      t.match(reason.message, says);
      t.match(reason.message, `127.0.0.1:${port}`);
      t.same(server.closedWith, [reason.message]);
      t.equal(server.listener().listening, false);
      await ended;
      t.equal((await server.start()).port, port);
      await greeted(t, port);
    });
  }
}

t.test('a port that is taken for a moment is waited for', async (t) => {
  const server = greeter(t);
  const { port } = await server.start();
  await server.stop();
  const other = await takePort(t, port);
  const starting = server.start();
  // Its first attempt has failed when the port becomes free.
  await once(server.listener(), 'error');
  other.close();
  t.match(await starting, { port });
  await greeted(t, port);
});

t.test('a port that stays taken is refused after a while, at the first start at once', async (t) => {
  const server = greeter(t);
  const { port } = await server.start();
  await server.stop();
  await takePort(t, port);
  let attempts = 0;
  const again = t.rejects(server.start(), {
    message: `cannot greet on ${port}`,
    cause: { code: 'EADDRINUSE' },
  });
  server.listener().on('error', () => attempts++);
  await again;
  t.equal(attempts, 4);

  const first = greeter(t, port);
  attempts = 0;
  const refused = t.rejects(first.start(), { message: `cannot greet on ${port}` });
  first.listener().on('error', () => attempts++);
  await refused;
  t.equal(attempts, 1);
  t.same(first.closedWith, [undefined], 'nothing is left of it');
});

t.test('stopped while it waits for its port, it gives up at once', async (t) => {
  const server = greeter(t);
  const { port } = await server.start();
  await server.stop();
  const other = await takePort(t, port);
  const starting = t.rejects(server.start(), {
    cause: { message: 'the greeter was stopped before it listened' },
  });
  await once(server.listener(), 'error');
  await server.stop();
  await starting;
  other.close();
  t.equal((await server.start()).port, port);
});

t.test('stopped while it starts, it does not listen afterwards', async (t) => {
  const server = greeter(t);
  const starting = t.rejects(server.start(), {
    cause: { message: /stopped before it listened/ },
  });
  await server.stop();
  await starting;
  t.equal(server.listener().listening, false);
});
