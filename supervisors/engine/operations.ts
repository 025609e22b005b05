/**
 * The operator's interventions: one table, from which addresses, the gRPC service and its client, the command line and
 * the dashboard take them, and the switches with which each can be turned off. A call that is switched off reaches no
 * channel and says which key of the configuration did it. What needs words of its own for each is a record by
 * {@link ActionName}: it does not compile while one is missing.
 */
import type { ChannelOperations, Operation } from './channel-commands.js';

interface Action {
  readonly call: keyof ChannelOperations;
  /** The call as the gRPC service spells it. */
  readonly method: Capitalize<keyof ChannelOperations>;
  /** Its switch in {@link OperationSwitches}. */
  readonly switch: string;
  /** The switch as the configuration spells it. */
  readonly key: `operations.${string}`;
}

/**
 * By the name that addresses have, in the order in which they are offered. One switch for taking slate and for giving it
 * back: who may not do the one has no use for the other.
 */
export const ACTIONS = {
  'take-slate': {
    call: 'takeSlate',
    method: 'TakeSlate',
    switch: 'takeSlate',
    key: 'operations.take_slate',
  },
  'return-to-plan': {
    call: 'returnToPlan',
    method: 'ReturnToPlan',
    switch: 'takeSlate',
    key: 'operations.take_slate',
  },
  'skip-segment': {
    call: 'skipSegment',
    method: 'SkipSegment',
    switch: 'skipSegment',
    key: 'operations.skip_segment',
  },
  'restart-decoder': {
    call: 'restartDecoder',
    method: 'RestartDecoder',
    switch: 'restartDecoder',
    key: 'operations.restart_decoder',
  },
  'reset-budget': {
    call: 'resetBudget',
    method: 'ResetBudget',
    switch: 'resetBudget',
    key: 'operations.reset_budget',
  },
  'restart-channel': {
    call: 'restartChannel',
    method: 'RestartChannel',
    switch: 'restartChannel',
    key: 'operations.restart_channel',
  },
} as const satisfies Readonly<Record<string, Action>>;

export type ActionName = keyof typeof ACTIONS;
type ActionOf<Name extends ActionName> = (typeof ACTIONS)[Name];
/** As the gRPC service spells them. */
export type ActionMethod = ActionOf<ActionName>['method'];

/** Which may be used; the configuration's section `operations`. */
export type OperationSwitches = Readonly<Record<ActionOf<ActionName>['switch'], boolean>>;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

/** All operations, each made from its action. */
export function operationsFrom(make: (action: ActionName) => Operation): ChannelOperations {
  const made = ACTION_NAMES.map((action) => [ACTIONS[action].call, make(action)]);
  return Object.fromEntries(made) as Record<ActionOf<ActionName>['call'], Operation>;
}

/** Why an action may not be used on this engine at all; undefined where it may. */
export function switchedOff(action: ActionName, switches: OperationSwitches): string | undefined {
  const { method, key, switch: name } = ACTIONS[action];
  if (switches[name]) return undefined;
  return `${method} is switched off on this engine: ${key} is false in its configuration`;
}

/** The operations, as far as the switches let them through. */
export function switchable(operations: ChannelOperations, switches: OperationSwitches): ChannelOperations {
  return operationsFrom((action) => {
    const off = switchedOff(action, switches);
    const { call } = ACTIONS[action];
    return async (request) =>
      off === undefined ? operations[call](request) : { success: false, errorMessage: off };
  });
}
