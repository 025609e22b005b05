/**
 * Makes a channel's snapshot from its live parts. Cheap enough to be made several times a second; never on the
 * tick path.
 */
import { budgetRemaining } from '../../machines/restart-policy.js';
import type { MasterClock } from '../master-clock.js';
import type { ChannelSettings } from './channel-settings.js';
import type { Channel } from './channel-supervisor.js';
import { formatLabel } from './format.js';
import type { Timeline } from './plan.js';
import type { Program } from './program.js';
import type { ChannelSnapshot, DecoderSnapshot, OnAirSnapshot } from './snapshot.js';
import type { SourceSupervisor } from './source-supervisor.js';

/** What only the host knows. */
export interface HostFacts {
  readonly channelId: number;
  readonly planHandle: string;
  readonly port: number;
  readonly hostPid: number | null;
  readonly startedMs: number;
  readonly childrenActual: number;
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
  const live = source?.desk.live;
  const decoders = source === undefined ? [] : decoderSnapshots(source, nowMs);
  const pending = source?.desk.change ?? source?.desk.armed;
  const preview = source?.desk.previews.preview;
  const context = machine?.context;
  return {
    version: 1,
    channelId: facts.channelId,
    state: source?.machine.state ?? 'error',
    sinceUtcMs: Math.round(utcMs - (nowMs - (context?.sinceMs ?? nowMs))),
    atUtcMs: utcMs,
    detail: detailOf(context?.condition ?? null, context?.reason ?? 'the channel is being restarted'),
    planHandle: source?.desk.schedule?.timeline.handle ?? facts.planHandle,
    port: facts.port,
    format: formatLabel(settings.format),
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
    onAir: live === undefined ? null : onAir(live, source?.desk.schedule?.timeline),
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
    restartBudgetRemaining:
      context === undefined ? 0 : budgetRemaining(context.restarts, nowMs, settings.restarts),
    clockOffsetSeconds: source === undefined ? 0 : (utcMs - nowMs - source.desk.utcOffsetMs) / 1000,
    uptimeSeconds: (nowMs - facts.startedMs) / 1000,
    consumers: output?.consumers ?? 0,
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

/** What the coming tick shows of the plan; null before its start, after its end, and while it is provisional. */
function onAir(program: Program, plan: Timeline | undefined): OnAirSnapshot | null {
  if (program.startTick === undefined || program.airFrame < program.joinFrame) return null;
  const occurrence = program.timeline.at(program.airFrame);
  if (occurrence === undefined) return null;
  const { segment, turn, startFrame, endFrame } = occurrence;
  return {
    planHandle: plan?.handle ?? '',
    planHash: plan?.hash ?? '',
    segmentIndex: segment.index,
    segmentType: segment.segmentType,
    assetUri: segment.assetUri,
    segmentFrame: program.airFrame - startFrame,
    segmentFrames: endFrame - startFrame,
    turn,
  };
}

function decoderSnapshots(source: SourceSupervisor, nowMs: number): DecoderSnapshot[] {
  const of = (program: Program | undefined, prepared: boolean): DecoderSnapshot[] =>
    (program?.sources ?? [])
      .filter((each) => each.decoder !== undefined)
      .map((each) => ({
        incarnation: each.incarnation,
        role: prepared ? 'prepared' : each === program?.head ? 'live' : 'next',
        pid: each.decoder?.pid ?? null,
        asset: each.occurrence.segment.assetUri,
        segmentIndex: each.occurrence.segment.index,
        framesDelivered: each.deliveredFrames,
        framesOrdered: each.orderedFrames,
        waitingForRoom: each.decoder?.waitingForRoom ?? false,
        uptimeMs: nowMs - each.orderedAtMs,
      }));
  return [...of(source.desk.live, false), ...source.desk.prepared.flatMap((program) => of(program, true))];
}
