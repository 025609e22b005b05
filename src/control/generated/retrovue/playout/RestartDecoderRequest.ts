// Original file: proto/retrovue/operations.proto


export interface RestartDecoderRequest {
  'channel_id'?: (number);
}

export interface RestartDecoderRequest__Output {
  'channel_id': (number);
}
