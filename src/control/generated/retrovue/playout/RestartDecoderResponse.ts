// Original file: proto/retrovue/operations.proto


export interface RestartDecoderResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface RestartDecoderResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
