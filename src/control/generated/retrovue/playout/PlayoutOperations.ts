// Original file: proto/retrovue/operations.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetChannelRequest as _retrovue_playout_GetChannelRequest, GetChannelRequest__Output as _retrovue_playout_GetChannelRequest__Output } from '../../retrovue/playout/GetChannelRequest.js';
import type { GetChannelResponse as _retrovue_playout_GetChannelResponse, GetChannelResponse__Output as _retrovue_playout_GetChannelResponse__Output } from '../../retrovue/playout/GetChannelResponse.js';
import type { GetTreeRequest as _retrovue_playout_GetTreeRequest, GetTreeRequest__Output as _retrovue_playout_GetTreeRequest__Output } from '../../retrovue/playout/GetTreeRequest.js';
import type { GetTreeResponse as _retrovue_playout_GetTreeResponse, GetTreeResponse__Output as _retrovue_playout_GetTreeResponse__Output } from '../../retrovue/playout/GetTreeResponse.js';
import type { ListChannelsRequest as _retrovue_playout_ListChannelsRequest, ListChannelsRequest__Output as _retrovue_playout_ListChannelsRequest__Output } from '../../retrovue/playout/ListChannelsRequest.js';
import type { ListChannelsResponse as _retrovue_playout_ListChannelsResponse, ListChannelsResponse__Output as _retrovue_playout_ListChannelsResponse__Output } from '../../retrovue/playout/ListChannelsResponse.js';
import type { ResetBudgetRequest as _retrovue_playout_ResetBudgetRequest, ResetBudgetRequest__Output as _retrovue_playout_ResetBudgetRequest__Output } from '../../retrovue/playout/ResetBudgetRequest.js';
import type { ResetBudgetResponse as _retrovue_playout_ResetBudgetResponse, ResetBudgetResponse__Output as _retrovue_playout_ResetBudgetResponse__Output } from '../../retrovue/playout/ResetBudgetResponse.js';
import type { WatchChannelsRequest as _retrovue_playout_WatchChannelsRequest, WatchChannelsRequest__Output as _retrovue_playout_WatchChannelsRequest__Output } from '../../retrovue/playout/WatchChannelsRequest.js';
import type { WatchChannelsResponse as _retrovue_playout_WatchChannelsResponse, WatchChannelsResponse__Output as _retrovue_playout_WatchChannelsResponse__Output } from '../../retrovue/playout/WatchChannelsResponse.js';

export interface PlayoutOperationsClient extends grpc.Client {
  GetChannel(argument: _retrovue_playout_GetChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_GetChannelResponse__Output>): grpc.ClientUnaryCall;
  GetChannel(argument: _retrovue_playout_GetChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_GetChannelResponse__Output>): grpc.ClientUnaryCall;
  GetChannel(argument: _retrovue_playout_GetChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_GetChannelResponse__Output>): grpc.ClientUnaryCall;
  GetChannel(argument: _retrovue_playout_GetChannelRequest, callback: grpc.requestCallback<_retrovue_playout_GetChannelResponse__Output>): grpc.ClientUnaryCall;
  
  GetTree(argument: _retrovue_playout_GetTreeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  GetTree(argument: _retrovue_playout_GetTreeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  GetTree(argument: _retrovue_playout_GetTreeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  GetTree(argument: _retrovue_playout_GetTreeRequest, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  getTree(argument: _retrovue_playout_GetTreeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  getTree(argument: _retrovue_playout_GetTreeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  getTree(argument: _retrovue_playout_GetTreeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  getTree(argument: _retrovue_playout_GetTreeRequest, callback: grpc.requestCallback<_retrovue_playout_GetTreeResponse__Output>): grpc.ClientUnaryCall;
  
  ListChannels(argument: _retrovue_playout_ListChannelsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  ListChannels(argument: _retrovue_playout_ListChannelsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  ListChannels(argument: _retrovue_playout_ListChannelsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  ListChannels(argument: _retrovue_playout_ListChannelsRequest, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  listChannels(argument: _retrovue_playout_ListChannelsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  listChannels(argument: _retrovue_playout_ListChannelsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  listChannels(argument: _retrovue_playout_ListChannelsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  listChannels(argument: _retrovue_playout_ListChannelsRequest, callback: grpc.requestCallback<_retrovue_playout_ListChannelsResponse__Output>): grpc.ClientUnaryCall;
  
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  ResetBudget(argument: _retrovue_playout_ResetBudgetRequest, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  resetBudget(argument: _retrovue_playout_ResetBudgetRequest, callback: grpc.requestCallback<_retrovue_playout_ResetBudgetResponse__Output>): grpc.ClientUnaryCall;
  
  WatchChannels(argument: _retrovue_playout_WatchChannelsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_retrovue_playout_WatchChannelsResponse__Output>;
  WatchChannels(argument: _retrovue_playout_WatchChannelsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_retrovue_playout_WatchChannelsResponse__Output>;
  watchChannels(argument: _retrovue_playout_WatchChannelsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_retrovue_playout_WatchChannelsResponse__Output>;
  watchChannels(argument: _retrovue_playout_WatchChannelsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_retrovue_playout_WatchChannelsResponse__Output>;
  
}

export interface PlayoutOperationsHandlers extends grpc.UntypedServiceImplementation {
  GetChannel: grpc.handleUnaryCall<_retrovue_playout_GetChannelRequest__Output, _retrovue_playout_GetChannelResponse>;
  
  GetTree: grpc.handleUnaryCall<_retrovue_playout_GetTreeRequest__Output, _retrovue_playout_GetTreeResponse>;
  
  ListChannels: grpc.handleUnaryCall<_retrovue_playout_ListChannelsRequest__Output, _retrovue_playout_ListChannelsResponse>;
  
  ResetBudget: grpc.handleUnaryCall<_retrovue_playout_ResetBudgetRequest__Output, _retrovue_playout_ResetBudgetResponse>;
  
  WatchChannels: grpc.handleServerStreamingCall<_retrovue_playout_WatchChannelsRequest__Output, _retrovue_playout_WatchChannelsResponse>;
  
}

export interface PlayoutOperationsDefinition extends grpc.ServiceDefinition {
  GetChannel: MethodDefinition<_retrovue_playout_GetChannelRequest, _retrovue_playout_GetChannelResponse, _retrovue_playout_GetChannelRequest__Output, _retrovue_playout_GetChannelResponse__Output>
  GetTree: MethodDefinition<_retrovue_playout_GetTreeRequest, _retrovue_playout_GetTreeResponse, _retrovue_playout_GetTreeRequest__Output, _retrovue_playout_GetTreeResponse__Output>
  ListChannels: MethodDefinition<_retrovue_playout_ListChannelsRequest, _retrovue_playout_ListChannelsResponse, _retrovue_playout_ListChannelsRequest__Output, _retrovue_playout_ListChannelsResponse__Output>
  ResetBudget: MethodDefinition<_retrovue_playout_ResetBudgetRequest, _retrovue_playout_ResetBudgetResponse, _retrovue_playout_ResetBudgetRequest__Output, _retrovue_playout_ResetBudgetResponse__Output>
  WatchChannels: MethodDefinition<_retrovue_playout_WatchChannelsRequest, _retrovue_playout_WatchChannelsResponse, _retrovue_playout_WatchChannelsRequest__Output, _retrovue_playout_WatchChannelsResponse__Output>
}
