// Original file: proto/retrovue/operations.proto

import type { ChannelState as _retrovue_playout_ChannelState, ChannelState__Output as _retrovue_playout_ChannelState__Output } from '../../retrovue/playout/ChannelState.js';

export interface Channel {
  'channel_id'?: (number);
  'state'?: (_retrovue_playout_ChannelState);
  'healthy'?: (boolean);
  'detail'?: (string);
  'plan_handle'?: (string);
  'port'?: (number);
  'snapshot_json'?: (string);
}

export interface Channel__Output {
  'channel_id': (number);
  'state': (_retrovue_playout_ChannelState__Output);
  'healthy': (boolean);
  'detail': (string);
  'plan_handle': (string);
  'port': (number);
  'snapshot_json': (string);
}
