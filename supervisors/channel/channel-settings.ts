/**
 * Everything a channel's subtree is configured with; plain data, so that it can be sent to a host.
 */
import type { RestartLimits } from '../../machines/restart-policy.js';
import type { Format } from './format.js';

/**
 * Slots of the pool, beyond the queue's, that are spoken for: those of sources ahead, of the plan being prepared, and
 * the frame on air. What is left of `preparingFrames` is what consumers may keep.
 */
export const RESERVED_SLOTS = 10;

export interface ChannelSettings {
  readonly format: Format;
  /** Frames staged ahead of the one on air. */
  readonly queueFrames: number;
  /** Further slots of the pool, for sources being prepared and frames that consumers still read. */
  readonly preparingFrames: number;
  /** So many frames staged make a channel ready. */
  readonly readyFrames: number;
  /** Filler: how long the last frame is held before slate. */
  readonly holdMs: number;
  /** Filler: slate airs at least this long at a time. */
  readonly slateMinMs: number;
  /** A decoder that owes frames and gives none for so long is stalled. */
  readonly stallMs: number;
  /** The same before its first frame. */
  readonly firstFrameMs: number;
  /** A decoder further behind the schedule than this is started again at the schedule's position. */
  readonly maxLagMs: number;
  /** How long before its turn a segment's decoder is started, beyond what the queue holds. */
  readonly leadMs: number;
  /** How long a plan may take from UpdatePlan to its first frames, and a preview from LoadPreview to its own. */
  readonly updateTimeoutMs: number;
  readonly restarts: RestartLimits;
}
