/** A directory for one test, removed with all that is in it when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The part of a tap test that is needed here; a bench may hand in its own. */
export interface HasTeardown {
  teardown(run: () => unknown): unknown;
}

/** @returns its absolute path */
export function tempDir(t: HasTeardown): string {
  const path = mkdtempSync(join(tmpdir(), 'retrovue-test-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
