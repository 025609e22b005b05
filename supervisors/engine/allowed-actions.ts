/**
 * What an operator may do with a channel as it is now. Told from its snapshot, which may be a quarter of a second old:
 * the call itself has the last word.
 */
import type { ChannelSnapshot } from '../channel/snapshot.js';
import { ACTION_NAMES, type ActionName, type OperationSwitches, switchedOff } from './operations.js';

export interface AllowedAction {
  readonly action: ActionName;
  readonly allowed: boolean;
  /** Why not, and what would change it; empty when it is allowed. */
  readonly reason: string;
}

/** Answers for every action, in the same order always. */
export function allowedActions(snapshot: ChannelSnapshot, switches: OperationSwitches): AllowedAction[] {
  return ACTION_NAMES.map((action) => {
    const reason = switchedOff(action, switches) ?? obstacle(action, snapshot) ?? '';
    return { action, allowed: reason === '', reason };
  });
}

function obstacle(action: ActionName, snapshot: ChannelSnapshot): string | undefined {
  // Restarts are remembered for a channel that is off the air, too.
  if (action === 'reset-budget') return undefined;
  // A channel on air has its port, whatever becomes of its hosts.
  if (snapshot.state === 'stopped' || snapshot.port === 0) return 'the channel is not on air';
  if (action === 'restart-channel') return undefined;
  if (snapshot.hostPid === null) {
    return `the channel has no host process now: ${snapshot.detail}; restart-channel has one take over at once`;
  }
  switch (action) {
    case 'take-slate':
      return snapshot.operatorSlate === null ? undefined : "the operator's slate is on air already";
    case 'return-to-plan':
      return snapshot.operatorSlate === null ? 'the plan is on air: no slate was taken' : undefined;
    case 'skip-segment':
      return snapshot.onAir === null ? 'nothing is on air that could be skipped' : undefined;
    case 'restart-decoder':
      return noRestart(snapshot);
  }
}

function noRestart({ decoders, budget, detail }: ChannelSnapshot): string | undefined {
  if (!decoders.some(({ role }) => role === 'live')) {
    return `no decoder runs${detail === '' ? '' : `: ${detail}`}`;
  }
  if (budget.remaining > 0) return undefined;
  return `the restart budget is spent (${budget.text}); reset-budget gives all of them back at once`;
}
