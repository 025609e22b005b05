/** What the channel machine is told, and what it asks for. */

/** Times are monotonic. */
export type ChannelEvent =
  | { readonly type: 'channel.start'; readonly atMs: number }
  | { readonly type: 'channel.stop'; readonly atMs: number }
  | { readonly type: 'channel.stopped'; readonly atMs: number }
  /** Another plan has taken over the schedule. */
  | { readonly type: 'plan.adopted'; readonly atMs: number }
  /** The plan the channel was started with cannot be used. */
  | { readonly type: 'plan.unusable'; readonly atMs: number; readonly reason: string }
  /** The live segment's asset cannot be used, and its slot has come. */
  | { readonly type: 'segment.unusable'; readonly atMs: number; readonly reason: string }
  /** The asset for which slate airs is there by now, as far as can be told without a decoder. */
  | { readonly type: 'asset.found'; readonly atMs: number }
  /** The schedule has moved on from a segment whose decoder was lost. */
  | { readonly type: 'segment.due'; readonly atMs: number }
  | { readonly type: 'schedule.empty'; readonly atMs: number }
  | { readonly type: 'schedule.resumed'; readonly atMs: number }
  /** Enough is staged to air without interruption. */
  | { readonly type: 'threshold.reached'; readonly atMs: number }
  /** A tick owed content and had none: filler aired. */
  | { readonly type: 'queue.dry'; readonly atMs: number }
  /** The live decoder is gone and was not asked to go. `random` is in [0, 1). */
  | { readonly type: 'decoder.lost'; readonly atMs: number; readonly reason: string; readonly random: number }
  /** A restarted decoder has delivered its first frame. */
  | { readonly type: 'decoder.delivered'; readonly atMs: number }
  | { readonly type: 'retry.due'; readonly atMs: number }
  | { readonly type: 'stable.reached'; readonly atMs: number }
  /** An operator clears the restart window. */
  | { readonly type: 'budget.reset'; readonly atMs: number };

/** What the machine wants done. Due times are monotonic. */
export type ChannelEffect =
  /** Send `retry.due` then, and not earlier; replaces any earlier request. */
  | { readonly type: 'retry.schedule'; readonly dueMs: number }
  | { readonly type: 'retry.cancel' }
  /** Start the live segment's decoder again, or resolve the plan again. It has been counted. */
  | { readonly type: 'retry.start' }
  /** Send `stable.reached` then. */
  | { readonly type: 'stable.schedule'; readonly dueMs: number }
  | { readonly type: 'stable.cancel' };
