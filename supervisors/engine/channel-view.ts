/**
 * The one shape in which a channel is shown: over gRPC, over HTTP, on the command line and on the dashboard, and as the
 * source of its metrics, so that they can never disagree. It is what the host tells, and what the engine keeps beside
 * it because it outlives hosts. Plain data: it survives JSON unchanged. docs/snapshots.md tells every field.
 */
import type { AiringSource, ChannelSnapshot } from '../channel/snapshot.js';
import type { AllowedAction } from './allowed-actions.js';

export type ConditionType =
  | 'Ready'
  | 'SlateActive'
  | 'BudgetExhausted'
  | 'NoScheduledContent'
  | 'AssetProblemAhead'
  | 'NoHost';

/** One aspect of a channel, true or false, with the reason; in the manner of Kubernetes. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: boolean;
  /** One word for machines. */
  readonly reason: string;
  /** For people; empty where there is nothing to add. */
  readonly message: string;
  /** Since when the status is what it is; UTC. */
  readonly sinceUtcMs: number;
}

/** The machine went from one of its states to another. */
export interface Transition {
  readonly atUtcMs: number;
  /** The machine's own event, or `host.lost`, `host.replaced` and `start.refused`, which are the engine's. */
  readonly event: string;
  readonly from: string;
  readonly to: string;
}

export interface ChannelView extends ChannelSnapshot {
  /** How old what the host told is; 0 where no host runs. A channel that hangs shows here. */
  readonly ageMs: number;
  readonly conditions: readonly Condition[];
  /** The last 50, the oldest first; kept from host to host, and while the channel is stopped. */
  readonly transitions: readonly Transition[];
  /** What an operator may do with it now, and why not the rest. */
  readonly actions: readonly AllowedAction[];
}

/** What left the channel for how long; `none`: nothing did. */
export interface TimelineSpan {
  readonly source: AiringSource | 'none';
  readonly fromUtcMs: number;
  /** Null: it is so now. */
  readonly toUtcMs: number | null;
}

/** Something that happened: a restart, a plan that took over. */
export interface TimelineMark {
  readonly atUtcMs: number;
  readonly event: string;
  /** For people. */
  readonly text: string;
}

/** The last hour of a channel. */
export interface ChannelTimeline {
  readonly channelId: number;
  readonly fromUtcMs: number;
  readonly toUtcMs: number;
  readonly spans: readonly TimelineSpan[];
  readonly marks: readonly TimelineMark[];
}
