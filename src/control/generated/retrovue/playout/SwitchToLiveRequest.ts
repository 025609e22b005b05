// Original file: proto/retrovue/playout.proto


export interface SwitchToLiveRequest {
  'channel_id'?: (number);
}

export interface SwitchToLiveRequest__Output {
  'channel_id': (number);
}
