/** A ChannelCommands that only writes down what it was asked and answers what the test wants. */
import type {
  ChannelCommands,
  CommandOutcome,
  StartOutcome,
} from '../../../supervisors/engine/channel-commands.js';

export interface InMemoryCommands extends ChannelCommands {
  /** Every command that arrived, in order, as `[method, request]`. */
  readonly calls: [string, object][];
}

/** Succeeds with everything; single answers can be replaced. */
export function inMemoryCommands(replaced: Partial<ChannelCommands> = {}): InMemoryCommands {
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
    stopChannel(request) {
      calls.push(['stopChannel', request]);
      return replaced.stopChannel?.(request) ?? Promise.resolve(ok);
    },
  };
}
