/**
 * What a host tells of its channel: the part of a channel's snapshot that it knows. The engine keeps the last one and
 * adds what outlives hosts (supervisors/engine/channel-view.ts), so reading never waits for a channel. Plain data: it
 * survives JSON unchanged. docs/snapshots.md tells every field.
 */
export type ChannelState = 'stopped' | 'buffering' | 'ready' | 'error';

/** The numbers of the metric `channel_state`. */
export const CHANNEL_STATE_NUMBER: Readonly<Record<ChannelState, number>> = {
  stopped: 0,
  buffering: 1,
  ready: 2,
  error: 3,
};

/**
 * What the last tick aired. `pad`: slate that the schedule itself asks for. `operator_slate`: slate that an operator has
 * taken, whatever is scheduled.
 */
export type AiringSource = 'content' | 'hold' | 'slate' | 'pad' | 'operator_slate';

/** A histogram as Prometheus means it: `counts[i]` observations were <= `bounds[i]`, cumulative. */
export interface HistogramSnapshot {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** Everything countable about a channel since its host started; label values stand as keys. */
export interface ChannelCounters {
  readonly framesAired: Readonly<Record<'content' | 'hold' | 'slate', number>>;
  readonly framesDecoded: number;
  /** By reason: `late`, `plan_swap`, `preview`, `stopped`, `filler`, `skipped`, `operator_slate`. */
  readonly framesDropped: Readonly<Record<string, number>>;
  readonly ticksMissed: number;
  readonly bufferUnderruns: number;
  readonly decodeFailures: number;
  /** By reason: `crashed`, `ended_early`, `stalled`, `no_frames`, `too_slow`, `unusable`, `operator`. */
  readonly decoderRestarts: Readonly<Record<string, number>>;
  readonly planRejections: number;
  readonly consumerFramesDropped: number;
  /** From the order for a decoder to its first frame. */
  readonly decodeLatencySeconds: HistogramSnapshot;
  /** How long after its due time a frame was handed to the output. */
  readonly tickLatenessSeconds: HistogramSnapshot;
  /** From the request for another plan to its first frame on air. */
  readonly planSwapSeconds: HistogramSnapshot;
}

/** What a process takes of the machine. */
export interface ProcessUsage {
  readonly rssBytes: number;
  /** Of one core, over the last second or so; may exceed 100. */
  readonly cpuPercent: number;
}

/** One decoder as shown to operators. */
export interface DecoderSnapshot {
  readonly incarnation: number;
  readonly role: 'live' | 'next' | 'prepared';
  readonly pid: number | null;
  readonly asset: string;
  readonly segmentIndex: number;
  readonly framesDelivered: number;
  readonly framesOrdered: number;
  /** The queue is full: it is not to deliver now, which is how a healthy one spends its time. */
  readonly waitingForRoom: boolean;
  readonly uptimeMs: number;
  /** Since its last frame; null before the first. */
  readonly lastFrameAgeMs: number | null;
  /**
   * How fast it decodes while there is room, as a multiple of real time; null before that can be told. Less than 1 is too
   * slow for the air.
   */
  readonly speed: number | null;
  /** Null where it cannot be read, or was not yet. */
  readonly usage: ProcessUsage | null;
  /** Its command line, secrets masked. */
  readonly arguments: readonly string[];
}

/** How the last decoder that was lost ended; kept after recovery. */
export interface LastExitSnapshot {
  readonly incarnation: number;
  readonly pid: number | null;
  /** `crashed`: it went by itself. `asked`: the engine ended it, because it stood still or was too slow. */
  readonly how: 'crashed' | 'asked';
  readonly reason: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly segmentIndex: number;
  readonly asset: string;
  readonly frames: number;
  readonly uptimeMs: number;
  /** The last lines of its stderr. */
  readonly stderrTail: string;
  readonly atUtcMs: number;
}

/** The restarts that the channel has made and may make still, and the next one. */
export interface BudgetSnapshot {
  /** Restarts in the window that ends now. */
  readonly used: number;
  readonly max: number;
  readonly remaining: number;
  readonly windowMs: number;
  /** Until the oldest of them no longer counts; null where none does. */
  readonly nextSlotMs: number | null;
  /** Restarts in a row since the channel was last stable. */
  readonly attempt: number;
  /** Until the pending restart; null where none is pending. */
  readonly backoffMs: number | null;
  /** Until the channel counts as stable; 0 where it does, null while it is not ready. */
  readonly stableMs: number | null;
  /** The same in words: `3 of 5 in 60 s, next slot in 21 s`. */
  readonly text: string;
}

/** One connected Renderer. */
export interface ConsumerSnapshot {
  /** `HOST:PORT` of its end. */
  readonly address: string;
  readonly connectedMs: number;
  /** Frames that wait for it. */
  readonly framesWaiting: number;
  /** Whole frames that it lost because it did not keep up. */
  readonly framesDropped: number;
}

/** What is on air of a plan; or a preview in its place, of segment type `preview`. */
export interface OnAirSnapshot {
  readonly planHandle: string;
  readonly planHash: string;
  readonly segmentIndex: number;
  readonly segmentType: string;
  /** The plan's own title of the segment, or the name of its file. */
  readonly title: string;
  readonly assetUri: string;
  /** Frames of this occurrence already aired, and how many it has. */
  readonly segmentFrame: number;
  readonly segmentFrames: number;
  /** The same as time. */
  readonly positionMs: number;
  readonly durationMs: number;
  readonly startedUtcMs: number;
  readonly endsUtcMs: number;
  readonly turn: number;
}

/** A segment that the schedule has ahead. */
export interface ComingSegment {
  readonly segmentIndex: number;
  readonly segmentType: string;
  readonly title: string;
  readonly assetUri: string;
  readonly startsUtcMs: number;
  readonly durationMs: number;
  /** What is known to be wrong with its asset; null: nothing is. */
  readonly problem: string | null;
}

/** An asset that cannot be used as things are. */
export interface PlanAssetProblem {
  readonly planHandle: string;
  readonly segmentIndex: number;
  readonly assetUri: string;
  readonly reason: string;
  /** When its slot begins. */
  readonly dueUtcMs: number;
}

/** What is wrong with segments of the plan on air, and of the one that is armed, within the coming hour. */
export interface PlanAssetProblems {
  readonly count: number;
  /** The first few. */
  readonly soonest: readonly PlanAssetProblem[];
}

export interface ChannelSnapshot {
  /** Version of this shape. */
  readonly version: 1;
  readonly channelId: number;
  readonly state: ChannelState;
  /** Since when the channel is in this state, UTC. */
  readonly sinceUtcMs: number;
  /** When this snapshot was made, UTC; tells how old it is. */
  readonly atUtcMs: number;
  /** Why the channel is not simply ready, in a sentence; empty when it is. */
  readonly detail: string;
  readonly planHandle: string;
  /** The port that is bound; 0 when none is. */
  readonly port: number;
  readonly format: string;
  readonly hostPid: number | null;
  /** XState's own words. Null while no host runs. */
  readonly machine: {
    readonly value: unknown;
    readonly status: string;
    readonly context: unknown;
    readonly tags: readonly string[];
  } | null;
  readonly healthy: boolean;
  readonly airing: AiringSource | null;
  /** Since when that is what airs; null where nothing does. */
  readonly airingSinceUtcMs: number | null;
  /** Since when an operator has slate on air in place of what is scheduled; null while none has. */
  readonly operatorSlate: { readonly sinceUtcMs: number } | null;
  readonly onAir: OnAirSnapshot | null;
  /** The next few segments of the plan on air. */
  readonly coming: readonly ComingSegment[];
  /** The plan being prepared or armed, if any. */
  readonly pendingPlan: { readonly planHandle: string; readonly startUtcMs: number | null } | null;
  /** The asset loaded beside what is on air, if any; `loaded`: its first frames wait for SwitchToLive. */
  readonly preview: { readonly assetPath: string; readonly loaded: boolean } | null;
  readonly planAssetProblems: PlanAssetProblems;
  readonly tick: number;
  readonly bufferDepthFrames: number;
  readonly queueFrames: number;
  /** The last frame's due time minus its sent time; negative means late. */
  readonly frameGapSeconds: number;
  /** The latest that a tick was in the last minute, in milliseconds. */
  readonly worstLatenessMs: number;
  readonly budget: BudgetSnapshot;
  /** How far the system's wall clock has moved against the MasterClock since the plan was put on air. */
  readonly clockOffsetSeconds: number;
  readonly uptimeSeconds: number;
  readonly consumers: number;
  /** The first of them by time of connection. */
  readonly consumerList: readonly ConsumerSnapshot[];
  readonly decoders: readonly DecoderSnapshot[];
  readonly lastExit: LastExitSnapshot | null;
  readonly counters: ChannelCounters;
  /** Child processes the host should have, and has. */
  readonly childrenExpected: number;
  readonly childrenActual: number;
}
