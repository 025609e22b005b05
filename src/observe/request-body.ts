/** What a request carries: little, and only where it is asked for. */
import type { IncomingMessage } from 'node:http';

/** Nothing that is asked for here needs a body at all. */
export const MAX_BODY_BYTES = 1024;
const EMPTY = Buffer.alloc(0);

/** Whether the client announces a body; only POST has use for one. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** @returns the body, unless it is longer than {@link MAX_BODY_BYTES}: then its rest is not read */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'too_long'> {
  if (!announcesBody(request)) return EMPTY;
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'too_long';
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += part.length;
    if (length > MAX_BODY_BYTES) return 'too_long';
    parts.push(part);
  }
  return Buffer.concat(parts);
}
