/**
 * Where the contract's files are. They are found by walking up to the package's root, so that the same code works
 * from the sources, from the compiled tree and from an installed package.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The contract's file, as imports inside proto/ name it. */
export const PLAYOUT_PROTO = 'retrovue/playout.proto';

/** The file of what operators may ask besides. */
export const OPERATIONS_PROTO = 'retrovue/operations.proto';

/** The descriptors that reflection hands out; made from the proto by `npm run proto:descriptors`. */
export const DESCRIPTOR_SET = 'descriptors.binpb';

/**
 * The absolute path of the package's proto/ directory.
 * @throws Error when this file stands in no package, or in one without the contract: a broken installation.
 */
export function protoDirectory(from: string = dirname(fileURLToPath(import.meta.url))): string {
  let directory = from;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) {
      throw new Error(
        `no package.json in or above ${from}: the installation is incomplete, install it again`,
      );
    }
    directory = parent;
  }
  const proto = join(directory, 'proto');
  if (!existsSync(join(proto, PLAYOUT_PROTO))) {
    throw new Error(
      `${join(proto, PLAYOUT_PROTO)} is missing: the installation is incomplete, install it again`,
    );
  }
  return proto;
}
