/**
 * The contract as gRPC knows it: service and messages of playout.proto, with the generated types. The loader's
 * options are those the types were generated with (`npm run proto:types`); changing one means changing both.
 */
import { type GrpcObject, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProtoGrpcType } from './generated/playout.js';
import { PLAYOUT_PROTO, protoDirectory } from './proto-files.js';

/** The service's full name, as it stands in method paths and in health checks. */
export const PLAYOUT_SERVICE = 'retrovue.playout.PlayoutControl';

/** Loads the contract. @throws Error when the proto is missing or cannot be parsed. */
export function loadPlayoutPackage(): ProtoGrpcType['retrovue']['playout'] {
  const definition = loadSync(PLAYOUT_PROTO, {
    includeDirs: [protoDirectory()],
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
  });
  const loaded: GrpcObject = loadPackageDefinition(definition);
  return (loaded as unknown as ProtoGrpcType).retrovue.playout;
}
