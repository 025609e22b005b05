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
import type { RestartChannelRequest as _retrovue_playout_RestartChannelRequest, RestartChannelRequest__Output as _retrovue_playout_RestartChannelRequest__Output } from '../../retrovue/playout/RestartChannelRequest.js';
import type { RestartChannelResponse as _retrovue_playout_RestartChannelResponse, RestartChannelResponse__Output as _retrovue_playout_RestartChannelResponse__Output } from '../../retrovue/playout/RestartChannelResponse.js';
import type { RestartDecoderRequest as _retrovue_playout_RestartDecoderRequest, RestartDecoderRequest__Output as _retrovue_playout_RestartDecoderRequest__Output } from '../../retrovue/playout/RestartDecoderRequest.js';
import type { RestartDecoderResponse as _retrovue_playout_RestartDecoderResponse, RestartDecoderResponse__Output as _retrovue_playout_RestartDecoderResponse__Output } from '../../retrovue/playout/RestartDecoderResponse.js';
import type { ReturnToPlanRequest as _retrovue_playout_ReturnToPlanRequest, ReturnToPlanRequest__Output as _retrovue_playout_ReturnToPlanRequest__Output } from '../../retrovue/playout/ReturnToPlanRequest.js';
import type { ReturnToPlanResponse as _retrovue_playout_ReturnToPlanResponse, ReturnToPlanResponse__Output as _retrovue_playout_ReturnToPlanResponse__Output } from '../../retrovue/playout/ReturnToPlanResponse.js';
import type { SkipSegmentRequest as _retrovue_playout_SkipSegmentRequest, SkipSegmentRequest__Output as _retrovue_playout_SkipSegmentRequest__Output } from '../../retrovue/playout/SkipSegmentRequest.js';
import type { SkipSegmentResponse as _retrovue_playout_SkipSegmentResponse, SkipSegmentResponse__Output as _retrovue_playout_SkipSegmentResponse__Output } from '../../retrovue/playout/SkipSegmentResponse.js';
import type { TakeSlateRequest as _retrovue_playout_TakeSlateRequest, TakeSlateRequest__Output as _retrovue_playout_TakeSlateRequest__Output } from '../../retrovue/playout/TakeSlateRequest.js';
import type { TakeSlateResponse as _retrovue_playout_TakeSlateResponse, TakeSlateResponse__Output as _retrovue_playout_TakeSlateResponse__Output } from '../../retrovue/playout/TakeSlateResponse.js';
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
  
  RestartChannel(argument: _retrovue_playout_RestartChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  RestartChannel(argument: _retrovue_playout_RestartChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  RestartChannel(argument: _retrovue_playout_RestartChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  RestartChannel(argument: _retrovue_playout_RestartChannelRequest, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  restartChannel(argument: _retrovue_playout_RestartChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  restartChannel(argument: _retrovue_playout_RestartChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  restartChannel(argument: _retrovue_playout_RestartChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  restartChannel(argument: _retrovue_playout_RestartChannelRequest, callback: grpc.requestCallback<_retrovue_playout_RestartChannelResponse__Output>): grpc.ClientUnaryCall;
  
  RestartDecoder(argument: _retrovue_playout_RestartDecoderRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  RestartDecoder(argument: _retrovue_playout_RestartDecoderRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  RestartDecoder(argument: _retrovue_playout_RestartDecoderRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  RestartDecoder(argument: _retrovue_playout_RestartDecoderRequest, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  restartDecoder(argument: _retrovue_playout_RestartDecoderRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  restartDecoder(argument: _retrovue_playout_RestartDecoderRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  restartDecoder(argument: _retrovue_playout_RestartDecoderRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  restartDecoder(argument: _retrovue_playout_RestartDecoderRequest, callback: grpc.requestCallback<_retrovue_playout_RestartDecoderResponse__Output>): grpc.ClientUnaryCall;
  
  ReturnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  ReturnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  ReturnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  ReturnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  returnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  returnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  returnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  returnToPlan(argument: _retrovue_playout_ReturnToPlanRequest, callback: grpc.requestCallback<_retrovue_playout_ReturnToPlanResponse__Output>): grpc.ClientUnaryCall;
  
  SkipSegment(argument: _retrovue_playout_SkipSegmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  SkipSegment(argument: _retrovue_playout_SkipSegmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  SkipSegment(argument: _retrovue_playout_SkipSegmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  SkipSegment(argument: _retrovue_playout_SkipSegmentRequest, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  skipSegment(argument: _retrovue_playout_SkipSegmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  skipSegment(argument: _retrovue_playout_SkipSegmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  skipSegment(argument: _retrovue_playout_SkipSegmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  skipSegment(argument: _retrovue_playout_SkipSegmentRequest, callback: grpc.requestCallback<_retrovue_playout_SkipSegmentResponse__Output>): grpc.ClientUnaryCall;
  
  TakeSlate(argument: _retrovue_playout_TakeSlateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  TakeSlate(argument: _retrovue_playout_TakeSlateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  TakeSlate(argument: _retrovue_playout_TakeSlateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  TakeSlate(argument: _retrovue_playout_TakeSlateRequest, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  takeSlate(argument: _retrovue_playout_TakeSlateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  takeSlate(argument: _retrovue_playout_TakeSlateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  takeSlate(argument: _retrovue_playout_TakeSlateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  takeSlate(argument: _retrovue_playout_TakeSlateRequest, callback: grpc.requestCallback<_retrovue_playout_TakeSlateResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  RestartChannel: grpc.handleUnaryCall<_retrovue_playout_RestartChannelRequest__Output, _retrovue_playout_RestartChannelResponse>;
  
  RestartDecoder: grpc.handleUnaryCall<_retrovue_playout_RestartDecoderRequest__Output, _retrovue_playout_RestartDecoderResponse>;
  
  ReturnToPlan: grpc.handleUnaryCall<_retrovue_playout_ReturnToPlanRequest__Output, _retrovue_playout_ReturnToPlanResponse>;
  
  SkipSegment: grpc.handleUnaryCall<_retrovue_playout_SkipSegmentRequest__Output, _retrovue_playout_SkipSegmentResponse>;
  
  TakeSlate: grpc.handleUnaryCall<_retrovue_playout_TakeSlateRequest__Output, _retrovue_playout_TakeSlateResponse>;
  
  WatchChannels: grpc.handleServerStreamingCall<_retrovue_playout_WatchChannelsRequest__Output, _retrovue_playout_WatchChannelsResponse>;
  
}

export interface PlayoutOperationsDefinition extends grpc.ServiceDefinition {
  GetChannel: MethodDefinition<_retrovue_playout_GetChannelRequest, _retrovue_playout_GetChannelResponse, _retrovue_playout_GetChannelRequest__Output, _retrovue_playout_GetChannelResponse__Output>
  GetTree: MethodDefinition<_retrovue_playout_GetTreeRequest, _retrovue_playout_GetTreeResponse, _retrovue_playout_GetTreeRequest__Output, _retrovue_playout_GetTreeResponse__Output>
  ListChannels: MethodDefinition<_retrovue_playout_ListChannelsRequest, _retrovue_playout_ListChannelsResponse, _retrovue_playout_ListChannelsRequest__Output, _retrovue_playout_ListChannelsResponse__Output>
  ResetBudget: MethodDefinition<_retrovue_playout_ResetBudgetRequest, _retrovue_playout_ResetBudgetResponse, _retrovue_playout_ResetBudgetRequest__Output, _retrovue_playout_ResetBudgetResponse__Output>
  RestartChannel: MethodDefinition<_retrovue_playout_RestartChannelRequest, _retrovue_playout_RestartChannelResponse, _retrovue_playout_RestartChannelRequest__Output, _retrovue_playout_RestartChannelResponse__Output>
  RestartDecoder: MethodDefinition<_retrovue_playout_RestartDecoderRequest, _retrovue_playout_RestartDecoderResponse, _retrovue_playout_RestartDecoderRequest__Output, _retrovue_playout_RestartDecoderResponse__Output>
  ReturnToPlan: MethodDefinition<_retrovue_playout_ReturnToPlanRequest, _retrovue_playout_ReturnToPlanResponse, _retrovue_playout_ReturnToPlanRequest__Output, _retrovue_playout_ReturnToPlanResponse__Output>
  SkipSegment: MethodDefinition<_retrovue_playout_SkipSegmentRequest, _retrovue_playout_SkipSegmentResponse, _retrovue_playout_SkipSegmentRequest__Output, _retrovue_playout_SkipSegmentResponse__Output>
  TakeSlate: MethodDefinition<_retrovue_playout_TakeSlateRequest, _retrovue_playout_TakeSlateResponse, _retrovue_playout_TakeSlateRequest__Output, _retrovue_playout_TakeSlateResponse__Output>
  WatchChannels: MethodDefinition<_retrovue_playout_WatchChannelsRequest, _retrovue_playout_WatchChannelsResponse, _retrovue_playout_WatchChannelsRequest__Output, _retrovue_playout_WatchChannelsResponse__Output>
}
