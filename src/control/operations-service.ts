/** The methods of PlayoutOperations that intervene: each checks its request, hands it to the domain and answers. */
import type { sendUnaryData } from '@grpc/grpc-js';
import type { ChannelOperations } from '../../supervisors/engine/channel-commands.js';
import { ACTION_NAMES, ACTIONS, type ActionMethod } from '../../supervisors/engine/operations.js';
import { type Answer, answer, type OnCallError, outcomeOf } from './answer.js';
import type { PlayoutOperationsHandlers } from './generated/retrovue/playout/PlayoutOperations.js';
import { checkChannel } from './requests.js';
import { type EngineSights, viewsService } from './views-service.js';

export interface OperationsServiceOptions {
  readonly operations: ChannelOperations;
  readonly sights: EngineSights;
  readonly onError: OnCallError;
}

type Handler = (call: { readonly request: object }, callback: sendUnaryData<Answer>) => void;

/** The handlers to be added to a gRPC server. */
export function operationsService({
  operations,
  sights,
  onError,
}: OperationsServiceOptions): PlayoutOperationsHandlers {
  const interventions = ACTION_NAMES.map((action): [ActionMethod, Handler] => {
    const { call, method } = ACTIONS[action];
    return [
      method,
      ({ request: message }, callback) => {
        void answer(method, onError, callback, () =>
          outcomeOf(checkChannel(message), (request) => operations[call](request)),
        );
      },
    ];
  });
  return {
    ...viewsService(sights, onError),
    ...(Object.fromEntries(interventions) as Record<ActionMethod, Handler>),
  };
}
