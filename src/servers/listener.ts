/**
 * A server's TCP listener: binding it, and noticing that it is gone. Node says little of the latter: `close` comes
 * only once the last connection has ended, and nothing at all comes when the descriptor beneath is closed. So the
 * listener is looked after once a second, too.
 */
import type { AddressInfo, Server } from 'node:net';
import { deferred } from '../../supervisors/deferred.js';
import { type HostPort, hostPortLabel } from '../config/host-port.js';

const LOOK_INTERVAL_MS = 1000;

/**
 * Listens; a host name means its first address. Resolves to the port.
 * @throws the system's error, after which it may be called again; the signal's reason
 */
export function listen(server: Server, { host, port }: HostPort, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => () => {
      server.off('listening', succeeded).off('error', failed);
      signal.removeEventListener('abort', aborted);
      done();
    };
    const succeeded = settle(() => resolve((server.address() as AddressInfo).port));
    const aborted = settle(() => {
      // Its host name may still be looked up: a listener that comes after all must go, too.
      server.once('listening', () => server.close());
      reject(signal.reason);
    });
    const failed = (error: Error) => settle(() => reject(error))();
    server.once('listening', succeeded).once('error', failed);
    signal.addEventListener('abort', aborted, { once: true });
    server.listen({ host, port, exclusive: true });
  });
}

export interface ListenerWatch {
  /** Resolves, to the reason, once the listener is gone. */
  readonly lost: Promise<Error>;
  /** Whatever becomes of the listener from now on is in order. */
  end(): void;
}

/** Watches a server that listens at `address`. */
export function watchListener(server: Server, address: HostPort): ListenerWatch {
  const name = `the listener on ${hostPortLabel(address)}`;
  const { promise: lost, resolve: lose } = deferred<Error>();
  const closed = () => lose(new Error(`${name} was closed, though nobody asked`));
  const look = setInterval(() => {
    if (!listens(server)) closed();
  }, LOOK_INTERVAL_MS);
  server.on('close', closed).on('error', (error) => {
    // Being out of descriptors never comes to this: libuv turns such clients away. After anything else it would go
    // on trying to accept, and never come back: the listener must go now.
    server.close();
    lose(new Error(`${name} failed: ${error.message}`, { cause: error }));
  });
  return {
    lost,
    end() {
      clearInterval(look);
      server.off('close', closed);
    },
  };
}

function listens(server: Server): boolean {
  try {
    // Asks the system, which knows of the descriptor what Node may not.
    return server.address() !== null;
  } catch {
    return false;
  }
}
