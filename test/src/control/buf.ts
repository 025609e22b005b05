/** How the tests run buf: as a plain process, without the network and without leaving anything behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { protoDirectory } from '../../../src/control/proto-files.js';

export const packageRoot = dirname(protoDirectory());

/** Runs buf to its end; what it builds stands on stdout. */
export function runBuf(args: readonly string[], cwd: string = packageRoot) {
  const cache = mkdtempSync(join(tmpdir(), 'retrovue-buf-'));
  try {
    const { status, stdout, stderr, error } = spawnSync(join(packageRoot, 'node_modules/.bin/buf'), args, {
      cwd,
      // An empty NODE_OPTIONS keeps tap's loaders out of buf's launcher.
      env: { ...process.env, NODE_OPTIONS: '', BUF_CACHE_DIR: cache },
      maxBuffer: 16 * 1024 * 1024,
    });
    if (error) throw error;
    return { status, stdout, text: `${stdout}${stderr}` };
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}
