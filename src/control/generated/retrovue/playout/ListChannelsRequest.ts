// Original file: proto/retrovue/operations.proto


export interface ListChannelsRequest {
}

export interface ListChannelsRequest__Output {
}
