// Original file: proto/retrovue/operations.proto

import type { ChannelsSnapshot as _retrovue_playout_ChannelsSnapshot, ChannelsSnapshot__Output as _retrovue_playout_ChannelsSnapshot__Output } from '../../retrovue/playout/ChannelsSnapshot.js';
import type { Channel as _retrovue_playout_Channel, Channel__Output as _retrovue_playout_Channel__Output } from '../../retrovue/playout/Channel.js';
import type { Long } from '@grpc/proto-loader';

export interface WatchChannelsResponse {
  'sequence'?: (number | string | Long);
  'snapshot'?: (_retrovue_playout_ChannelsSnapshot | null);
  'change'?: (_retrovue_playout_Channel | null);
  'gone_channel_id'?: (number);
  'event'?: "snapshot"|"change"|"gone_channel_id";
}

export interface WatchChannelsResponse__Output {
  'sequence': (string);
  'snapshot'?: (_retrovue_playout_ChannelsSnapshot__Output | null);
  'change'?: (_retrovue_playout_Channel__Output | null);
  'gone_channel_id'?: (number);
}
