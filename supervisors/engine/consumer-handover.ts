/**
 * Brings consumers' sockets to the channel's host. A socket is kept here until the host says that it has it: one that
 * was sent to a host in the moment of its death would otherwise be lost, its Renderer connected to nobody for ever.
 * What no host has taken goes to the next one.
 */
import type { HostProcess } from './host-port.js';

/** Consumers that may wait for a host or be on their way to one: no burst of Renderers, but a bound to what strangers can take. */
const MAX_WAITING = 256;

export interface ConsumerHandover<Socket> {
  /** Sends a socket to the host, or keeps it for the next one. */
  add(socket: Socket): void;
  /** The host has taken the socket that was sent to it first. */
  taken(): void;
  /** Another host takes over, or for the time being none. */
  hostIs(host: HostProcess<Socket> | undefined): void;
  /** Ends every connection that no host has taken. */
  dropAll(): void;
}

/** @param closeSocket closes the engine's end; the connection ends with it unless a host has the other */
export function createConsumerHandover<Socket>(
  closeSocket: (socket: Socket) => void,
): ConsumerHandover<Socket> {
  let host: HostProcess<Socket> | undefined;
  /** In the order in which they came; the first `sent` of them are on their way to the host. */
  let waiting: Socket[] = [];
  let sent = 0;

  const sendWaiting = () => {
    for (; host !== undefined && sent < waiting.length; sent++) {
      host.send({ type: 'consumer' }, waiting[sent]);
    }
  };

  return {
    add(socket) {
      if (waiting.length >= MAX_WAITING) {
        closeSocket(socket);
        return;
      }
      waiting.push(socket);
      sendWaiting();
    },
    taken() {
      const socket = sent === 0 ? undefined : waiting.shift();
      if (socket === undefined) return;
      sent--;
      closeSocket(socket);
    },
    hostIs(next) {
      host = next;
      sent = 0;
      sendWaiting();
    },
    dropAll() {
      for (const socket of waiting) closeSocket(socket);
      waiting = [];
      sent = 0;
    },
  };
}
