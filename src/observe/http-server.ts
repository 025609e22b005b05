/**
 * The telemetry server: what there is to see of the engine, over plain HTTP, for Prometheus, probes and operators, and
 * the interventions of operators, which are all that can be changed through it (action-routes.ts).
 * Every request is bounded in size and time and all clients in what they can hold, so that nobody who can reach the
 * port can wear the engine down or keep others out. It can be started again after a stop.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostPort } from '../config/host-port.js';
import { createKeptServer, type KeptServer } from '../servers/kept-server.js';
import { type Connections, createConnections } from './connections.js';
import { errorPage, type Page, type StreamPage } from './page.js';
import { announcesBody, readBody } from './request-body.js';
import { type FindRoute, type Route, routeTable } from './routes.js';
import { GRACE_MS, sendPage, sendStream } from './send-answer.js';
import { TelemetryServerError } from './telemetry-server-error.js';

export interface TelemetryServerOptions {
  /** Port 0 lets the system pick one. Not encrypted: keep it on loopback or a network of your own. */
  readonly address: HostPort;
  readonly routes: readonly Route[];
  /** Told of exceptions out of a route, with the path; the client gets status 500. Must not throw. */
  readonly onError: (error: unknown, during: string) => void;
}

const MAX_TARGET_LENGTH = 1024;
/**
 * Streams last, so they are bounded apart from the rest: a wall of dashboards is some dozens. Plain connections are
 * many more than all who scrape and probe, so that each of them is over long before it could be the oldest.
 */
const CONNECTIONS = { streams: 256, plain: 1024, unreadBytes: 64 * 1024 * 1024 };

const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  /** Longer than a usual scrape interval, so that Prometheus keeps its connection. */
  keepAliveTimeout: 65_000,
  /** How often the first two are enforced; Node's 30 s would make them 30 s. */
  connectionsCheckingInterval: 1000,
};

/** No progress in either direction for so long ends a connection, a client that does not read its answer included. */
const IDLE_MS = 75_000;

/**
 * A telemetry server that does not listen yet; its start fails with a TelemetryServerError. When it is stopped, idle
 * connections and streams end at once, and those with an answer under way within 250 ms.
 */
export function createTelemetryServer(options: TelemetryServerOptions): KeptServer {
  const find = routeTable(options.routes);
  return createKeptServer({
    name: 'telemetry server',
    address: options.address,
    refusal: (error, address) => TelemetryServerError.from(error as NodeJS.ErrnoException, address),
    open() {
      const connections = createConnections(CONNECTIONS);
      const streams = new Set<() => void>();
      const life: Life = { find, connections, streams, onError: options.onError };
      const server = createServer(LIMITS, (request, response) => {
        answer(request, response, life).catch((error: unknown) => {
          // Its head may be on its way already, so nothing can be said but that this is the end.
          response.destroy();
          options.onError(error, pathOf(request));
        });
      });
      server.on('connection', connections.opened);
      server.setTimeout(IDLE_MS);
      return { listener: server, close: () => close(server, streams) };
    },
  });
}

/** What requests have in common from a start of the server to its end. */
interface Life extends Pick<TelemetryServerOptions, 'onError'> {
  readonly find: FindRoute;
  readonly connections: Connections;
  /** What ends each of those that are open. */
  readonly streams: Set<() => void>;
}

async function answer(request: IncomingMessage, response: ServerResponse, life: Life): Promise<void> {
  const { socket } = request;
  if (!life.connections.answering(socket)) return;
  response.once('close', () => life.connections.done(socket));
  const made = await pageFor(request, response, life);
  if (response.destroyed) return;
  if (!('open' in made)) {
    // Whoever sends what nobody asked for need not be kept, nor the rest of it be read.
    const keep = !announcesBody(request) || request.readableEnded;
    const bytes = sendPage(response, made, keep);
    life.connections.answered(socket, bytes);
    return;
  }
  if (request.method !== 'HEAD' && !life.connections.stream(socket)) {
    const full = `${CONNECTIONS.streams} streams are open, and there are no more; close one, or ask for the page again and again instead`;
    sendPage(response, errorPage(503, full, { 'retry-after': '10' }), false);
    return;
  }
  const end = sendStream(request, response, made);
  life.streams.add(end);
  response.once('close', () => life.streams.delete(end));
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

async function pageFor(
  request: IncomingMessage,
  response: ServerResponse,
  { find, onError }: Life,
): Promise<Page | StreamPage> {
  const { method = '', url: target = '', headers } = request;
  if (target.length > MAX_TARGET_LENGTH) {
    return errorPage(414, `the address is longer than ${MAX_TARGET_LENGTH} characters`);
  }
  const path = pathOf(request);
  const found = find(method, path);
  if ('status' in found) return found;
  try {
    const body = method === 'POST' ? await readBody(request) : Buffer.alloc(0);
    return await found.route.answer({
      params: found.params,
      query: new URLSearchParams(target.slice(path.length + 1)),
      headers,
      body,
    });
  } catch (error) {
    // A client that went in the middle is no fault of the page.
    if (!response.destroyed && !request.destroyed) onError(error, path);
    return errorPage(500, 'this page could not be made; the log says why');
  }
}

function close(server: Server, streams: ReadonlySet<() => void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // The only error is that it does not listen, which is what was asked for.
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const end of [...streams]) end();
    server.closeIdleConnections();
  });
}
