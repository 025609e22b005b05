/** A channel's snapshot for tests that only read it. */
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import type { ChannelViews } from '../../../supervisors/engine/channel-commands.js';
import type { ChannelView } from '../../../supervisors/engine/channel-view.js';
import { conditionsOf } from '../../../supervisors/engine/conditions.js';

export function sampleSnapshot(changes: Partial<ChannelSnapshot> = {}): ChannelSnapshot {
  return {
    version: 1,
    channelId: 7,
    state: 'ready',
    sinceUtcMs: 1_795_334_400_000,
    atUtcMs: 1_795_334_401_000,
    detail: '',
    planHandle: 'plan-of-secrets',
    port: 9007,
    format: '1280x720@30',
    hostPid: 424_242,
    machine: null,
    healthy: true,
    airing: 'content',
    airingSinceUtcMs: 1_795_334_400_500,
    operatorSlate: null,
    onAir: null,
    coming: [],
    pendingPlan: null,
    preview: null,
    planAssetProblems: { count: 2, soonest: [] },
    tick: 1000,
    bufferDepthFrames: 58,
    queueFrames: 60,
    frameGapSeconds: -0.002,
    worstLatenessMs: 3,
    budget: {
      used: 1,
      max: 5,
      remaining: 4,
      windowMs: 60_000,
      nextSlotMs: 21_000,
      attempt: 1,
      backoffMs: null,
      stableMs: 0,
      text: '1 of 5 in 60 s, next slot in 21 s',
    },
    clockOffsetSeconds: 0.25,
    uptimeSeconds: 33.5,
    consumers: 2,
    consumerList: [],
    decoders: [],
    lastExit: null,
    counters: {
      framesAired: { content: 900, hold: 30, slate: 70 },
      framesDecoded: 960,
      framesDropped: { late: 3, 'odd "reason"\\\n': 1 },
      ticksMissed: 5,
      bufferUnderruns: 6,
      decodeFailures: 8,
      decoderRestarts: { crashed: 2 },
      planRejections: 9,
      consumerFramesDropped: 10,
      decodeLatencySeconds: { bounds: [0.1, 0.5], counts: [1, 3], sum: 1.5, count: 4 },
      tickLatenessSeconds: { bounds: [], counts: [], sum: 0, count: 0 },
      planSwapSeconds: { bounds: [1], counts: [0], sum: 0, count: 0 },
    },
    childrenExpected: 1,
    childrenActual: 1,
    ...changes,
  };
}

/** Views of a list that the test may change; where it does not say what only views have, nothing has happened yet. */
export function viewsOf(snapshots: (ChannelSnapshot & Partial<ChannelView>)[]): ChannelViews {
  const view = (snapshot: ChannelSnapshot & Partial<ChannelView>) => ({
    ageMs: 12,
    conditions: conditionsOf(snapshot, [], 0),
    transitions: [],
    actions: [],
    ...snapshot,
  });
  return {
    snapshots: () => snapshots.map(view),
    snapshot(channelId) {
      const found = snapshots.find((snapshot) => snapshot.channelId === channelId);
      return found === undefined ? undefined : view(found);
    },
    timeline: (channelId) => ({ channelId, fromUtcMs: 0, toUtcMs: 3_600_000, spans: [], marks: [] }),
  };
}

export const SAMPLE_BUILD = { version: '0.1.0', apiVersion: '1.0.0', ffmpegVersion: '5.1' };
