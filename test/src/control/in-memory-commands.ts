/** The domain behind the control server: it only writes down what it was asked and answers what the test wants. */
import type {
  ChannelCommands,
  ChannelOperations,
  CommandOutcome,
  StartOutcome,
} from '../../../supervisors/engine/channel-commands.js';
import { ACTIONS, operationsFrom } from '../../../supervisors/engine/operations.js';

type Domain = ChannelCommands & ChannelOperations;

export interface InMemoryCommands extends Domain {
  /** Every command that arrived, in order, as `[method, request]`. */
  readonly calls: [string, object][];
}

/** Succeeds with everything; single answers can be replaced. */
export function inMemoryCommands(replaced: Partial<Domain> = {}): InMemoryCommands {
  const calls: [string, object][] = [];
  const ok: CommandOutcome = { success: true, errorMessage: '' };
  return {
    calls,
    startChannel(request): Promise<StartOutcome> {
      calls.push(['startChannel', request]);
      return replaced.startChannel?.(request) ?? Promise.resolve({ ...ok, port: request.port || 40_000 });
    },
    updatePlan(request) {
      calls.push(['updatePlan', request]);
      return replaced.updatePlan?.(request) ?? Promise.resolve(ok);
    },
    loadPreview(request) {
      calls.push(['loadPreview', request]);
      return replaced.loadPreview?.(request) ?? Promise.resolve(ok);
    },
    switchToLive(request) {
      calls.push(['switchToLive', request]);
      return replaced.switchToLive?.(request) ?? Promise.resolve({ ...ok, startUs: 40_000_000 });
    },
    stopChannel(request) {
      calls.push(['stopChannel', request]);
      return replaced.stopChannel?.(request) ?? Promise.resolve(ok);
    },
    ...operationsFrom((action) => (request) => {
      const { call } = ACTIONS[action];
      calls.push([call, request]);
      return replaced[call]?.(request) ?? Promise.resolve(ok);
    }),
  };
}
