/** The methods of PlayoutOperations that intervene: each checks its request, hands it to the domain and answers. */
import type { sendUnaryData } from '@grpc/grpc-js';
import type {
  ChannelOperations,
  CommandOutcome,
  OperationRequest,
} from '../../supervisors/engine/channel-commands.js';
import { type Answer, answer, type OnCallError, outcomeOf } from './answer.js';
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
  const handler =
    (method: string, carryOut: (request: OperationRequest) => Promise<CommandOutcome>) =>
    ({ request: message }: { request: object }, callback: sendUnaryData<Answer>) => {
      void answer(method, onError, callback, () => outcomeOf(checkChannel(message), carryOut));
    };
  return {
    ...viewsService(sights, onError),
    ResetBudget: handler('ResetBudget', (request) => operations.resetBudget(request)),
    TakeSlate: handler('TakeSlate', (request) => operations.takeSlate(request)),
    ReturnToPlan: handler('ReturnToPlan', (request) => operations.returnToPlan(request)),
    SkipSegment: handler('SkipSegment', (request) => operations.skipSegment(request)),
    RestartDecoder: handler('RestartDecoder', (request) => operations.restartDecoder(request)),
    RestartChannel: handler('RestartChannel', (request) => operations.restartChannel(request)),
  };
}
