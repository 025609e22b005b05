// Original file: proto/retrovue/playout.proto


export interface StopChannelResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface StopChannelResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
