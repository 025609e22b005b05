// Original file: proto/retrovue/operations.proto


export interface TakeSlateResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface TakeSlateResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
