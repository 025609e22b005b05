/**
 * The engine's feed (docs/feed.md), read for as long as it is wanted: a stream that ends, or falls silent, is opened
 * again and again. What comes of it is told in order; after every interruption everything is told anew.
 */
import { createParser } from 'eventsource-parser';
import { reasonOf } from './engine-page.js';

/** The engine says something at least every 10 s. */
const SILENT_MS = 15_000;
/** Between two attempts. */
const RETRY_MS = 1000;

export interface EventSourceOptions {
  readonly url: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** The name of an event, and its data parsed. What it throws interrupts the stream. */
  readonly onEvent: (event: string, data: unknown) => void;
  /** The stream is interrupted, or could not be opened; it is tried again unless this answers false. */
  readonly onInterrupted: (reason: string) => boolean;
}

/** Resolves when the signal ends it, or {@link EventSourceOptions.onInterrupted} does. */
export async function readEvents(options: EventSourceOptions): Promise<void> {
  const { signal, onInterrupted } = options;
  while (!signal.aborted) {
    const reason = await readStream(options).catch(reasonOf);
    if (signal.aborted || !onInterrupted(reason)) return;
    await pause(RETRY_MS, signal);
  }
}

/** Resolves to why it is over; rejects with it where it broke. */
async function readStream({ url, signal, onEvent }: EventSourceOptions): Promise<string> {
  const over = new AbortController();
  let silence: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => over.abort(new Error(`it was silent for ${SILENT_MS / 1000} s`)), SILENT_MS);
  };
  heard();
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, over.signal]) });
    if (!response.ok) throw new Error(await refusalOf(response));
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) {
      throw new Error('what answers there has no events');
    }
    const parser = createParser({
      onEvent: ({ event, data }) => onEvent(event ?? 'message', JSON.parse(data)),
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      heard();
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
    return 'it has closed the connection';
  } finally {
    clearTimeout(silence);
    over.abort();
  }
}

async function refusalOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const told = typeof body === 'object' && body !== null && 'error' in body ? `: ${String(body.error)}` : '';
  return `HTTP status ${response.status}${told}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
