// Original file: proto/retrovue/playout.proto


export interface LoadPreviewRequest {
  'channel_id'?: (number);
  'asset_path'?: (string);
}

export interface LoadPreviewRequest__Output {
  'channel_id': (number);
  'asset_path': (string);
}
