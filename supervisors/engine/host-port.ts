/**
 * What the engine's tree needs of the world: processes to host channels, and listeners for their ports.
 */
import type { FromHost, ToHost } from './host-protocol.js';

/** How a host process ended. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last it wrote to stderr: the reason, if it had time to give one. */
  readonly stderrTail: string;
}

/** One host process. */
export interface HostProcess<Socket> {
  readonly pid: number | undefined;
  /** Resolves when the process is gone. */
  readonly exited: Promise<HostExit>;
  /** Called for every message; set before anything is sent. */
  onMessage: (message: FromHost) => void;
  /** Sends a message; one to a process that is gone is dropped. A socket passes to the host. */
  send(message: ToHost, socket?: Socket): void;
  /** SIGKILL. The kernel takes its decoders with it. */
  kill(): void;
}

export type ForkHost<Socket> = () => HostProcess<Socket>;

/** A channel's TCP listener. It stays in the engine, so that the port cannot be lost while a host restarts. */
export interface PortListener {
  readonly port: number;
  close(): Promise<void>;
}

export interface EnginePorts<Socket> {
  readonly forkHost: ForkHost<Socket>;
  /**
   * Binds a port; 0 lets the system pick one.
   * @throws Error in words fit for an operator, when the port is taken or not permitted
   */
  listen(port: number, onConsumer: (socket: Socket) => void): Promise<PortListener>;
  /** Ends a socket that no host will serve. */
  dropSocket(socket: Socket): void;
}
