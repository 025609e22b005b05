/** What the model knows of the world around a channel's machine. */
import { initialTransition } from 'xstate';
import type { ChannelEvent } from '../../../../machines/channel-events.js';
import { type ChannelSnapshotOf, channelMachine } from '../../../../machines/channel-machine.js';
import { SETTINGS } from '../../../support/inline-channel.js';
import type { PlanName } from './world-plans.js';

/** The limits of every channel here. */
export const LIMITS = SETTINGS.restarts;

/** Why an event comes. */
export type Cause =
  /** Its time has come: a retry's, that of being stable, the last staged frame's. */
  | 'time'
  /** A segment's time has come, or the plan's, or its end. */
  | 'slot'
  /** It follows at once from the event before. */
  | 'itself'
  | `start ${PlanName}`
  | 'stop'
  | 'reset'
  /** UpdatePlan to a plan that is good. */
  | 'update'
  /** The live decoder dies. */
  | 'crash'
  /** The live decoder gives nothing more until it is let go. */
  | 'hold'
  /** It is let go. A restarted one first gives a single frame, and the rest only if that makes the channel ready. */
  | 'frames'
  /** The attempt under way finds no asset, an asset that has nothing more, no plan, the plan. */
  | 'asset missing'
  /** What was missing is there, the next time somebody looks; its decoder then gives a single frame until it is let go. */
  | 'asset found'
  | 'asset over'
  | 'plan unknown'
  | 'plan found';

export interface Step {
  readonly type: ChannelEvent['type'];
  readonly by: Cause;
}

export interface World {
  readonly nowMs: number;
  /** The plan that is laid out; undefined while there is none. */
  readonly plan: PlanName | undefined;
  /** When its frame 0 airs; undefined until that is decided. */
  readonly startMs: number | undefined;
  /** The segment whose frames are needed next. */
  readonly segment: number;
  /**
   * The attempt at that segment, or at the plan. `open`: nothing is known of it yet; `held`: it gives frames when it is
   * let go; `running`: it gives all there is room for; `over`: the asset has nothing more, the rest is pad.
   */
  readonly attempt: 'none' | 'open' | 'held' | 'running' | 'failed' | 'over';
  /** When it was found that the asset of the failed attempt cannot be used; undefined where that is not why it failed. */
  readonly unusableMs: number | undefined;
  /** How long the staged frames last once no more come. */
  readonly stagedMs: number;
  /** When the channel will have been ready for long enough to be stable. */
  readonly stableMs: number | undefined;
  /** What has to come next, in this order, out of what has happened. */
  readonly following: readonly Step['type'][];
  /** The channel was stopped; it is not started again. */
  readonly ended: boolean;
}

/** A channel's machine in its world. */
export interface Channel {
  readonly machine: ChannelSnapshotOf;
  readonly world: World;
}

/** Of a restarted decoder, and of an updated plan's; the rest waits until it is let go. */
export const FIRST_FRAMES = 1;
export const UPDATE_FRAMES = 12;

export function newChannel(): Channel {
  const [machine] = initialTransition(channelMachine, { limits: LIMITS, restarts: [], atMs: 0 });
  return {
    machine,
    world: {
      nowMs: 0,
      plan: undefined,
      startMs: undefined,
      segment: 0,
      attempt: 'none',
      unusableMs: undefined,
      stagedMs: 0,
      stableMs: undefined,
      following: [],
      ended: false,
    },
  };
}

/** Nothing need be done for it. */
export function comesByItself({ by }: Step): boolean {
  return by === 'time' || by === 'slot' || by === 'itself';
}
