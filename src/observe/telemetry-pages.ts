/**
 * What the telemetry server answers, page by page, as plain values: no sockets here. Pages are read-only. Nothing
 * from a request comes back except an invalid channel id, quoted, escaped and cut short.
 */
import type { ChannelViews } from '../../supervisors/engine/channel-commands.js';
import { quoted } from '../quoted.js';
import type { Metrics } from './metrics.js';

/** Whether the engine can take calls, and if not, why not. */
export interface Readiness {
  readonly ok: boolean;
  /** For people; empty when `ok`. */
  readonly reason: string;
}

export interface PageSources {
  readonly views: ChannelViews;
  readonly metrics: Metrics;
  readonly ready: () => Readiness;
}

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const CHANNEL_PATH = '/channels/';
const CHANNEL_ID = /^[1-9]\d{0,9}$/;
const MAX_CHANNEL_ID = 2 ** 31 - 1;
const PATHS = ['/metrics', '/healthz', '/readyz', '/channels', '/channels/{id}'];

/** The page at `path`, which is the request's target without its query. */
export async function pageAt(path: string, sources: PageSources): Promise<Page> {
  switch (path) {
    case '/metrics':
      return metricsPage(sources.metrics);
    case '/healthz':
      // That this is answered at all is the news: the event loop lives.
      return text(200, 'ok');
    case '/readyz':
      return readinessPage(sources.ready());
    case '/channels':
      return json(200, sources.views.snapshots());
    default:
      if (path.startsWith(CHANNEL_PATH)) return channelPage(path.slice(CHANNEL_PATH.length), sources.views);
      return errorPage(404, `there is no such page; there are ${PATHS.join(', ')}`);
  }
}

/** An error in the form that all pages share: `{ "error": "..." }`. */
export function errorPage(status: number, error: string): Page {
  return json(status, { error });
}

async function metricsPage({ registry }: Metrics): Promise<Page> {
  return { status: 200, contentType: registry.contentType, body: await registry.metrics() };
}

function readinessPage({ ok, reason }: Readiness): Page {
  return ok ? text(200, 'ok') : text(503, `not ready: ${reason}`);
}

function channelPage(written: string, views: ChannelViews): Page {
  const channelId = Number(written);
  if (!CHANNEL_ID.test(written) || channelId > MAX_CHANNEL_ID) {
    return errorPage(
      400,
      `channel id ${quoted(written)} is not valid: write a whole number from 1 to ${MAX_CHANNEL_ID}`,
    );
  }
  const snapshot = views.snapshot(channelId);
  if (snapshot !== undefined) return json(200, snapshot);
  return errorPage(
    404,
    `channel ${channelId} is not known: it was never started, or was stopped long ago; /channels lists the known ones`,
  );
}

function text(status: number, line: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${line}\n` };
}

function json(status: number, value: unknown): Page {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}
