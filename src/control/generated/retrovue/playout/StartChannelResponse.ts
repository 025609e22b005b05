// Original file: proto/retrovue/playout.proto


export interface StartChannelResponse {
  'success'?: (boolean);
  'error_message'?: (string);
  'port'?: (number);
}

export interface StartChannelResponse__Output {
  'success': (boolean);
  'error_message': (string);
  'port': (number);
}
