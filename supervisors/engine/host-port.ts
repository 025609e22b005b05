/**
 * What the engine's tree needs of the world: processes to host channels, and listeners for their ports.
 */
import type { FromHost, ToHost } from './host-protocol.js';

/** How a host process ended. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The reason in one line, if it had time to give one. */
  readonly lastWords: string;
}

/** One host process. */
export interface HostProcess<Socket> {
  readonly pid: number | undefined;
  /** Resolves when the process is gone and every message it had sent has been told. */
  readonly exited: Promise<HostExit>;
  /** Called for every message; set before anything is sent. */
  onMessage: (message: FromHost) => void;
  /**
   * Sends a message; one to a process that is gone is dropped. A socket sent along stays the caller's too: the host
   * says `consumer_taken`, in the order in which they were sent, for each that it has.
   */
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
  /** Closes the engine's end of a socket: the connection ends, unless a host has it too. */
  closeSocket(socket: Socket): void;
}
