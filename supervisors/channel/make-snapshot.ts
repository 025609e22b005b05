/**
 * Makes a channel's snapshot from its live parts. Cheap enough to be made several times a second; never on the
 * tick path.
 */
import type { ChannelContext } from '../../machines/channel-machine.js';
import type { MasterClock } from '../master-clock.js';
import { type BudgetFacts, budgetSnapshot } from './budget-snapshot.js';
import type { ChannelSettings } from './channel-settings.js';
import type { Channel } from './channel-supervisor.js';
import { decoderSnapshots } from './decoder-snapshots.js';
import { formatLabel } from './format.js';
import { comingSegments, onAirSnapshot } from './on-air-snapshot.js';
import type { ChannelSnapshot, ChannelState, ProcessUsage } from './snapshot.js';

/** Consumers that are shown one by one. */
const CONSUMERS_SHOWN = 20;

/** What only the host knows. */
export interface HostFacts {
  readonly channelId: number;
  readonly planHandle: string;
  readonly port: number;
  readonly hostPid: number | null;
  readonly startedMs: number;
  /** When the channel's tick 0 is due, monotonic. */
  readonly epochMs: number;
  readonly childrenActual: number;
  /** What a decoder takes of the machine; null where that is not known. */
  readonly usageOf: (pid: number) => ProcessUsage | null;
}

export function makeSnapshot<Socket>(
  channel: Channel<Socket>,
  facts: HostFacts,
  settings: ChannelSettings,
  clock: MasterClock,
): ChannelSnapshot {
  const { source, pacer, output, stats } = channel;
  const machine = source?.machine.snapshot;
  const nowMs = clock.nowMs();
  const utcMs = clock.utcMs();
  const utcOf = (monotonicMs: number) => Math.round(utcMs - (nowMs - monotonicMs));
  const live = source?.desk.live;
  const { format } = settings;
  const decoders =
    source === undefined ? [] : decoderSnapshots(source, { nowMs, format, usageOf: facts.usageOf });
  const pending = source?.desk.changes.preparing ?? source?.desk.changes.armed;
  const preview = source?.desk.previews.preview;
  const context = machine?.context;
  const schedule = {
    live,
    plan: source?.desk.schedule,
    problemOf: channel.assetProblem,
    format,
    epochUtcMs: utcMs - nowMs + facts.epochMs,
  };
  const operatorSlate = channel.operatorSlateSinceUtcMs;
  return {
    version: 1,
    channelId: facts.channelId,
    state: source?.machine.state ?? 'error',
    sinceUtcMs: utcOf(context?.sinceMs ?? nowMs),
    atUtcMs: utcMs,
    detail: detailOf(context?.condition ?? null, context?.reason ?? 'the channel is being restarted'),
    planHandle: source?.desk.schedule?.timeline.handle ?? facts.planHandle,
    port: facts.port,
    format: formatLabel(format),
    hostPid: facts.hostPid,
    machine:
      machine === undefined
        ? null
        : {
            value: machine.value,
            status: machine.status,
            context: machine.context,
            tags: [...machine.tags],
          },
    healthy: machine !== undefined && !machine.hasTag('unhealthy'),
    airing: pacer?.airing ?? null,
    airingSinceUtcMs: channel.airingSinceMs === undefined ? null : utcOf(channel.airingSinceMs),
    onAir: onAirSnapshot(schedule),
    coming: comingSegments(schedule, (pacer?.tick ?? 0) + 1),
    operatorSlate: operatorSlate === null ? null : { sinceUtcMs: operatorSlate },
    pendingPlan:
      pending === undefined
        ? null
        : { planHandle: pending.planHandle, startUtcMs: pending.program?.timeline.startUtcMs ?? null },
    preview: preview === undefined ? null : { assetPath: preview.shownPath, loaded: preview.loaded },
    planAssetProblems: channel.planAssetProblems,
    tick: pacer?.tick ?? 0,
    bufferDepthFrames: live?.depth(settings.queueFrames) ?? 0,
    queueFrames: settings.queueFrames,
    frameGapSeconds: stats.frameGapSeconds,
    worstLatenessMs: Math.round(stats.worstLateness.at(nowMs)),
    budget: budgetSnapshot(
      budgetFacts(context, source?.machine.state, channel.restarts, settings, nowMs),
      nowMs,
    ),
    clockOffsetSeconds: source === undefined ? 0 : (utcMs - nowMs - source.desk.utcOffsetMs) / 1000,
    uptimeSeconds: (nowMs - facts.startedMs) / 1000,
    consumers: output?.consumers ?? 0,
    consumerList: output?.list(CONSUMERS_SHOWN) ?? [],
    decoders,
    lastExit: source?.lastExit ?? null,
    counters: stats.snapshot(output?.framesDropped ?? 0),
    childrenExpected: decoders.filter(({ pid }) => pid !== null).length,
    childrenActual: facts.childrenActual,
  };
}

function detailOf(condition: string | null, reason: string): string {
  if (condition === null) return reason;
  return reason === '' ? condition : `${condition}: ${reason}`;
}

/** While the source supervisor is being restarted there is no machine, but the window is there. */
function budgetFacts(
  context: ChannelContext | undefined,
  state: ChannelState | undefined,
  restarts: readonly number[],
  { restarts: limits }: ChannelSettings,
  nowMs: number,
): BudgetFacts {
  if (context === undefined) return { restarts, limits, attempt: 0, retryAtMs: null, stableAtMs: null };
  return {
    restarts: context.restarts,
    limits,
    attempt: context.consecutive,
    retryAtMs: context.retryAtMs,
    stableAtMs: state !== 'ready' ? null : context.stable ? nowMs : context.sinceMs + limits.stableMs,
  };
}
