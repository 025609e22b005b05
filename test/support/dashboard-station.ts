/**
 * The dashboard on channels that are made up: the real telemetry server and the real feed show as many as are wanted,
 * in the states that are wanted, without a machine that could air them.
 */

import { systemClock } from '../../src/clock/system-clock.js';
import { dashboardRoutes } from '../../src/observe/dashboard-pages.js';
import { createTelemetryServer } from '../../src/observe/http-server.js';
import { createMetrics } from '../../src/observe/metrics.js';
import type { Route } from '../../src/observe/routes.js';
import { telemetryRoutes } from '../../src/observe/telemetry-pages.js';
import type { ChannelViews } from '../../supervisors/engine/channel-commands.js';
import { createChannelFeed } from '../../supervisors/engine/channel-feed.js';
import type { ChannelTimeline, ChannelView } from '../../supervisors/engine/channel-view.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';

export interface DashboardStation {
  readonly url: string;
  /** Shows this in place of what the channel's view was. */
  show(view: ChannelView): void;
  /** Shows the channel no more. */
  forget(channelId: number): void;
  stop(): Promise<void>;
}

/** @param routes beside the engine's own */
export async function openDashboardStation(options: {
  readonly views: readonly ChannelView[];
  readonly timeline?: Omit<ChannelTimeline, 'channelId'>;
  readonly routes?: readonly Route[];
  readonly tree?: TreeNode;
  /** Where another station listened before; any port by default. */
  readonly port?: number;
  /** Names this life of the engine. */
  readonly instance?: string;
  /** The files of another build. */
  readonly dashboard?: string;
}): Promise<DashboardStation> {
  const shown = new Map(options.views.map((view) => [view.channelId, view]));
  const timeline = options.timeline ?? { fromUtcMs: 0, toUtcMs: 0, spans: [], marks: [] };
  const views: ChannelViews = {
    snapshots: () => [...shown.values()],
    snapshot: (channelId) => shown.get(channelId),
    timeline: (channelId) => (shown.has(channelId) ? { channelId, ...timeline } : undefined),
  };
  const show = (view: ChannelView) => {
    shown.set(view.channelId, view);
    feed.changed(view.channelId);
  };
  const clock = systemClock;
  const feed = createChannelFeed({ views, clock, instance: options.instance ?? 'made up' });
  const build = { version: '0.0.0', apiVersion: '0.0.0', ffmpegVersion: '0' };
  const metrics = createMetrics({ views, build, processes: () => undefined });
  const ready = () => ({ ok: true, reason: '' });
  const server = createTelemetryServer({
    address: { host: '127.0.0.1', port: options.port ?? 0 },
    routes: [
      ...telemetryRoutes({ views, metrics, ready, tree: () => options.tree, feed, clock }),
      ...dashboardRoutes(options.dashboard),
      ...(options.routes ?? []),
    ],
    onError: (error, during) => {
      throw new Error(`unexpected error during ${during}`, { cause: error });
    },
  });
  const { port } = await server.start();
  // Hosts tell all the time, if only that it has passed.
  const beat = setInterval(() => {
    for (const view of shown.values()) if (view.hostPid !== null) show({ ...view, atUtcMs: Date.now() });
  }, 500);
  return {
    url: `http://127.0.0.1:${port}/`,
    show,
    forget(channelId) {
      shown.delete(channelId);
      feed.changed(channelId);
    },
    stop() {
      clearInterval(beat);
      return server.stop();
    },
  };
}

