/**
 * The version of the control API: read from the proto's own option, because it is written nowhere else, and the
 * rule by which two versions get along. proto-loader drops custom options, so protobufjs reads the file itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { PLAYOUT_PROTO, protoDirectory } from './proto-files.js';

/** The request metadata in which a client may state the API version it was built for. */
export const API_VERSION_METADATA = 'playout-api-version';

const SEMANTIC_VERSION = /^(\d{1,9})(\.\d{1,9}){2}$/;
// A client may state less than a full version; its major part is all that counts.
const STATED_VERSION = /^(\d{1,9})(\.\d{1,9}){0,2}$/;

/**
 * PLAYOUT_API_VERSION of the proto under `directory`; the package's own unless told otherwise.
 * @throws Error when the option is missing or no semantic version.
 */
export function playoutApiVersion(directory: string = protoDirectory()): string {
  const file = join(directory, PLAYOUT_PROTO);
  const { root, package: packageName } = protobuf.parse(readFileSync(file, 'utf8'), { keepCase: true });
  const version: unknown = root.lookup(packageName ?? '')?.options?.['(PLAYOUT_API_VERSION)'];
  if (typeof version !== 'string' || !SEMANTIC_VERSION.test(version)) {
    throw new Error(
      `${file}: option (PLAYOUT_API_VERSION) must be a semantic version such as "1.0.0", after the package line`,
    );
  }
  return version;
}

/** The major part of a version; undefined where the text is no version. */
export function majorVersion(version: string): number | undefined {
  const major = STATED_VERSION.exec(version)?.[1];
  return major === undefined ? undefined : Number(major);
}
