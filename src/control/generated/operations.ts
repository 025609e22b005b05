import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Channel as _retrovue_playout_Channel, Channel__Output as _retrovue_playout_Channel__Output } from './retrovue/playout/Channel.js';
import type { ChannelsSnapshot as _retrovue_playout_ChannelsSnapshot, ChannelsSnapshot__Output as _retrovue_playout_ChannelsSnapshot__Output } from './retrovue/playout/ChannelsSnapshot.js';
import type { GetChannelRequest as _retrovue_playout_GetChannelRequest, GetChannelRequest__Output as _retrovue_playout_GetChannelRequest__Output } from './retrovue/playout/GetChannelRequest.js';
import type { GetChannelResponse as _retrovue_playout_GetChannelResponse, GetChannelResponse__Output as _retrovue_playout_GetChannelResponse__Output } from './retrovue/playout/GetChannelResponse.js';
import type { GetTreeRequest as _retrovue_playout_GetTreeRequest, GetTreeRequest__Output as _retrovue_playout_GetTreeRequest__Output } from './retrovue/playout/GetTreeRequest.js';
import type { GetTreeResponse as _retrovue_playout_GetTreeResponse, GetTreeResponse__Output as _retrovue_playout_GetTreeResponse__Output } from './retrovue/playout/GetTreeResponse.js';
import type { ListChannelsRequest as _retrovue_playout_ListChannelsRequest, ListChannelsRequest__Output as _retrovue_playout_ListChannelsRequest__Output } from './retrovue/playout/ListChannelsRequest.js';
import type { ListChannelsResponse as _retrovue_playout_ListChannelsResponse, ListChannelsResponse__Output as _retrovue_playout_ListChannelsResponse__Output } from './retrovue/playout/ListChannelsResponse.js';
import type { PlayoutOperationsClient as _retrovue_playout_PlayoutOperationsClient, PlayoutOperationsDefinition as _retrovue_playout_PlayoutOperationsDefinition } from './retrovue/playout/PlayoutOperations.js';
import type { ResetBudgetRequest as _retrovue_playout_ResetBudgetRequest, ResetBudgetRequest__Output as _retrovue_playout_ResetBudgetRequest__Output } from './retrovue/playout/ResetBudgetRequest.js';
import type { ResetBudgetResponse as _retrovue_playout_ResetBudgetResponse, ResetBudgetResponse__Output as _retrovue_playout_ResetBudgetResponse__Output } from './retrovue/playout/ResetBudgetResponse.js';
import type { RestartChannelRequest as _retrovue_playout_RestartChannelRequest, RestartChannelRequest__Output as _retrovue_playout_RestartChannelRequest__Output } from './retrovue/playout/RestartChannelRequest.js';
import type { RestartChannelResponse as _retrovue_playout_RestartChannelResponse, RestartChannelResponse__Output as _retrovue_playout_RestartChannelResponse__Output } from './retrovue/playout/RestartChannelResponse.js';
import type { RestartDecoderRequest as _retrovue_playout_RestartDecoderRequest, RestartDecoderRequest__Output as _retrovue_playout_RestartDecoderRequest__Output } from './retrovue/playout/RestartDecoderRequest.js';
import type { RestartDecoderResponse as _retrovue_playout_RestartDecoderResponse, RestartDecoderResponse__Output as _retrovue_playout_RestartDecoderResponse__Output } from './retrovue/playout/RestartDecoderResponse.js';
import type { ReturnToPlanRequest as _retrovue_playout_ReturnToPlanRequest, ReturnToPlanRequest__Output as _retrovue_playout_ReturnToPlanRequest__Output } from './retrovue/playout/ReturnToPlanRequest.js';
import type { ReturnToPlanResponse as _retrovue_playout_ReturnToPlanResponse, ReturnToPlanResponse__Output as _retrovue_playout_ReturnToPlanResponse__Output } from './retrovue/playout/ReturnToPlanResponse.js';
import type { SkipSegmentRequest as _retrovue_playout_SkipSegmentRequest, SkipSegmentRequest__Output as _retrovue_playout_SkipSegmentRequest__Output } from './retrovue/playout/SkipSegmentRequest.js';
import type { SkipSegmentResponse as _retrovue_playout_SkipSegmentResponse, SkipSegmentResponse__Output as _retrovue_playout_SkipSegmentResponse__Output } from './retrovue/playout/SkipSegmentResponse.js';
import type { TakeSlateRequest as _retrovue_playout_TakeSlateRequest, TakeSlateRequest__Output as _retrovue_playout_TakeSlateRequest__Output } from './retrovue/playout/TakeSlateRequest.js';
import type { TakeSlateResponse as _retrovue_playout_TakeSlateResponse, TakeSlateResponse__Output as _retrovue_playout_TakeSlateResponse__Output } from './retrovue/playout/TakeSlateResponse.js';
import type { TreeNode as _retrovue_playout_TreeNode, TreeNode__Output as _retrovue_playout_TreeNode__Output } from './retrovue/playout/TreeNode.js';
import type { WatchChannelsRequest as _retrovue_playout_WatchChannelsRequest, WatchChannelsRequest__Output as _retrovue_playout_WatchChannelsRequest__Output } from './retrovue/playout/WatchChannelsRequest.js';
import type { WatchChannelsResponse as _retrovue_playout_WatchChannelsResponse, WatchChannelsResponse__Output as _retrovue_playout_WatchChannelsResponse__Output } from './retrovue/playout/WatchChannelsResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  retrovue: {
    playout: {
      Channel: MessageTypeDefinition<_retrovue_playout_Channel, _retrovue_playout_Channel__Output>
      ChannelState: EnumTypeDefinition
      ChannelsSnapshot: MessageTypeDefinition<_retrovue_playout_ChannelsSnapshot, _retrovue_playout_ChannelsSnapshot__Output>
      GetChannelRequest: MessageTypeDefinition<_retrovue_playout_GetChannelRequest, _retrovue_playout_GetChannelRequest__Output>
      GetChannelResponse: MessageTypeDefinition<_retrovue_playout_GetChannelResponse, _retrovue_playout_GetChannelResponse__Output>
      GetTreeRequest: MessageTypeDefinition<_retrovue_playout_GetTreeRequest, _retrovue_playout_GetTreeRequest__Output>
      GetTreeResponse: MessageTypeDefinition<_retrovue_playout_GetTreeResponse, _retrovue_playout_GetTreeResponse__Output>
      ListChannelsRequest: MessageTypeDefinition<_retrovue_playout_ListChannelsRequest, _retrovue_playout_ListChannelsRequest__Output>
      ListChannelsResponse: MessageTypeDefinition<_retrovue_playout_ListChannelsResponse, _retrovue_playout_ListChannelsResponse__Output>
      PlayoutOperations: SubtypeConstructor<typeof grpc.Client, _retrovue_playout_PlayoutOperationsClient> & { service: _retrovue_playout_PlayoutOperationsDefinition }
      ResetBudgetRequest: MessageTypeDefinition<_retrovue_playout_ResetBudgetRequest, _retrovue_playout_ResetBudgetRequest__Output>
      ResetBudgetResponse: MessageTypeDefinition<_retrovue_playout_ResetBudgetResponse, _retrovue_playout_ResetBudgetResponse__Output>
      RestartChannelRequest: MessageTypeDefinition<_retrovue_playout_RestartChannelRequest, _retrovue_playout_RestartChannelRequest__Output>
      RestartChannelResponse: MessageTypeDefinition<_retrovue_playout_RestartChannelResponse, _retrovue_playout_RestartChannelResponse__Output>
      RestartDecoderRequest: MessageTypeDefinition<_retrovue_playout_RestartDecoderRequest, _retrovue_playout_RestartDecoderRequest__Output>
      RestartDecoderResponse: MessageTypeDefinition<_retrovue_playout_RestartDecoderResponse, _retrovue_playout_RestartDecoderResponse__Output>
      ReturnToPlanRequest: MessageTypeDefinition<_retrovue_playout_ReturnToPlanRequest, _retrovue_playout_ReturnToPlanRequest__Output>
      ReturnToPlanResponse: MessageTypeDefinition<_retrovue_playout_ReturnToPlanResponse, _retrovue_playout_ReturnToPlanResponse__Output>
      SkipSegmentRequest: MessageTypeDefinition<_retrovue_playout_SkipSegmentRequest, _retrovue_playout_SkipSegmentRequest__Output>
      SkipSegmentResponse: MessageTypeDefinition<_retrovue_playout_SkipSegmentResponse, _retrovue_playout_SkipSegmentResponse__Output>
      TakeSlateRequest: MessageTypeDefinition<_retrovue_playout_TakeSlateRequest, _retrovue_playout_TakeSlateRequest__Output>
      TakeSlateResponse: MessageTypeDefinition<_retrovue_playout_TakeSlateResponse, _retrovue_playout_TakeSlateResponse__Output>
      TreeNode: MessageTypeDefinition<_retrovue_playout_TreeNode, _retrovue_playout_TreeNode__Output>
      WatchChannelsRequest: MessageTypeDefinition<_retrovue_playout_WatchChannelsRequest, _retrovue_playout_WatchChannelsRequest__Output>
      WatchChannelsResponse: MessageTypeDefinition<_retrovue_playout_WatchChannelsResponse, _retrovue_playout_WatchChannelsResponse__Output>
    }
  }
}

