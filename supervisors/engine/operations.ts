/**
 * The operator's interventions by name, and the switches with which each can be turned off. A call that is switched off
 * reaches no channel and says which key of the configuration did it.
 */
import type { ChannelOperations, CommandOutcome } from './channel-commands.js';

/** As in addresses and on the command line. */
export type ActionName =
  | 'take-slate'
  | 'return-to-plan'
  | 'skip-segment'
  | 'restart-decoder'
  | 'reset-budget'
  | 'restart-channel';

/** Which may be used; the configuration's section `operations`. */
export interface OperationSwitches {
  readonly takeSlate: boolean;
  readonly skipSegment: boolean;
  readonly restartDecoder: boolean;
  readonly resetBudget: boolean;
  readonly restartChannel: boolean;
}

interface Action {
  readonly call: keyof ChannelOperations;
  readonly switch: keyof OperationSwitches;
  /** The switch as the configuration spells it. */
  readonly key: string;
}

/** One switch for taking slate and for giving it back: who may not do the one has no use for the other. */
export const ACTIONS: Readonly<Record<ActionName, Action>> = {
  'take-slate': { call: 'takeSlate', switch: 'takeSlate', key: 'operations.take_slate' },
  'return-to-plan': { call: 'returnToPlan', switch: 'takeSlate', key: 'operations.take_slate' },
  'skip-segment': { call: 'skipSegment', switch: 'skipSegment', key: 'operations.skip_segment' },
  'restart-decoder': { call: 'restartDecoder', switch: 'restartDecoder', key: 'operations.restart_decoder' },
  'reset-budget': { call: 'resetBudget', switch: 'resetBudget', key: 'operations.reset_budget' },
  'restart-channel': { call: 'restartChannel', switch: 'restartChannel', key: 'operations.restart_channel' },
};

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

/** Why an action may not be used on this engine at all; undefined where it may. */
export function switchedOff(action: ActionName, switches: OperationSwitches): string | undefined {
  const { call, key, switch: name } = ACTIONS[action];
  if (switches[name]) return undefined;
  const method = `${call.charAt(0).toUpperCase()}${call.slice(1)}`;
  return `${method} is switched off on this engine: ${key} is false in its configuration`;
}

/** The operations, as far as the switches let them through. */
export function switchable(operations: ChannelOperations, switches: OperationSwitches): ChannelOperations {
  const gated = (action: ActionName) => {
    const off = switchedOff(action, switches);
    const { call } = ACTIONS[action];
    return async (request: { readonly channelId: number }): Promise<CommandOutcome> =>
      off === undefined ? operations[call](request) : { success: false, errorMessage: off };
  };
  return {
    takeSlate: gated('take-slate'),
    returnToPlan: gated('return-to-plan'),
    skipSegment: gated('skip-segment'),
    restartDecoder: gated('restart-decoder'),
    resetBudget: gated('reset-budget'),
    restartChannel: gated('restart-channel'),
  };
}
