/**
 * The control server: PlayoutControl, PlayoutOperations, health and reflection on one address. It holds no state of
 * channels; it checks what comes in, hands it to the domain and answers. It can be started again after it was stopped
 * or has failed, as its supervisor does, and what health knows of the channels outlives that.
 *
 * It listens by itself and injects the connections: grpc-js keeps the servers that its `bindAsync` makes to itself,
 * so nobody could tell when one is gone. Injected connections are served as its own are: keepalive, orderly and
 * forced shutdown were compared, over IPv4, IPv6 and Unix sockets.
 */
import net from 'node:net';
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js';
import type { ChannelCommands, ChannelOperations } from '../../supervisors/engine/channel-commands.js';
import { type HostPort, parseHostPort } from '../config/host-port.js';
import { quoted } from '../quoted.js';
import { createKeptServer, type KeptServer, type ServerLife } from '../servers/kept-server.js';
import { playoutApiVersion } from './api-version.js';
import { createCallGate } from './call-gate.js';
import { ControlServerError } from './control-server-error.js';
import { loadDescriptorIndex } from './descriptor-index.js';
import { type ChannelHealth, createHealth } from './health.js';
import { operationsService } from './operations-service.js';
import { loadPlayoutPackage } from './playout-package.js';
import { playoutService } from './playout-service.js';
import { addReflection } from './reflection.js';
import type { EngineSights } from './views-service.js';

/** How long a stop waits for the answers of calls in flight, in milliseconds, and then for them to be sent. */
const GRACE_MS = 3_000;
const FLUSH_MS = 200;

const SHUTTING_DOWN = 'the playout engine is shutting down; call again once it is back';
const RESTARTING = 'the control server is being restarted; call again';

export interface ControlServerOptions {
  readonly commands: ChannelCommands & ChannelOperations;
  readonly sights: EngineSights;
  /** `HOST:PORT`; an IPv6 host in brackets; port 0 lets the system pick one. Not encrypted: keep it on loopback. */
  readonly address: string;
  /** Told of exceptions out of `commands`, with the method's name; the client gets success=false. Must not throw. */
  readonly onError: (error: unknown, during: string) => void;
  /** Told of a StartChannel refused before it reached `commands`, so that the channel can be shown as `error`. */
  readonly onStartRefused?: (channelId: number, errorMessage: string) => void;
}

/**
 * Its start fails with a ControlServerError. When it is stopped or has failed, new calls are refused with UNAVAILABLE
 * at once, and streams end with it; calls in flight are answered, or, after 3 s, ended with UNAVAILABLE.
 */
export interface ControlServer extends KeptServer {
  readonly health: ChannelHealth;
}

/** A control server that does not listen yet. @throws ControlServerError when `address` is no HOST:PORT. */
export function createControlServer(options: ControlServerOptions): ControlServer {
  const address = checkAddress(options.address);
  // grpc-js writes lines of its own to stderr; all of it comes back as errors, too. GRPC_VERBOSITY brings it back.
  if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);
  const { commands, sights, onError, onStartRefused = () => {} } = options;
  const apiVersion = playoutApiVersion();
  const { PlayoutControl, PlayoutOperations } = loadPlayoutPackage();
  const descriptors = loadDescriptorIndex();
  const health = createHealth();

  const open = (): ServerLife => {
    const gate = createCallGate(apiVersion);
    const server = new Server({ interceptors: [gate.interceptor] });
    server.addService(
      PlayoutControl.service,
      playoutService({ commands, apiVersion, onError, onStartRefused }),
    );
    server.addService(
      PlayoutOperations.service,
      operationsService({ operations: commands, sights, onError }),
    );
    health.addToServer(server);
    addReflection(server, descriptors);
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = net.createServer((socket) => injector.injectConnection(socket));

    return {
      listener,
      opened: () => health.setEngineServing(true),
      async close(failure) {
        gate.close(failure === undefined ? SHUTTING_DOWN : RESTARTING);
        health.setEngineServing(false);
        gate.endCalls('streams');
        // The listener is closed when the last of its connections is.
        const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
        const finished = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
        await within(GRACE_MS, finished);
        gate.endCalls('all');
        await within(FLUSH_MS, finished);
        server.forceShutdown();
        await within(FLUSH_MS, closed);
      },
    };
  };

  return {
    health,
    ...createKeptServer({
      name: 'control server',
      address,
      open,
      refusal: (error, where) => ControlServerError.from(error as NodeJS.ErrnoException, where),
    }),
  };
}

function checkAddress(address: string): HostPort {
  const parsed = parseHostPort(address);
  if (parsed !== undefined) return parsed;
  throw new ControlServerError(
    'bad_address',
    `gRPC address ${quoted(address)} is not HOST:PORT; write it like 127.0.0.1:50051 or [::1]:50051`,
  );
}

/** Resolves once `work` does, or after `limitMs`. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
