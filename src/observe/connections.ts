/**
 * The telemetry server's connections, and who must go when there are too many. Nobody new is turned away for the sake
 * of one that does nothing: as nginx does when its connections run out, the one that has been silent for longest goes
 * first, be it half a request (slow-loris), a kept connection, or an answer that nobody reads. So a scrape, which needs
 * its connection for milliseconds, gets one however many others are held open. Streams are not touched; they are
 * bounded on their own, so that they can never take what plain requests need.
 */
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Connections that are no streams. */
  readonly plain: number;
  readonly streams: number;
  /** Bytes of answers that wait for clients to read them, all together; one answer may exceed it. */
  readonly unreadBytes: number;
}

export interface Connections {
  opened(socket: Socket): void;
  /** A request came, and is to be answered. False: it follows on a stream, whose connection it has ended. */
  answering(socket: Socket): boolean;
  /** Its answer is on its way to a client that may not read it. */
  answered(socket: Socket, bytes: number): void;
  /** The answer is gone; the connection is kept for another request. */
  done(socket: Socket): void;
  /** False: there are as many streams as there may be. */
  stream(socket: Socket): boolean;
}

export function createConnections(limits: ConnectionLimits): Connections {
  // In all of them, who has been there for longest comes first.
  const waiting = new Set<Socket>();
  const answering = new Map<Socket, number>();
  const streams = new Set<Socket>();
  let unreadBytes = 0;

  const forget = (socket: Socket) => {
    waiting.delete(socket);
    streams.delete(socket);
    unreadBytes -= answering.get(socket) ?? 0;
    answering.delete(socket);
  };
  const evict = (socket: Socket | undefined) => {
    if (socket === undefined) return;
    forget(socket);
    socket.destroy();
  };
  return {
    opened(socket) {
      if (waiting.size + answering.size >= limits.plain)
        evict(first(waiting.keys()) ?? first(answering.keys()));
      waiting.add(socket);
      socket.once('close', () => forget(socket));
    },
    answering(socket) {
      if (streams.has(socket)) {
        evict(socket);
        return false;
      }
      forget(socket);
      answering.set(socket, 0);
      return true;
    },
    answered(socket, bytes) {
      if (!answering.has(socket)) return;
      forget(socket);
      answering.set(socket, bytes);
      unreadBytes += bytes;
      while (unreadBytes > limits.unreadBytes) {
        const [oldest] = [...answering].find(([each, unread]) => unread > 0 && each !== socket) ?? [];
        if (oldest === undefined) return;
        evict(oldest);
      }
    },
    done(socket) {
      forget(socket);
      if (!socket.destroyed) waiting.add(socket);
    },
    stream(socket) {
      if (streams.size >= limits.streams) return false;
      forget(socket);
      streams.add(socket);
      return true;
    },
  };
}

function first<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
