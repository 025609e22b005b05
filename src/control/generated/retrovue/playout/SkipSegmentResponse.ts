// Original file: proto/retrovue/operations.proto


export interface SkipSegmentResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface SkipSegmentResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
