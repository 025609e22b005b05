// Original file: proto/retrovue/operations.proto


export interface ResetBudgetRequest {
  'channel_id'?: (number);
}

export interface ResetBudgetRequest__Output {
  'channel_id': (number);
}
