/**
 * What a route of the telemetry server answers, as plain values: a page, whole and at once, or a stream, which goes on
 * until one side ends it.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** A request that has found its route. Everything in it was written by whoever can reach the port. */
export interface PageRequest {
  /** What stands in the path's `{name}` places, as it was sent: not decoded, perhaps empty. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty but for POST, and bounded (request-body.ts). */
  readonly body: Buffer | 'too_long';
}

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  /** By lower-case name; they replace the server's own of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The client's side of a stream. */
export interface PageStream {
  /** Parts of one message. False: enough of them wait for the client by now; `onRoom` says when there is room again. */
  write(...parts: readonly (string | Buffer)[]): boolean;
  /** Ends it; what still waits for a client that does not read is dropped after a moment. */
  end(): void;
}

export interface StreamPage {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called once, when the head of the answer is written; not for HEAD. */
  readonly open: (stream: PageStream) => {
    readonly onRoom: () => void;
    /** The stream is over, whoever ended it. Called once. */
    readonly onEnd: () => void;
  };
}

/** The policy of pages that are data: nothing in them runs or loads, whatever they say. */
export const DATA_ONLY = "default-src 'none'; frame-ancestors 'none'";

export function text(status: number, line: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${line}\n` };
}

export function json(status: number, value: unknown): Page {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

/** An error in the form that all pages share: `{ "error": "..." }`. */
export function errorPage(status: number, error: string, headers: Page['headers'] = {}): Page {
  return { ...json(status, { error }), headers };
}
