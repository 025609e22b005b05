// Original file: proto/retrovue/operations.proto


export interface RestartChannelResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface RestartChannelResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
