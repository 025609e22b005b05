// Original file: proto/retrovue/playout.proto


export interface UpdatePlanResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface UpdatePlanResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
