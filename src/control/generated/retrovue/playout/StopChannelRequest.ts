// Original file: proto/retrovue/playout.proto


export interface StopChannelRequest {
  'channel_id'?: (number);
}

export interface StopChannelRequest__Output {
  'channel_id': (number);
}
