// Original file: proto/retrovue/operations.proto


export interface ResetBudgetResponse {
  'success'?: (boolean);
  'error_message'?: (string);
}

export interface ResetBudgetResponse__Output {
  'success': (boolean);
  'error_message': (string);
}
