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
      TreeNode: MessageTypeDefinition<_retrovue_playout_TreeNode, _retrovue_playout_TreeNode__Output>
      WatchChannelsRequest: MessageTypeDefinition<_retrovue_playout_WatchChannelsRequest, _retrovue_playout_WatchChannelsRequest__Output>
      WatchChannelsResponse: MessageTypeDefinition<_retrovue_playout_WatchChannelsResponse, _retrovue_playout_WatchChannelsResponse__Output>
    }
  }
}

