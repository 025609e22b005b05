// Original file: proto/retrovue/playout.proto

import type { Long } from '@grpc/proto-loader';

export interface SwitchToLiveResponse {
  'success'?: (boolean);
  'error_message'?: (string);
  'pts_contiguous'?: (boolean);
  'live_start_pts'?: (number | string | Long);
}

export interface SwitchToLiveResponse__Output {
  'success': (boolean);
  'error_message': (string);
  'pts_contiguous': (boolean);
  'live_start_pts': (string);
}
