// Original file: proto/retrovue/playout.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApiVersion as _retrovue_playout_ApiVersion, ApiVersion__Output as _retrovue_playout_ApiVersion__Output } from '../../retrovue/playout/ApiVersion.js';
import type { ApiVersionRequest as _retrovue_playout_ApiVersionRequest, ApiVersionRequest__Output as _retrovue_playout_ApiVersionRequest__Output } from '../../retrovue/playout/ApiVersionRequest.js';
import type { LoadPreviewRequest as _retrovue_playout_LoadPreviewRequest, LoadPreviewRequest__Output as _retrovue_playout_LoadPreviewRequest__Output } from '../../retrovue/playout/LoadPreviewRequest.js';
import type { LoadPreviewResponse as _retrovue_playout_LoadPreviewResponse, LoadPreviewResponse__Output as _retrovue_playout_LoadPreviewResponse__Output } from '../../retrovue/playout/LoadPreviewResponse.js';
import type { StartChannelRequest as _retrovue_playout_StartChannelRequest, StartChannelRequest__Output as _retrovue_playout_StartChannelRequest__Output } from '../../retrovue/playout/StartChannelRequest.js';
import type { StartChannelResponse as _retrovue_playout_StartChannelResponse, StartChannelResponse__Output as _retrovue_playout_StartChannelResponse__Output } from '../../retrovue/playout/StartChannelResponse.js';
import type { StopChannelRequest as _retrovue_playout_StopChannelRequest, StopChannelRequest__Output as _retrovue_playout_StopChannelRequest__Output } from '../../retrovue/playout/StopChannelRequest.js';
import type { StopChannelResponse as _retrovue_playout_StopChannelResponse, StopChannelResponse__Output as _retrovue_playout_StopChannelResponse__Output } from '../../retrovue/playout/StopChannelResponse.js';
import type { SwitchToLiveRequest as _retrovue_playout_SwitchToLiveRequest, SwitchToLiveRequest__Output as _retrovue_playout_SwitchToLiveRequest__Output } from '../../retrovue/playout/SwitchToLiveRequest.js';
import type { SwitchToLiveResponse as _retrovue_playout_SwitchToLiveResponse, SwitchToLiveResponse__Output as _retrovue_playout_SwitchToLiveResponse__Output } from '../../retrovue/playout/SwitchToLiveResponse.js';
import type { UpdatePlanRequest as _retrovue_playout_UpdatePlanRequest, UpdatePlanRequest__Output as _retrovue_playout_UpdatePlanRequest__Output } from '../../retrovue/playout/UpdatePlanRequest.js';
import type { UpdatePlanResponse as _retrovue_playout_UpdatePlanResponse, UpdatePlanResponse__Output as _retrovue_playout_UpdatePlanResponse__Output } from '../../retrovue/playout/UpdatePlanResponse.js';

