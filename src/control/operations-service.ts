/** The methods of PlayoutOperations that intervene: each checks its request, hands it to the domain and answers. */
import type { ChannelOperations } from '../../supervisors/engine/channel-commands.js';
import { answer, type OnCallError, outcomeOf } from './answer.js';
import type { PlayoutOperationsHandlers } from './generated/retrovue/playout/PlayoutOperations.js';
import { checkChannel } from './requests.js';
import { type EngineSights, viewsService } from './views-service.js';

export interface OperationsServiceOptions {
  readonly operations: ChannelOperations;
  readonly sights: EngineSights;
  readonly onError: OnCallError;
}

/** The handlers to be added to a gRPC server. */
export function operationsService({
  operations,
  sights,
  onError,
}: OperationsServiceOptions): PlayoutOperationsHandlers {
  return {
    ...viewsService(sights, onError),
    ResetBudget({ request: message }, callback) {
      void answer('ResetBudget', onError, callback, () =>
        outcomeOf(checkChannel(message), (request) => operations.resetBudget(request)),
      );
    },
  };
}
