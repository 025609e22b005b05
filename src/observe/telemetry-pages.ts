/**
 * What the telemetry server shows, page by page: no sockets here. Nothing from a request comes back except an invalid
 * channel id, quoted, escaped and cut short.
 */
import type { ChannelViews } from '../../supervisors/engine/channel-commands.js';
import type { ChannelFeed } from '../../supervisors/engine/channel-feed.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import type { MasterClock } from '../../supervisors/master-clock.js';
import { channelParam, unknownChannel } from './channel-param.js';
import { eventStream } from './event-stream.js';
import type { Metrics } from './metrics.js';
import { errorPage, json, type Page, text } from './page.js';
import type { Route } from './routes.js';

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
  /** Undefined while the engine is starting. */
  readonly tree: () => TreeNode | undefined;
  readonly feed: ChannelFeed;
  readonly clock: MasterClock;
}

export function telemetryRoutes({ views, metrics, ready, tree, feed, clock }: PageSources): readonly Route[] {
  return [
    metricsRoute(metrics),
    // That this is answered at all is the news: the event loop lives.
    { method: 'GET', path: '/healthz', answer: () => text(200, 'ok') },
    { method: 'GET', path: '/readyz', answer: () => readinessPage(ready()) },
    { method: 'GET', path: '/channels', answer: () => json(200, views.snapshots()) },
    { method: 'GET', path: '/channels/{id}', answer: ({ params }) => channelPage(params.id, views) },
    {
      method: 'GET',
      path: '/channels/{id}/timeline',
      answer: ({ params }) => timelinePage(params.id, views),
    },
    { method: 'GET', path: '/tree', answer: () => treePage(tree()) },
    { method: 'GET', path: '/events', answer: (request) => eventStream(request, { feed, clock }) },
  ];
}

/** What Prometheus scrapes. */
export function metricsRoute(metrics: Metrics): Route {
  return { method: 'GET', path: '/metrics', answer: () => metricsPage(metrics) };
}

async function metricsPage({ registry }: Metrics): Promise<Page> {
  return { status: 200, contentType: registry.contentType, body: await registry.metrics() };
}

function readinessPage({ ok, reason }: Readiness): Page {
  return ok ? text(200, 'ok') : text(503, `not ready: ${reason}`);
}

function treePage(root: TreeNode | undefined): Page {
  return root === undefined ? errorPage(503, 'the engine is starting; ask again') : json(200, root);
}

function channelPage(written: string | undefined, views: ChannelViews): Page {
  const channelId = channelParam(written);
  if (typeof channelId !== 'number') return channelId;
  const snapshot = views.snapshot(channelId);
  return snapshot === undefined ? unknownChannel(channelId) : json(200, snapshot);
}

/** The last hour: what left the channel, and what happened meanwhile. */
function timelinePage(written: string | undefined, views: ChannelViews): Page {
  const channelId = channelParam(written);
  if (typeof channelId !== 'number') return channelId;
  const timeline = views.timeline(channelId);
  return timeline === undefined ? unknownChannel(channelId) : json(200, timeline);
}
