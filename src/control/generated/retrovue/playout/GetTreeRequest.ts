// Original file: proto/retrovue/operations.proto


export interface GetTreeRequest {
}

export interface GetTreeRequest__Output {
}
