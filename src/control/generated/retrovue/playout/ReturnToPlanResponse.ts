// Original file: proto/retrovue/operations.proto


export interface ReturnToPlanResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface ReturnToPlanResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
