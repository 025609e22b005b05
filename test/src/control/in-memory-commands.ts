/** The domain behind the control server: it only writes down what it was asked and answers what the test wants. */
import type {
  ChannelCommands,
  ChannelOperations,
  CommandOutcome,
  OperationRequest,
  StartOutcome,
} from '../../../supervisors/engine/channel-commands.js';

type Domain = ChannelCommands & ChannelOperations;

export const INTERVENTIONS = [
  'takeSlate',
  'returnToPlan',
  'skipSegment',
  'restartDecoder',
  'restartChannel',
] as const;
type Interventions = Pick<Domain, (typeof INTERVENTIONS)[number]>;

export interface InMemoryCommands extends Domain {
  /** Every command that arrived, in order, as `[method, request]`. */
  readonly calls: [string, object][];
}

/** Succeeds with everything; single answers can be replaced. */
export function inMemoryCommands(replaced: Partial<Domain> = {}): InMemoryCommands {
  const calls: [string, object][] = [];
  const ok: CommandOutcome = { success: true, errorMessage: '' };
  const intervention = (name: (typeof INTERVENTIONS)[number]) => (request: OperationRequest) => {
    calls.push([name, request]);
    return replaced[name]?.(request) ?? Promise.resolve(ok);
  };
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
    resetBudget(request) {
      calls.push(['resetBudget', request]);
      return replaced.resetBudget?.(request) ?? Promise.resolve(ok);
    },
    ...(Object.fromEntries(INTERVENTIONS.map((name) => [name, intervention(name)])) as Interventions),
  };
}