export interface PlayoutControlClient extends grpc.Client {
  GetVersion(argument: _retrovue_playout_ApiVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  GetVersion(argument: _retrovue_playout_ApiVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  GetVersion(argument: _retrovue_playout_ApiVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  GetVersion(argument: _retrovue_playout_ApiVersionRequest, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _retrovue_playout_ApiVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _retrovue_playout_ApiVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _retrovue_playout_ApiVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _retrovue_playout_ApiVersionRequest, callback: grpc.requestCallback<_retrovue_playout_ApiVersion__Output>): grpc.ClientUnaryCall;
  
  LoadPreview(argument: _retrovue_playout_LoadPreviewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  LoadPreview(argument: _retrovue_playout_LoadPreviewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  LoadPreview(argument: _retrovue_playout_LoadPreviewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  LoadPreview(argument: _retrovue_playout_LoadPreviewRequest, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  loadPreview(argument: _retrovue_playout_LoadPreviewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  loadPreview(argument: _retrovue_playout_LoadPreviewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  loadPreview(argument: _retrovue_playout_LoadPreviewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  loadPreview(argument: _retrovue_playout_LoadPreviewRequest, callback: grpc.requestCallback<_retrovue_playout_LoadPreviewResponse__Output>): grpc.ClientUnaryCall;
  
  StartChannel(argument: _retrovue_playout_StartChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  StartChannel(argument: _retrovue_playout_StartChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  StartChannel(argument: _retrovue_playout_StartChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  StartChannel(argument: _retrovue_playout_StartChannelRequest, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  startChannel(argument: _retrovue_playout_StartChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  startChannel(argument: _retrovue_playout_StartChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  startChannel(argument: _retrovue_playout_StartChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  startChannel(argument: _retrovue_playout_StartChannelRequest, callback: grpc.requestCallback<_retrovue_playout_StartChannelResponse__Output>): grpc.ClientUnaryCall;
  
  StopChannel(argument: _retrovue_playout_StopChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  StopChannel(argument: _retrovue_playout_StopChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  StopChannel(argument: _retrovue_playout_StopChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  StopChannel(argument: _retrovue_playout_StopChannelRequest, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  stopChannel(argument: _retrovue_playout_StopChannelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  stopChannel(argument: _retrovue_playout_StopChannelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  stopChannel(argument: _retrovue_playout_StopChannelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  stopChannel(argument: _retrovue_playout_StopChannelRequest, callback: grpc.requestCallback<_retrovue_playout_StopChannelResponse__Output>): grpc.ClientUnaryCall;
  
  SwitchToLive(argument: _retrovue_playout_SwitchToLiveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  SwitchToLive(argument: _retrovue_playout_SwitchToLiveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  SwitchToLive(argument: _retrovue_playout_SwitchToLiveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  SwitchToLive(argument: _retrovue_playout_SwitchToLiveRequest, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  switchToLive(argument: _retrovue_playout_SwitchToLiveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  switchToLive(argument: _retrovue_playout_SwitchToLiveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  switchToLive(argument: _retrovue_playout_SwitchToLiveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  switchToLive(argument: _retrovue_playout_SwitchToLiveRequest, callback: grpc.requestCallback<_retrovue_playout_SwitchToLiveResponse__Output>): grpc.ClientUnaryCall;
  
  UpdatePlan(argument: _retrovue_playout_UpdatePlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  UpdatePlan(argument: _retrovue_playout_UpdatePlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  UpdatePlan(argument: _retrovue_playout_UpdatePlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  UpdatePlan(argument: _retrovue_playout_UpdatePlanRequest, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  updatePlan(argument: _retrovue_playout_UpdatePlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  updatePlan(argument: _retrovue_playout_UpdatePlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  updatePlan(argument: _retrovue_playout_UpdatePlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  updatePlan(argument: _retrovue_playout_UpdatePlanRequest, callback: grpc.requestCallback<_retrovue_playout_UpdatePlanResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface PlayoutControlHandlers extends grpc.UntypedServiceImplementation {
  GetVersion: grpc.handleUnaryCall<_retrovue_playout_ApiVersionRequest__Output, _retrovue_playout_ApiVersion>;
  
  LoadPreview: grpc.handleUnaryCall<_retrovue_playout_LoadPreviewRequest__Output, _retrovue_playout_LoadPreviewResponse>;
  
  StartChannel: grpc.handleUnaryCall<_retrovue_playout_StartChannelRequest__Output, _retrovue_playout_StartChannelResponse>;
  
  StopChannel: grpc.handleUnaryCall<_retrovue_playout_StopChannelRequest__Output, _retrovue_playout_StopChannelResponse>;
  
  SwitchToLive: grpc.handleUnaryCall<_retrovue_playout_SwitchToLiveRequest__Output, _retrovue_playout_SwitchToLiveResponse>;
  
  UpdatePlan: grpc.handleUnaryCall<_retrovue_playout_UpdatePlanRequest__Output, _retrovue_playout_UpdatePlanResponse>;
  
}

export interface PlayoutControlDefinition extends grpc.ServiceDefinition {
  GetVersion: MethodDefinition<_retrovue_playout_ApiVersionRequest, _retrovue_playout_ApiVersion, _retrovue_playout_ApiVersionRequest__Output, _retrovue_playout_ApiVersion__Output>
  LoadPreview: MethodDefinition<_retrovue_playout_LoadPreviewRequest, _retrovue_playout_LoadPreviewResponse, _retrovue_playout_LoadPreviewRequest__Output, _retrovue_playout_LoadPreviewResponse__Output>
  StartChannel: MethodDefinition<_retrovue_playout_StartChannelRequest, _retrovue_playout_StartChannelResponse, _retrovue_playout_StartChannelRequest__Output, _retrovue_playout_StartChannelResponse__Output>
  StopChannel: MethodDefinition<_retrovue_playout_StopChannelRequest, _retrovue_playout_StopChannelResponse, _retrovue_playout_StopChannelRequest__Output, _retrovue_playout_StopChannelResponse__Output>
  SwitchToLive: MethodDefinition<_retrovue_playout_SwitchToLiveRequest, _retrovue_playout_SwitchToLiveResponse, _retrovue_playout_SwitchToLiveRequest__Output, _retrovue_playout_SwitchToLiveResponse__Output>
  UpdatePlan: MethodDefinition<_retrovue_playout_UpdatePlanRequest, _retrovue_playout_UpdatePlanResponse, _retrovue_playout_UpdatePlanRequest__Output, _retrovue_playout_UpdatePlanResponse__Output>
}
