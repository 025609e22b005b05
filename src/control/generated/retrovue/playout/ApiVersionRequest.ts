// Original file: proto/retrovue/playout.proto


export interface ApiVersionRequest {
}

export interface ApiVersionRequest__Output {
}
