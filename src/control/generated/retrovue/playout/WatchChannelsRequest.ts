// Original file: proto/retrovue/operations.proto


export interface WatchChannelsRequest {
  'channel_ids'?: (number)[];
}

export interface WatchChannelsRequest__Output {
  'channel_ids': (number)[];
}
