// Original file: proto/retrovue/playout.proto


export interface LoadPreviewResponse {
  'success'?: (boolean);
  'error_message'?: (string);
  'shadow_decode_started'?: (boolean);
}

export interface LoadPreviewResponse__Output {
  'success': (boolean);
  'error_message': (string);
  'shadow_decode_started': (boolean);
}
