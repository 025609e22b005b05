/** A channel's listener: a port is ours or the refusal says what to do; sockets are handed on unread. */
import { once } from 'node:events';
import net from 'node:net';
import t, { type Test } from 'tap';
import { listenOnPort } from '../../../src/hosts/port-listener.js';

const HOST = '127.0.0.1';

async function listen(t: Test, port = 0) {
  const sockets: net.Socket[] = [];
  const waiting: ((socket: net.Socket) => void)[] = [];
  const listener = await listenOnPort(HOST, port, (socket) => {
    const next = waiting.shift();
    if (next === undefined) sockets.push(socket);
    else next(socket);
  });
  t.teardown(() => listener.close());
  return {
    ...listener,
    accepted: () =>
      new Promise<net.Socket>((resolve) => {
        const socket = sockets.shift();
        if (socket === undefined) waiting.push(resolve);
        else resolve(socket);
      }),
  };
}

t.test('port 0 lets the system pick one, and tells which', async (t) => {
  const one = await listen(t);
  const two = await listen(t);
  t.ok(one.port > 0 && two.port > 0);
  t.not(one.port, two.port);
  const again = listenOnPort(HOST, one.port, () => {});
  await t.rejects(again, { message: new RegExp(`^port ${one.port} on ${HOST} is taken`) });
});

t.test('a port that is taken is refused with the remedy', async (t) => {
  const other = net.createServer().listen(0, HOST);
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port } = other.address() as net.AddressInfo;
  await t.rejects(
    listenOnPort(HOST, port, () => {}),
    {
      message: `port ${port} on ${HOST} is taken by another process or channel; choose another, or 0 to let the system pick one`,
      cause: { code: 'EADDRINUSE' },
    },
  );
});

t.test("an address that is not this machine's is refused by the name of its setting", async (t) => {
  await t.rejects(
    listenOnPort('192.0.2.1', 0, () => {}),
    { message: 'port 0 on 192.0.2.1 cannot be bound: output.host is no address of this machine' },
  );
});

t.test('a consumer is handed on unread: what it sends stays in the kernel', async (t) => {
  const listener = await listen(t);
  const client = net.connect(listener.port, HOST);
  t.teardown(() => client.destroy());
  await once(client, 'connect');
  const socket = await listener.accepted();
  await new Promise((resolve) => client.write('GET / HTTP/1.0\r\n\r\n', resolve));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(socket.bytesRead, 0);
  socket.end('y4m');
  const [data] = await once(client, 'data');
  t.equal(String(data), 'y4m');
  socket.destroy();
});

t.test('a consumer that resets its connection while it waits is no error of ours', async (t) => {
  const listener = await listen(t);
  const client = net.connect(listener.port, HOST);
  await once(client, 'connect');
  const socket = await listener.accepted();
  client.resetAndDestroy();
  await once(client, 'close');
  const closed = once(socket, 'close');
  // As the engine does with those that no host will serve; an error event here would end the process.
  socket.destroy();
  await closed;
  t.ok(socket.destroyed);
});

t.test('closed, the port is free at once, even with consumers connected', async (t) => {
  const listener = await listen(t);
  const client = net.connect(listener.port, HOST);
  t.teardown(() => client.destroy());
  const socket = await listener.accepted();
  t.teardown(() => socket.destroy());
  await listener.close();
  const next = await listen(t, listener.port);
  t.equal(next.port, listener.port);
});
