/**
 * The one shape in which a channel is shown: over HTTP, on the command line, and as the source of its metrics,
 * so that they can never disagree. A host makes it and sends it to the engine; the engine keeps the last one,
 * so reading it never waits for a channel. Plain data: it survives JSON unchanged.
 */
export type ChannelState = 'stopped' | 'buffering' | 'ready' | 'error';

/** The numbers of the metric `channel_state`. */
export const CHANNEL_STATE_NUMBER: Readonly<Record<ChannelState, number>> = {
  stopped: 0,
  buffering: 1,
  ready: 2,
  error: 3,
};

/** What the last tick aired. `pad`: slate that the schedule itself asks for. */
export type AiringSource = 'content' | 'hold' | 'slate' | 'pad';

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
  /** By reason: `late`, `plan_swap`, `preview`, `stopped`, `filler`. */
  readonly framesDropped: Readonly<Record<string, number>>;
  readonly ticksMissed: number;
  readonly bufferUnderruns: number;
  readonly decodeFailures: number;
  /** By reason: `crashed`, `ended_early`, `stalled`, `no_frames`, `too_slow`, `unusable`. */
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

/** One decoder as shown to operators. */
export interface DecoderSnapshot {
  readonly incarnation: number;
  readonly role: 'live' | 'next' | 'prepared';
  readonly pid: number | null;
  readonly asset: string;
  readonly segmentIndex: number;
  readonly framesDelivered: number;
  readonly framesOrdered: number;
  readonly waitingForRoom: boolean;
  readonly uptimeMs: number;
}

/** How the last decoder that was lost ended; kept after recovery. */
export interface LastExitSnapshot {
  readonly incarnation: number;
  readonly reason: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly frames: number;
  readonly stderrTail: string;
  readonly atUtcMs: number;
}

/** What is on air of a plan; or a preview in its place, of segment type `preview`. */
export interface OnAirSnapshot {
  readonly planHandle: string;
  readonly planHash: string;
  readonly segmentIndex: number;
  readonly segmentType: string;
  readonly assetUri: string;
  /** Frames of this occurrence already aired, and how many it has. */
  readonly segmentFrame: number;
  readonly segmentFrames: number;
  readonly turn: number;
}

/** An asset that cannot be used as things are. */
export interface PlanAssetProblem {
  readonly segmentIndex: number;
  readonly assetUri: string;
  readonly reason: string;
  /** When its slot begins. */
  readonly dueUtcMs: number;
}

/** What is wrong with segments of the plan on air, within the coming hour. */
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
  readonly onAir: OnAirSnapshot | null;
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
  readonly restartBudgetRemaining: number;
  /** How far the system's wall clock has moved against the MasterClock since the plan was put on air. */
  readonly clockOffsetSeconds: number;
  readonly uptimeSeconds: number;
  readonly consumers: number;
  readonly decoders: readonly DecoderSnapshot[];
  readonly lastExit: LastExitSnapshot | null;
  readonly counters: ChannelCounters;
  /** Child processes the host should have, and has. */
  readonly childrenExpected: number;
  readonly childrenActual: number;
}
