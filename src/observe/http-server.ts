/**
 * The telemetry server: metrics, health and snapshots over plain HTTP, for Prometheus, probes and operators. Every
 * request is bounded in size and time and every client in number, so that nobody who can reach the port can wear
 * the engine down; nothing can be changed through it. It can be started again after a stop.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostPort } from '../config/host-port.js';
import { createKeptServer, type KeptServer } from '../servers/kept-server.js';
import { errorPage, type Page, type PageSources, pageAt } from './telemetry-pages.js';
import { TelemetryServerError } from './telemetry-server-error.js';

export interface TelemetryServerOptions extends PageSources {
  /** Port 0 lets the system pick one. Not encrypted: keep it on loopback or a network of your own. */
  readonly address: HostPort;
  /** Told of exceptions out of the sources, with the page; the client gets status 500. Must not throw. */
  readonly onError: (error: unknown, during: string) => void;
}

const MAX_CONNECTIONS = 100;
const MAX_TARGET_LENGTH = 1024;
const GRACE_MS = 250;

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

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * A telemetry server that does not listen yet; its start fails with a TelemetryServerError. When it is stopped, idle
 * connections end at once, and those with an answer under way within 250 ms.
 */
export function createTelemetryServer(options: TelemetryServerOptions): KeptServer {
  return createKeptServer({
    name: 'telemetry server',
    address: options.address,
    refusal: (error, address) => TelemetryServerError.from(error as NodeJS.ErrnoException, address),
    open() {
      const server = createServer(LIMITS, (request, response) => void answer(request, response, options));
      server.maxConnections = MAX_CONNECTIONS;
      server.setTimeout(IDLE_MS);
      return { listener: server, close: () => close(server) };
    },
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: TelemetryServerOptions,
): Promise<void> {
  const target = request.url ?? '';
  const [path = ''] = target.split('?', 1);
  let page: Page;
  try {
    page = refusal(request.method, target) ?? (await pageAt(path, options));
  } catch (error) {
    options.onError(error, path);
    page = errorPage(500, 'this page could not be made; the log says why');
  }
  const body = Buffer.from(page.body);
  response.writeHead(page.status, {
    ...HEADERS,
    ...(page.status === 405 && { allow: 'GET, HEAD' }),
    // Whoever sends what we refuse need not be kept, nor the rest of it be read.
    ...((page.status === 405 || page.status === 414) && { connection: 'close' }),
    'content-type': page.contentType,
    'content-length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refusal(method: string | undefined, target: string): Page | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    return errorPage(405, 'this server only shows things: use GET or HEAD');
  }
  if (target.length > MAX_TARGET_LENGTH) {
    return errorPage(414, `the address is longer than ${MAX_TARGET_LENGTH} characters`);
  }
  return undefined;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // The only error is that it does not listen, which is what was asked for.
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
