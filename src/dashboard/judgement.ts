/**
 * What page and command line make of a channel: how bad it is, and what the engine does about it. It is decided here,
 * and each has its own words for it. Pure, and fit for browsers as for Node, as channel-facts.ts is.
 */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { isSilent } from '../../supervisors/engine/silence.js';
import { holds, isWrong, machineState } from './channel-facts.js';

/** `bad`: viewers do not get what is scheduled. `warn`: they may soon not. `busy`: it is being put on air. */
export type Tone = 'bad' | 'warn' | 'busy' | 'ok' | 'off';

export interface Judgement {
  /** The worst is 0. */
  readonly rank: number;
  readonly tone: Tone;
  /** The channel's condition in a word or two. */
  readonly word: string;
  readonly wrong: boolean;
}

export function judge(view: ChannelView): Judgement {
  const { airing, state } = view;
  const filler = airing === 'hold' || airing === 'slate';
  const rated = (rank: number, tone: Tone, word: string) => ({ rank, tone, word, wrong: isWrong(view) });
  if (state === 'stopped') return rated(7, 'off', machineState(view) === 'stopping' ? 'Stopping' : 'Stopped');
  if (state === 'error' && view.hostPid === null) return rated(0, 'bad', 'No output');
  if (isSilent(view)) return rated(0, 'bad', 'Not responding');
  if (machineState(view) === 'error.slate') return rated(0, 'bad', 'On slate');
  if (state === 'error') return filler ? rated(1, 'bad', 'Recovering') : rated(2, 'warn', 'Recovering');
  if (state !== 'ready') {
    if (holds(view, 'NoScheduledContent')) return rated(1, 'bad', 'Nothing scheduled');
    return rated(3, filler ? 'bad' : 'busy', 'Buffering');
  }
  if (airing === 'operator_slate') return rated(4, 'warn', "Operator's slate");
  if (view.planAssetProblems.count > 0) return rated(5, 'warn', 'Problem ahead');
  return rated(6, 'ok', 'Ready');
}

/** What the engine does about a channel. */
export type Remedy =
  | { readonly does: 'nothing' }
  /** It has no host, and gets a new one. */
  | { readonly does: 'host' }
  /** A decoder is started again, or the segment tried again while slate airs; null: just now. */
  | { readonly does: 'attempt'; readonly slate: boolean; readonly inMs: number | null }
  /** Frames are gathered. */
  | { readonly does: 'fill' }
  /** Nothing is scheduled now; null: nothing is to come, either. */
  | { readonly does: 'wait'; readonly next: Beginning | null }
  /** It is ready after restarts, which count until it has been for so long. */
  | { readonly does: 'watch'; readonly stableInMs: number };

/** What will air, and when. */
export interface Beginning {
  /** A segment's title, or a plan's handle. */
  readonly name: string;
  readonly atUtcMs: number;
}

/** @param nowUtcMs the engine's time */
export function remedyOf(view: ChannelView, nowUtcMs: number): Remedy {
  const { state, hostPid, budget } = view;
  const passedMs = Math.max(0, nowUtcMs - view.atUtcMs);
  if (state === 'stopped') return { does: 'nothing' };
  if (hostPid === null) return { does: 'host' };
  if (state === 'error') {
    const inMs = budget.backoffMs === null ? null : budget.backoffMs - passedMs;
    return { does: 'attempt', slate: machineState(view) === 'error.slate', inMs };
  }
  if (state === 'buffering') {
    if (!holds(view, 'NoScheduledContent')) return { does: 'fill' };
    return { does: 'wait', next: firstToBegin(view) };
  }
  const stableMs = budget.stableMs ?? 0;
  if (stableMs > 0 && budget.used > 0) return { does: 'watch', stableInMs: stableMs - passedMs };
  return { does: 'nothing' };
}

/** Of the plan that runs and of the one that waits to take over. */
function firstToBegin({ coming: [next], pendingPlan }: ChannelView): Beginning | null {
  const segment = next === undefined ? null : { name: next.title, atUtcMs: next.startsUtcMs };
  if (pendingPlan === null || pendingPlan.startUtcMs === null) return segment;
  if (segment !== null && segment.atUtcMs <= pendingPlan.startUtcMs) return segment;
  return { name: pendingPlan.planHandle, atUtcMs: pendingPlan.startUtcMs };
}
