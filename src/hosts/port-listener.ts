/**
 * A channel's TCP listener, bound in the engine. Accepted sockets are not read here: they go to the channel's host.
 */
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { PortListener } from '../../supervisors/engine/host-port.js';

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process or channel; choose another, or 0 to let the system pick one',
  EACCES: 'may not be bound by this user; choose one from 1024 up',
  EADDRNOTAVAIL: 'cannot be bound: output.host is no address of this machine',
};

/**
 * @param port 0 lets the system pick one
 * @throws Error that names port, host and remedy
 */
export async function listenOnPort(
  host: string,
  port: number,
  onConsumer: (socket: net.Socket) => void,
): Promise<PortListener> {
  const server = net.createServer({ pauseOnConnect: true }, onConsumer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const remedy = REMEDIES[error.code ?? ''] ?? `cannot be bound: ${error.message}`;
      reject(new Error(`port ${port} on ${host} ${remedy}`, { cause: error }));
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
  // A failed accept (out of file descriptors) concerns one consumer, never the channel.
  server.on('error', () => {});
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      // The port is free in the next turn of the loop. The server's own callback would wait for the hosts to
      // account for every consumer that was ever handed to them.
      server.close();
      await setImmediate();
    },
  };
}
