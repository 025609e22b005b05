// Original file: proto/retrovue/operations.proto


export interface RestartChannelRequest {
  'channel_id'?: (number);
}

export interface RestartChannelRequest__Output {
  'channel_id': (number);
}
