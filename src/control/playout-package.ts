/**
 * The API as gRPC knows it: services and messages of the package's protos, with the generated types. The loader's
 * options are those the types were generated with (`npm run proto:types`); changing one means changing both.
 */
import { type GrpcObject, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProtoGrpcType as Operations } from './generated/operations.js';
import type { ProtoGrpcType as Playout } from './generated/playout.js';
import { OPERATIONS_PROTO, PLAYOUT_PROTO, protoDirectory } from './proto-files.js';

/** The services' full names, as they stand in method paths and in health checks. */
export const PLAYOUT_SERVICE = 'retrovue.playout.PlayoutControl';
export const OPERATIONS_SERVICE = 'retrovue.playout.PlayoutOperations';

/** Loads the API. @throws Error when a proto is missing or cannot be parsed. */
export function loadPlayoutPackage(): Playout['retrovue']['playout'] & Operations['retrovue']['playout'] {
  const definition = loadSync([PLAYOUT_PROTO, OPERATIONS_PROTO], {
    includeDirs: [protoDirectory()],
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
  });
  const loaded: GrpcObject = loadPackageDefinition(definition);
  return (loaded as unknown as Playout & Operations).retrovue.playout;
}
