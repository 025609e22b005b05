/**
 * The control server: PlayoutControl, PlayoutOperations, health and reflection on one address. It holds no state of
 * channels; it checks what comes in, hands it to the domain and answers. It can be started again after a stop, as
 * its supervisor does, and what health knows of the channels outlives a restart.
 */
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js';
import type { ChannelCommands, ChannelOperations } from '../../supervisors/engine/channel-commands.js';
import { quoted } from '../quoted.js';
import { playoutApiVersion } from './api-version.js';
import { createCallGate } from './call-gate.js';
import { ControlServerError } from './control-server-error.js';
import { loadDescriptorIndex } from './descriptor-index.js';
import { type ChannelHealth, createHealth } from './health.js';
import { operationsService } from './operations-service.js';
import { loadPlayoutPackage } from './playout-package.js';
import { playoutService } from './playout-service.js';
import { addReflection } from './reflection.js';

/** How long a stop waits for the answers of calls in flight, in milliseconds, and then for them to be sent. */
const GRACE_MS = 3_000;
const FLUSH_MS = 200;

export interface ControlServerOptions {
  readonly commands: ChannelCommands & ChannelOperations;
  /** `HOST:PORT`; an IPv6 host in brackets; port 0 lets the system pick one. Not encrypted: keep it on loopback. */
  readonly address: string;
  /** Told of exceptions out of `commands`, with the method's name; the client gets success=false. Must not throw. */
  readonly onError: (error: unknown, during: string) => void;
  /** Told of a StartChannel refused before it reached `commands`, so that the channel can be shown as `error`. */
  readonly onStartRefused?: (channelId: number, errorMessage: string) => void;
}

export interface ControlServer {
  readonly health: ChannelHealth;
  /** Listens; resolves to the port bound. @throws ControlServerError when it cannot; it may then be called again. */
  start(): Promise<{ readonly port: number }>;
  /**
   * Refuses new calls with UNAVAILABLE at once and resolves when nothing is open any more: calls in flight have
   * been answered, or, after 3 s, been ended with UNAVAILABLE. Never rejects; safe to call twice.
   */
  stop(): Promise<void>;
}

/** A control server that does not listen yet. @throws ControlServerError when `address` is no HOST:PORT. */
export function createControlServer(options: ControlServerOptions): ControlServer {
  checkAddress(options.address);
  // grpc-js writes lines of its own to stderr; all of it comes back as errors, too. GRPC_VERBOSITY brings it back.
  if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);
  const apiVersion = playoutApiVersion();
  const { PlayoutControl, PlayoutOperations } = loadPlayoutPackage();
  const descriptors = loadDescriptorIndex();
  const health = createHealth();
  let stopRunning: (() => Promise<void>) | undefined;

  return {
    health,
    async start() {
      if (stopRunning !== undefined) throw new Error('the control server is already started');
      const gate = createCallGate(apiVersion);
      const server = new Server({ interceptors: [gate.interceptor] });
      const { commands, onError, onStartRefused = () => {} } = options;
      server.addService(
        PlayoutControl.service,
        playoutService({ commands, apiVersion, onError, onStartRefused }),
      );
      server.addService(PlayoutOperations.service, operationsService({ operations: commands, onError }));
      health.addToServer(server);
      addReflection(server, descriptors);

      let stopping: Promise<void> | undefined;
      const stop = () => {
        stopping ??= (async () => {
          gate.close();
          health.setEngineServing(false);
          gate.endCalls('streams');
          const finished = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
          await within(GRACE_MS, finished);
          gate.endCalls('all');
          await within(FLUSH_MS, finished);
          server.forceShutdown();
          stopRunning = undefined;
        })();
        return stopping;
      };
      stopRunning = stop;
      try {
        const port = await bind(server, options.address);
        if (stopping !== undefined) {
          // Stopped while it was being bound: the listener came after the shutdown and must go, too.
          server.forceShutdown();
          throw new Error('the control server was stopped before it listened');
        }
        health.setEngineServing(true);
        return { port };
      } catch (error) {
        await stop();
        throw ControlServerError.from(error, options.address);
      }
    },
    async stop() {
      await stopRunning?.();
    },
  };
}

function checkAddress(address: string): void {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(address);
  if (match !== null && Number(match[1]) <= 65_535) return;
  throw new ControlServerError(
    'bad_address',
    `gRPC address ${quoted(address)} is not HOST:PORT; write it like 127.0.0.1:50051 or [::1]:50051`,
  );
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
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
