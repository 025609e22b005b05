// Original file: proto/retrovue/operations.proto

import type { Channel as _retrovue_playout_Channel, Channel__Output as _retrovue_playout_Channel__Output } from '../../retrovue/playout/Channel.js';

export interface GetChannelResponse {
  'success'?: (boolean);
  'error_message'?: (string);
  'channel'?: (_retrovue_playout_Channel | null);
}

export interface GetChannelResponse__Output {
  'success': (boolean);
  'error_message': (string);
  'channel': (_retrovue_playout_Channel__Output | null);
}
