/**
 * A server as its supervisor needs it: it can be started again after it was stopped or has failed, on the port that
 * it had, and it tells when it has lost its listener. What it serves, and how its connections are ended, is its
 * owner's affair.
 */
import type { Server } from 'node:net';
import pRetry from 'p-retry';
import type { HostPort } from '../config/host-port.js';
import { listen, watchListener } from './listener.js';

/**
 * A port that was lost may be taken for a moment, by a client that got it for its own end of a connection, say. The
 * three further attempts take 1.75 s, so that five restarts are not used up in a moment.
 */
const BIND_AGAIN = { retries: 3, minTimeout: 250, factor: 2 } as const;

/** One life of the server, from a start to its end. */
export interface ServerLife {
  /** Does not listen yet. */
  readonly listener: Server;
  /** Called once it listens. */
  readonly opened?: () => void;
  /**
   * Ends the listener and everything that came in through it; resolves when nothing is open any more. Never rejects.
   * `failure` is why, unless somebody asked for it.
   */
  close(failure: Error | undefined): Promise<void>;
}

export interface KeptServerOptions {
  /** For messages: `control server`. */
  readonly name: string;
  /** Port 0 lets the system pick one, once. */
  readonly address: HostPort;
  readonly open: () => ServerLife;
  /** Words for an operator: why `address`, with the port that was tried, cannot be listened on. */
  readonly refusal: (error: unknown, address: HostPort) => Error;
}

export interface KeptServer {
  /**
   * Listens; resolves to the port bound, which is the same from the first start on. `failed` resolves, to the reason,
   * when it serves no longer though nobody asked; nothing of it is open by then.
   * @throws the refusal when it cannot listen; it may then be called again
   */
  start(): Promise<{ readonly port: number; readonly failed: Promise<Error> }>;
  /** Resolves when nothing is open any more. Never rejects; safe to call twice. */
  stop(): Promise<void>;
}

/** A server that does not listen yet. */
export function createKeptServer({ name, address, open, refusal }: KeptServerOptions): KeptServer {
  let keptPort: number | undefined;
  let end: ((failure?: Error) => Promise<void>) | undefined;

  return {
    async start() {
      if (end !== undefined) throw new Error(`the ${name} is already started`);
      const life = open();
      const stopped = new AbortController();
      let unwatch = () => {};
      let ending: Promise<void> | undefined;
      const endLife = (failure?: Error) => {
        ending ??= (async () => {
          stopped.abort(new Error(`the ${name} was stopped before it listened`));
          unwatch();
          await life.close(failure);
          end = undefined;
        })();
        return ending;
      };
      end = endLife;
      const { listener } = life;
      const where = { host: address.host, port: keptPort ?? address.port };
      try {
        // At the first start somebody waits for the reason, and nothing is on air yet.
        const retry = keptPort === undefined ? { retries: 0 } : BIND_AGAIN;
        const { signal } = stopped;
        keptPort = await pRetry(() => listen(listener, where, signal), { ...retry, signal });
      } catch (error) {
        await endLife();
        throw refusal(error, where);
      }
      const port = keptPort;
      const { lost, end: endWatch } = watchListener(listener, { ...where, port });
      unwatch = endWatch;
      life.opened?.();
      const failed = new Promise<Error>((resolve) => {
        void lost.then(async (failure) => {
          // Lost in the very moment in which it was stopped.
          if (ending !== undefined) return;
          await endLife(failure);
          resolve(failure);
        });
      });
      return { port, failed };
    },
    async stop() {
      await end?.();
    },
  };
}
