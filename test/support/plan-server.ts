/** An HTTP server for tests that answers as each test says, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HasTeardown } from './temp-dir.js';

export interface PlanServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** HOST:PORT of the same. */
  readonly host: string;
  /** What came, in order. */
  readonly requests: readonly IncomingMessage[];
  /** How the requests to come are answered; 404 until it is said. */
  answer(listener: RequestListener): void;
}

/** Listens on a port of the system's choice until the test is over. */
export async function planServer(t: HasTeardown): Promise<PlanServer> {
  let listener: RequestListener = (_, response) => response.writeHead(404).end();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    requests,
    answer: (next) => {
      listener = next;
    },
  };
}
