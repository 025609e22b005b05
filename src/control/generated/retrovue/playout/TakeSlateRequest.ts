// Original file: proto/retrovue/operations.proto


export interface TakeSlateRequest {
  'channel_id'?: (number);
}

export interface TakeSlateRequest__Output {
  'channel_id': (number);
}
