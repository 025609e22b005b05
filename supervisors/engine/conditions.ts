/** A channel's conditions: what its snapshot says, one question at a time, and since when the answer is the same. */
import type { ChannelContext } from '../../machines/channel-machine.js';
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { Condition, ConditionType } from './channel-view.js';

type Answer = Omit<Condition, 'type' | 'sinceUtcMs'>;

/** @param before what was answered last; empty for a channel that is new */
export function conditionsOf(
  snapshot: ChannelSnapshot,
  before: readonly Condition[],
  nowUtcMs: number,
): Condition[] {
  return Object.entries(answersOf(snapshot)).map(([type, answer]) => {
    const last = before.find((condition) => condition.type === type);
    const sinceUtcMs = last?.status === answer.status ? last.sinceUtcMs : nowUtcMs;
    return { type: type as ConditionType, ...answer, sinceUtcMs };
  });
}

function answersOf(snapshot: ChannelSnapshot): Record<ConditionType, Answer> {
  const { state, detail, airing, planAssetProblems, budget, hostPid, machine } = snapshot;
  const condition = (machine?.context as ChannelContext | undefined)?.condition ?? null;
  const ready = state === 'ready';
  const stopped = state === 'stopped';
  const taken = airing === 'operator_slate';
  const slate = airing === 'slate' || taken;
  const exhausted = condition === 'BudgetExhausted';
  const nothing = condition === 'NoScheduledContent';
  const [problem] = planAssetProblems.soonest;
  const noHost = hostPid === null && state === 'error';
  const whyNot = noHost ? 'NoHost' : state === 'error' ? 'Recovering' : inWord(state);
  return {
    Ready: { status: ready, reason: ready ? 'AsScheduled' : (condition ?? whyNot), message: detail },
    SlateActive: {
      status: slate,
      reason: taken ? 'TakenByOperator' : slate ? (condition ?? 'NoFrames') : 'NotNeeded',
      message: taken ? 'an operator has taken slate; ReturnToPlan ends it' : slate ? detail : '',
    },
    BudgetExhausted: {
      status: exhausted,
      reason: exhausted ? 'TooManyRestarts' : 'RestartsLeft',
      message: exhausted ? budget.text : '',
    },
    NoScheduledContent: {
      status: nothing,
      reason: nothing ? 'PlanNotBegunOrOver' : 'Scheduled',
      message: nothing ? detail : '',
    },
    AssetProblemAhead: {
      status: planAssetProblems.count > 0,
      reason: planAssetProblems.count > 0 ? 'BadAssets' : 'NoneKnown',
      message:
        problem === undefined
          ? ''
          : `${planAssetProblems.count} in the coming hour; the first: ${problem.reason}`,
    },
    NoHost: {
      status: noHost,
      reason: noHost ? 'HostLostOrRefused' : stopped ? 'Stopped' : 'HostRuns',
      message: noHost ? detail : '',
    },
  };
}

/** `buffering` as the word of a reason: `Buffering`. */
function inWord(state: string): string {
  return `${state.slice(0, 1).toUpperCase()}${state.slice(1)}`;
}