/** A channel on air as scheduled, as a host would tell of it now. */
export function airingView(channelId: number, changes: Partial<ChannelView> = {}): ChannelView {
  const now = Date.now();
  const startedUtcMs = now - 60_000 - 1000 * channelId;
  const segment = { segmentType: 'content', assetUri: `shows/episode-${channelId}.mp4` };
  return {
    version: 1,
    channelId,
    state: 'ready',
    sinceUtcMs: now - 3_600_000,
    atUtcMs: now,
    ageMs: 0,
    detail: '',
    planHandle: `evening-${channelId}`,
    port: 9000 + channelId,
    format: '1280x720@30',
    hostPid: 4000 + channelId,
    machine: { value: 'ready', status: 'active', context: { condition: null, reason: '' }, tags: ['ready'] },
    healthy: true,
    airing: 'content',
    airingSinceUtcMs: now - 3_000_000,
    operatorSlate: null,
    onAir: {
      ...segment,
      planHandle: `evening-${channelId}`,
      planHash: 'abc',
      segmentIndex: 3,
      title: `Evening show of channel ${channelId}`,
      segmentFrame: 1800,
      segmentFrames: 18_000,
      positionMs: now - startedUtcMs,
      durationMs: 600_000,
      startedUtcMs,
      endsUtcMs: startedUtcMs + 600_000,
      turn: 0,
    },
    coming: ['Weather', 'News at ten', 'Late film'].map((title, index) => ({
      ...segment,
      segmentIndex: 4 + index,
      title,
      startsUtcMs: startedUtcMs + 600_000 * (index + 1),
      durationMs: 600_000,
      problem: null,
    })),
    pendingPlan: null,
    preview: null,
    planAssetProblems: { count: 0, soonest: [] },
    tick: 108_000,
    bufferDepthFrames: 58,
    queueFrames: 60,
    frameGapSeconds: -0.001,
    worstLatenessMs: 2.5,
    budget: {
      used: 0,
      max: 5,
      remaining: 5,
      windowMs: 60_000,
      nextSlotMs: null,
      attempt: 0,
      backoffMs: null,
      stableMs: 0,
      text: '0 of 5 in 60 s',
    },
    clockOffsetSeconds: 0,
    uptimeSeconds: 3600,
    consumers: 1,
    consumerList: [
      { address: '127.0.0.1:40000', connectedMs: 3_000_000, framesWaiting: 0, framesDropped: 0 },
    ],
    decoders: [
      {
        incarnation: 12,
        role: 'live',
        pid: 5000 + channelId,
        asset: segment.assetUri,
        segmentIndex: 3,
        framesDelivered: 1860,
        framesOrdered: 18_000,
        waitingForRoom: true,
        uptimeMs: 62_000,
        lastFrameAgeMs: 20,
        speed: 1.01,
        usage: { rssBytes: 60 * 1_048_576, cpuPercent: 9 },
        arguments: ['ffmpeg', '-hide_banner', '-i', `file:/media/${segment.assetUri}`, '-f', 'rawvideo'],
      },
    ],
    lastExit: null,
    counters: {
      framesAired: { content: 100_000, hold: 0, slate: 12 },
      framesDecoded: 100_060,
      framesDropped: {},
      ticksMissed: 0,
      bufferUnderruns: 0,
      decodeFailures: 0,
      decoderRestarts: {},
      planRejections: 0,
      consumerFramesDropped: 0,
      decodeLatencySeconds: { bounds: [], counts: [], sum: 0, count: 0 },
      tickLatenessSeconds: { bounds: [], counts: [], sum: 0, count: 0 },
      planSwapSeconds: { bounds: [], counts: [], sum: 0, count: 0 },
    },
    childrenExpected: 1,
    childrenActual: 1,
    actions: [],
    conditions: (
      [
        'Ready',
        'SlateActive',
        'BudgetExhausted',
        'NoScheduledContent',
        'AssetProblemAhead',
        'NoHost',
      ] as const
    ).map((type) => ({
      type,
      status: type === 'Ready',
      reason: 'AsScheduled',
      message: '',
      sinceUtcMs: now - 3_600_000,
    })),
    transitions: Array.from({ length: 50 }, (_, index) => ({
      atUtcMs: now - 60_000 * (50 - index),
      event: 'queue.dry',
      from: index % 2 === 0 ? 'ready' : 'buffering',
      to: index % 2 === 0 ? 'buffering' : 'ready',
    })),
    ...changes,
  };
}

/** A channel that has given up on its decoder for now. */
export function slateView(channelId: number, changes: Partial<ChannelView> = {}): ChannelView {
  const now = Date.now();
  const view = airingView(channelId);
  return {
    ...view,
    state: 'error',
    sinceUtcMs: now - 125_000,
    detail: 'BudgetExhausted: segments[3] ("shows/episode.mp4"): its decoder exited with signal SIGSEGV',
    machine: { value: { error: 'slate' }, status: 'active', context: {}, tags: ['error', 'unhealthy'] },
    healthy: false,
    airing: 'slate',
    airingSinceUtcMs: now - 124_000,
    bufferDepthFrames: 0,
    budget: {
      ...view.budget,
      used: 5,
      remaining: 0,
      nextSlotMs: 21_000,
      attempt: 5,
      backoffMs: 12_000,
      stableMs: null,
      text: '5 of 5 in 60 s, next slot in 21 s',
    },
    decoders: [],
    lastExit: {
      incarnation: 11,
      pid: 4711,
      how: 'crashed',
      reason: 'crashed',
      code: null,
      signal: 'SIGSEGV',
      segmentIndex: 3,
      asset: 'shows/episode.mp4',
      frames: 812,
      uptimeMs: 27_000,
      stderrTail:
        '[h264 @ 0x5581] Invalid NAL unit size (-1094995529 > 4096).\n[h264 @ 0x5581] Error splitting the input into NAL units.',
      atUtcMs: now - 125_000,
    },
    conditions: view.conditions.map((condition) => ({
      ...condition,
      status: condition.type === 'SlateActive' || condition.type === 'BudgetExhausted',
    })),
    transitions: [
      ...view.transitions.slice(1),
      { atUtcMs: now - 125_000, event: 'decoder.lost', from: 'error.recovering', to: 'error.slate' },
    ],
    ...changes,
  };
}
