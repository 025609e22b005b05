// Original file: proto/retrovue/playout.proto


export interface ApiVersion {
  'version'?: (string);
}

export interface ApiVersion__Output {
  'version': (string);
}
