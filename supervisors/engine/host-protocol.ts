/**
 * What crosses between the engine and a channel's host process. Plain data; times are monotonic milliseconds,
 * which all processes of a machine share.
 */
import type { AiredPicture } from '../channel/aired-picture.js';
import type { AsRunLine } from '../channel/as-run-line.js';
import type { ChannelReport } from '../channel/channel-event.js';
import type { ChannelSettings } from '../channel/channel-settings.js';
import type { PlanCopy } from '../channel/plan.js';
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import type { PlanOrder } from '../channel/plan-order.js';
import type { SwitchOutcome } from '../channel/preview-desk.js';
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { SupervisorReport } from '../otp/report.js';
import type { ChildInfo } from '../otp/which-children.js';

/** What every channel of an engine has in common. */
export interface HostSettings {
  readonly channel: ChannelSettings;
  readonly ffmpegPath: string;
  /** Scheduling priority of decoders, 0 to 19. */
  readonly decoderNice: number;
  readonly planDirectory: string;
  /** The HTTP store of plans, which is asked instead of the directory; null: there is none. */
  readonly planStore: { readonly urlTemplate: string; readonly timeoutMs: number } | null;
  readonly mediaRoots: readonly string[];
  readonly consumerMaxPinnedFrames: number;
  readonly consumerStallMs: number;
}

export interface StartOrder {
  readonly channelId: number;
  readonly port: number;
  /** When the channel's tick 0 is due. */
  readonly epochMs: number;
  readonly order: PlanOrder;
  readonly restarts: readonly number[];
  readonly lastFirstAttemptMs: number | undefined;
  /** Since when the operator's slate is on air, UTC; absent: it is not. */
  readonly operatorSlateSinceUtcMs?: number | undefined;
}

/** What changes what a channel airs; each is answered. */
export type PlanCall =
  /** `promised`: what an earlier host had armed. */
  | { readonly type: 'update'; readonly planHandle: string; readonly promised?: PlanCopy | undefined }
  | { readonly type: 'load_preview'; readonly assetPath: string }
  | { readonly type: 'switch_to_live' }
  | { readonly type: 'take_slate' }
  | { readonly type: 'return_to_plan' }
  | { readonly type: 'skip_segment' }
  | { readonly type: 'restart_decoder' };

export type ToHost =
  /** First message: what to prepare for, before it is known for which channel. */
  | { readonly type: 'boot'; readonly settings: HostSettings }
  /** Before the start, where the operator has a slate for the channel: its planes follow, on a way of their own. */
  | { readonly type: 'slate' }
  | ({ readonly type: 'start' } & StartOrder)
  | (PlanCall & { readonly call: number })
  | { readonly type: 'reset_budget'; readonly call: number }
  /** Wants the channel's picture; not sent again before it has come. */
  | { readonly type: 'picture' }
  /** A consumer's socket travels with the message. */
  | { readonly type: 'consumer' }
  | { readonly type: 'stop' };

/** A child as its supervisor shows it, fit to be sent. */
export type ChildState = Omit<ChildInfo, 'child'>;

export type FromHost =
  | { readonly type: 'started'; readonly outcome: PlanChangeOutcome }
  /** The answer to a {@link PlanCall}. */
  | { readonly type: 'updated'; readonly call: number; readonly outcome: SwitchOutcome }
  /** The window of restarts is empty, but for those that were made since. */
  | { readonly type: 'budget_reset'; readonly call: number; readonly restarts: readonly number[] }
  | { readonly type: 'picture'; readonly picture: AiredPicture }
  | { readonly type: 'report'; readonly report: ChannelReport }
  /** A child of the channel's own tree failed. Errors do not survive the way; the reason says what they said. */
  | { readonly type: 'supervision'; readonly report: Omit<SupervisorReport, 'cause'> }
  /** The first of the sockets under way has come, and not a byte was written to it yet. */
  | { readonly type: 'consumer_taken' }
  /**
   * Sent at least every quarter of a second: it is the heartbeat too. `asRun` is the as-run line that is not over yet,
   * for the case that this host does not live to end it. `children` are the channel supervisor's.
   */
  | {
      readonly type: 'snapshot';
      readonly snapshot: ChannelSnapshot;
      readonly asRun?: AsRunLine | undefined;
      readonly children: readonly ChildState[];
    }
  | { readonly type: 'stopped'; readonly stuckPids: readonly number[] };

/** How often a host sends its snapshot. */
export const SNAPSHOT_INTERVAL_MS = 250;
