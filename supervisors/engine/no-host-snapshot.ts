/**
 * The snapshot of a channel that no host runs for: refused, stopped, or between two hosts. What an earlier host
 * last told stays in it.
 */
import { ChannelStats } from '../channel/channel-stats.js';
import { shownHandle } from '../channel/shown-handle.js';
import {
  type BudgetSnapshot,
  CHANNEL_STATE_NUMBER,
  type ChannelSnapshot,
  type ChannelState,
} from '../channel/snapshot.js';

export function noHostSnapshot(options: {
  readonly channelId: number;
  readonly last: ChannelSnapshot | undefined;
  readonly state: Extract<ChannelState, 'stopped' | 'error'>;
  readonly detail: string;
  readonly budget: BudgetSnapshot;
  readonly planHandle: string;
  readonly port: number;
  readonly format: string;
  readonly utcMs: number;
}): ChannelSnapshot {
  const { last, state, utcMs } = options;
  const since = last !== undefined && CHANNEL_STATE_NUMBER[last.state] === CHANNEL_STATE_NUMBER[state];
  return {
    version: 1,
    channelId: options.channelId,
    state,
    sinceUtcMs: since ? last.sinceUtcMs : utcMs,
    atUtcMs: utcMs,
    detail: options.detail,
    planHandle: shownHandle(options.planHandle),
    port: options.port,
    format: options.format,
    hostPid: null,
    machine: null,
    healthy: false,
    airing: null,
    airingSinceUtcMs: null,
    // The channel's next host goes on with it.
    operatorSlate: state === 'error' ? (last?.operatorSlate ?? null) : null,
    onAir: null,
    coming: [],
    pendingPlan: null,
    preview: null,
    planAssetProblems: { count: 0, soonest: [] },
    tick: last?.tick ?? 0,
    bufferDepthFrames: 0,
    queueFrames: last?.queueFrames ?? 0,
    frameGapSeconds: 0,
    worstLatenessMs: 0,
    budget: options.budget,
    clockOffsetSeconds: 0,
    uptimeSeconds: 0,
    consumers: 0,
    consumerList: [],
    decoders: [],
    lastExit: last?.lastExit ?? null,
    counters: last?.counters ?? new ChannelStats().snapshot(0),
    childrenExpected: 0,
    childrenActual: 0,
  };
}
