// Original file: proto/retrovue/playout.proto


export interface StartChannelRequest {
  'channel_id'?: (number);
  'plan_handle'?: (string);
  'port'?: (number);
}

export interface StartChannelRequest__Output {
  'channel_id': (number);
  'plan_handle': (string);
  'port': (number);
}
