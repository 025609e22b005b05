/** The engine's own version, as package.json states it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { protoDirectory } from './control/proto-files.js';

/** @throws Error when package.json is missing beside proto/: the installation is incomplete */
export function readPackageVersion(): string {
  const file = path.join(protoDirectory(), '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
