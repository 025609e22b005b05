/**
 * One HTTP request that cannot get out of hand: it ends within its time whatever the other side does, reads no more
 * than it may, and follows nobody elsewhere. What came is the answer; nothing but a call-off is thrown.
 */
import { firstLine } from './plan-text.js';

export type HttpAnswer =
  | { readonly kind: 'content'; readonly bytes: Uint8Array; readonly etag: string | null }
  /** Any status but 200; what came with it is not read. */
  | { readonly kind: 'status'; readonly status: number; readonly location: string | null }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'slow'; readonly receivedBytes: number }
  /** No connection, or one that broke off. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface GetLimits {
  /** For all of the answer. */
  readonly timeoutMs: number;
  /** After unpacking, where the answer is compressed. */
  readonly maxBytes: number;
}

/** @throws the signal's reason once it is aborted; nothing of the request is left then either. */
export async function boundedGet(
  url: string,
  headers: Readonly<Record<string, string>>,
  limits: GetLimits,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const over = new AbortController();
  const callOff = () => over.abort();
  signal.addEventListener('abort', callOff, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    over.abort();
  }, limits.timeoutMs);
  let receivedBytes = 0;
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: over.signal });
    if (response.status !== 200) {
      return { kind: 'status', status: response.status, location: response.headers.get('location') };
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) {
      receivedBytes += chunk.length;
      if (receivedBytes > limits.maxBytes) return { kind: 'too_large' };
      chunks.push(chunk);
    }
    return { kind: 'content', bytes: Buffer.concat(chunks), etag: response.headers.get('etag') };
  } catch (error) {
    signal.throwIfAborted();
    return timedOut ? { kind: 'slow', receivedBytes } : { kind: 'failed', reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', callOff);
    // Of an answer that is of no use, the rest must not go on arriving.
    over.abort();
  }
}

/** fetch says only "fetch failed" or "terminated"; why is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // Several addresses tried: the message of an AggregateError is empty, its code is not.
  if (cause instanceof Error && cause.message === '' && 'code' in cause) return String(cause.code);
  return firstLine(cause);
}
