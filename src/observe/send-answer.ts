/** Puts pages and streams on the wire. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DATA_ONLY, type Page, type PageStream, type StreamPage } from './page.js';

/**
 * A stream is full when both so many messages and so many bytes wait for its client: a hundred channels that all have
 * news in one turn of the loop, or one snapshot of them all, do not make a client slow.
 */
const WAITING_MESSAGES = 16;
const WAITING_BYTES = 512 * 1024;
/** A client that does not read may have so long to take what waits for it. */
export const GRACE_MS = 250;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': DATA_ONLY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** @param keep false: the connection ends with this answer. @returns the bytes of the body that is sent */
export function sendPage(response: ServerResponse, page: Page, keep: boolean): number {
  const body = typeof page.body === 'string' ? Buffer.from(page.body) : page.body;
  response.writeHead(page.status, {
    ...HEADERS,
    ...(!keep && { connection: 'close' }),
    'content-type': page.contentType,
    'content-length': body.length,
    ...page.headers,
  });
  const headOnly = response.req.method === 'HEAD';
  response.end(headOnly ? undefined : body);
  return headOnly ? 0 : body.length;
}

/** Opens a stream; for HEAD, sends what its head would be. @returns what ends the stream from here */
export function sendStream(request: IncomingMessage, response: ServerResponse, page: StreamPage): () => void {
  response.writeHead(200, {
    ...HEADERS,
    connection: 'close',
    'content-type': page.contentType,
    ...page.headers,
  });
  if (request.method === 'HEAD') {
    response.end();
    return () => {};
  }
  response.flushHeaders();
  let waiting = 0;
  let full = false;
  const isFull = (part: number) =>
    waiting >= WAITING_MESSAGES / part && response.writableLength >= WAITING_BYTES / part;
  const stream: PageStream = {
    write(...parts) {
      if (response.writableEnded || response.destroyed) return false;
      waiting++;
      response.cork();
      for (const part of parts.slice(0, -1)) response.write(part);
      response.write(parts.at(-1) ?? '', () => {
        waiting--;
        if (!full || isFull(2)) return;
        full = false;
        opened.onRoom();
      });
      response.uncork();
      // Once full it stays so until `onRoom`, for whoever was told the one waits for the other.
      full ||= isFull(1);
      return !full;
    },
    end() {
      response.end();
      const timer = setTimeout(() => request.socket.destroy(), GRACE_MS);
      response.once('close', () => clearTimeout(timer));
    },
  };
  const opened = page.open(stream);
  response.once('close', () => opened.onEnd());
  return stream.end;
}
