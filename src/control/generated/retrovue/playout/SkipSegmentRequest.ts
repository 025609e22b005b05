// Original file: proto/retrovue/operations.proto


export interface SkipSegmentRequest {
  'channel_id'?: (number);
}

export interface SkipSegmentRequest__Output {
  'channel_id': (number);
}
