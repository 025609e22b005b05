// Original file: proto/retrovue/playout.proto


export interface UpdatePlanRequest {
  'channel_id'?: (number);
  'plan_handle'?: (string);
}

export interface UpdatePlanRequest__Output {
  'channel_id': (number);
  'plan_handle': (string);
}
