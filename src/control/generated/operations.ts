import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { PlayoutOperationsClient as _retrovue_playout_PlayoutOperationsClient, PlayoutOperationsDefinition as _retrovue_playout_PlayoutOperationsDefinition } from './retrovue/playout/PlayoutOperations.js';
import type { ResetBudgetRequest as _retrovue_playout_ResetBudgetRequest, ResetBudgetRequest__Output as _retrovue_playout_ResetBudgetRequest__Output } from './retrovue/playout/ResetBudgetRequest.js';
import type { ResetBudgetResponse as _retrovue_playout_ResetBudgetResponse, ResetBudgetResponse__Output as _retrovue_playout_ResetBudgetResponse__Output } from './retrovue/playout/ResetBudgetResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  retrovue: {
    playout: {
      PlayoutOperations: SubtypeConstructor<typeof grpc.Client, _retrovue_playout_PlayoutOperationsClient> & { service: _retrovue_playout_PlayoutOperationsDefinition }
      ResetBudgetRequest: MessageTypeDefinition<_retrovue_playout_ResetBudgetRequest, _retrovue_playout_ResetBudgetRequest__Output>
      ResetBudgetResponse: MessageTypeDefinition<_retrovue_playout_ResetBudgetResponse, _retrovue_playout_ResetBudgetResponse__Output>
    }
  }
}

