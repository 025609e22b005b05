// Original file: proto/retrovue/operations.proto

import type { Channel as _retrovue_playout_Channel, Channel__Output as _retrovue_playout_Channel__Output } from '../../retrovue/playout/Channel.js';

export interface ChannelsSnapshot {
  'instance'?: (string);
  'channels'?: (_retrovue_playout_Channel)[];
}

export interface ChannelsSnapshot__Output {
  'instance': (string);
  'channels': (_retrovue_playout_Channel__Output)[];
}
