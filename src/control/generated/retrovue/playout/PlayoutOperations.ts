// Original file: proto/retrovue/operations.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ResetBudgetRequest as _retrovue_playout_ResetBudgetRequest, ResetBudgetRequest__Output as _retrovue_playout_ResetBudgetRequest__Output } from '../../retrovue/playout/ResetBudgetRequest.js';
import type { ResetBudgetResponse as _retrovue_playout_ResetBudgetResponse, ResetBudgetResponse__Output as _retrovue_playout_ResetBudgetResponse__Output } from '../../retrovue/playout/ResetBudgetResponse.js';

export interface PlayoutOperationsClient extends grpc.Client {
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface PlayoutOperationsHandlers extends grpc.UntypedServiceImplementation {
  ResetBudget: grpc.handleUnaryCall<_retrovue_playout_ResetBudgetRequest__Output, _retrovue_playout_ResetBudgetResponse>;
  
}

export interface PlayoutOperationsDefinition extends grpc.ServiceDefinition {
  ResetBudget: MethodDefinition<_retrovue_playout_ResetBudgetRequest, _retrovue_playout_ResetBudgetResponse, _retrovue_playout_ResetBudgetRequest__Output, _retrovue_playout_ResetBudgetResponse__Output>
}
