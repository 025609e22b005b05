// Original file: proto/retrovue/operations.proto


export interface ReturnToPlanRequest {
  'channel_id'?: (number);
}

export interface ReturnToPlanRequest__Output {
  'channel_id': (number);
}
