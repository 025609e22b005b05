/** What a request carries: little, and only where it is asked for. */
import type { IncomingMessage } from 'node:http';
import { errorPage, type Page } from './page.js';

const MAX_BODY = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** Whether the client announces a body; only POST has use for one. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Why a POST is not listened to: a page of another site must not act through the browser of somebody who can reach
 * this server. Programs send no Origin.
 */
export function foreignOrigin({ headers }: IncomingMessage): Page | undefined {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return undefined;
  return errorPage(403, 'this request comes from a page of another site; it is refused');
}

/** @returns the body, at most 16 KiB, or the page that says that it is longer */
export async function readBody(request: IncomingMessage): Promise<Buffer | Page> {
  if (!announcesBody(request)) return EMPTY;
  const parts: Buffer[] = [];
  let length = Number(request.headers['content-length'] ?? 0);
  const tooLong = errorPage(413, `the request's body is longer than ${MAX_BODY} bytes`);
  if (length > MAX_BODY) return tooLong;
  length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += part.length;
    if (length > MAX_BODY) return tooLong;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
