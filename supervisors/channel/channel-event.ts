/**
 * What happens on a channel, told once, to whoever listens: the log, the engine, tests. Rare by nature; nothing
 * here happens once per tick, unless every segment of a plan is one frame long.
 */
import type { AsRunLine } from './as-run-line.js';
import type { PlanCopy } from './plan.js';
import type { AiringSource, ChannelState } from './snapshot.js';

export type ChannelReport =
  | {
      readonly event: 'state';
      readonly from: ChannelState;
      readonly to: ChannelState;
      readonly cause: string;
      readonly detail: string;
    }
  /** The machine went from one of its states to another, finer than what `state` tells: `error.recovering`. */
  | { readonly event: 'transition'; readonly cause: string; readonly from: string; readonly to: string }
  /** From now on this is what leaves. */
  | { readonly event: 'airing'; readonly source: AiringSource }
  /** Slate stands in for content from now on: what failed, how often, and what happens next. */
  | {
      readonly event: 'slate';
      readonly condition: string;
      readonly reason: string;
      /** Restarts within the present window, and how many it allows. */
      readonly restarts: number;
      readonly maxRestarts: number;
      readonly windowMs: number;
      /** Until the next attempt at what failed. */
      readonly nextAttemptMs: number;
      /** What the schedule has after it, and when; null: nothing, or nothing is on air yet. */
      readonly nextSegment: { readonly asset: string; readonly inMs: number } | null;
      /** What failed; absent where no plan is resolved. */
      readonly segment?: number;
    }
  /** A restart was counted against the channel's window; `restarts` is the window to remember. */
  | {
      readonly event: 'restart';
      readonly restarts: readonly number[];
      readonly attempt: number;
      readonly reason: string;
      /** What is tried again; absent where it is the plan. */
      readonly segment?: number;
    }
  /** A segment or plan was tried for the first time while the restarts were spent: the next may be in 2 s only. */
  | { readonly event: 'first_attempt'; readonly atMs: number }
  | {
      readonly event: 'decoder_lost';
      readonly incarnation: number;
      /** Whose segment it is: the plan on air, one in preparation, or a preview's asset. */
      readonly planHandle: string;
      readonly segment: number;
      readonly asset: string;
      readonly kind: string;
      readonly reason: string;
      readonly frames: number;
      readonly stderr: string;
    }
  /** An asset cannot be decoded at all; told when it is tried, which is ahead of its time. */
  | {
      readonly event: 'segment_unusable';
      /** As with `decoder_lost`. */
      readonly planHandle: string;
      readonly segment: number;
      readonly asset: string;
      readonly reason: string;
    }
  /**
   * Found out ahead of time: an asset of the plan on air, or of the one that is armed, cannot be used as things are.
   * Nothing is done about it.
   */
  | {
      readonly event: 'plan_asset_problem';
      readonly planHandle: string;
      readonly segment: number;
      readonly asset: string;
      /** Until its slot begins; 0 where it has. */
      readonly inMs: number;
      readonly reason: string;
    }
  /** One of which that was said can be used by now. */
  | {
      readonly event: 'plan_asset_found';
      readonly planHandle: string;
      readonly segment: number;
      readonly asset: string;
    }
  /** A plan took over the schedule; its frame 0 belongs to `startTick`. Remembered for the channel's next host. */
  | {
      readonly event: 'plan_on_air';
      readonly planHandle: string;
      readonly planHash: string;
      readonly startTick: number;
      /** See Program. */
      readonly skippedTo: number;
    }
  /** A plan was accepted that takes over at a time of its own. Remembered for the channel's next host. */
  | { readonly event: 'plan_armed'; readonly planHandle: string; readonly planHash: string }
  /** The plan itself, on air or armed, as it was read. Long, hence told on its own, and not on a tick. */
  | { readonly event: 'plan_copied'; readonly planHash: string; readonly copy: PlanCopy }
  /** It will not: another plan has taken its place, or the channel stops. */
  | { readonly event: 'plan_disarmed'; readonly planHandle: string }
  | { readonly event: 'plan_rejected'; readonly planHandle: string; readonly reason: string }
  /** An asset's first frames wait for SwitchToLive. */
  | { readonly event: 'preview_loaded'; readonly asset: string }
  /** It never will air: it cannot be used, or its decoder was lost before the switch. */
  | { readonly event: 'preview_failed'; readonly asset: string; readonly reason: string }
  /** It airs from this tick on. The plan's schedule goes on beneath: nothing to remember for the channel's next host. */
  | { readonly event: 'preview_on_air'; readonly asset: string; readonly startTick: number }
  /** It is over; the plan is on air again, where the clock stands. */
  | { readonly event: 'preview_over'; readonly asset: string }
  /** An operator has slate on air in place of what is scheduled. Remembered for the channel's next host. */
  | { readonly event: 'operator_slate'; readonly sinceUtcMs: number }
  /** What is scheduled airs again. */
  | { readonly event: 'operator_return'; readonly sinceUtcMs: number }
  /**
   * An operator has ended the airing of a segment, or of a preview. `skippedTo`: the schedule stays, and nothing airs
   * of it before this frame of the plan, which is remembered for the channel's next host; null: the schedule has moved.
   */
  | {
      readonly event: 'segment_skipped';
      readonly segment: number;
      readonly asset: string;
      readonly skippedTo: number | null;
    }
  /** An operator has a decoder killed and started again, as a restart like any other. */
  | {
      readonly event: 'decoder_restart_asked';
      readonly incarnation: number;
      readonly segment: number;
      readonly asset: string;
    }
  /** The operator's own slate did not reach the channel; the built-in one stands in for it. */
  | { readonly event: 'slate_unusable'; readonly reason: string }
  /** What was scheduled has changed: what aired of it until now. */
  | { readonly event: 'as_run'; readonly line: AsRunLine }
  | { readonly event: 'underrun'; readonly tick: number; readonly segment?: number }
  | { readonly event: 'ticks_skipped'; readonly ticks: number; readonly lateMs: number };
