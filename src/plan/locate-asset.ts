/**
 * From the words by which a plan names its media to a file on disk. A file may be aired only if, with every link
 * resolved, it is a regular file below one of the media roots; nobody learns from an answer what lies elsewhere.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlanError } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { mediaPath } from './media-uri.js';
import { retryPassing } from './passing-faults.js';
import { isInside, realpathIfAny } from './real-path.js';

export interface LocatedAsset {
  /** Absolute, resolved through symlinks, below a media root. */
  readonly path: string;
  /** Size and time of change: with the path, this file and no other. */
  readonly version: string;
}

/**
 * Finds the file that `uri` names: a relative path in the first root that has it, an absolute one or a `file:` URL
 * where it says. The messages of its errors are to be read after the field and the value.
 * @throws PlanError `refused_path`, `missing_asset`, `unusable_asset` (empty) or `unavailable`; the signal's reason.
 */
export async function locateAsset(
  uri: string,
  mediaRoots: readonly string[],
  signal: AbortSignal,
): Promise<LocatedAsset> {
  const media = mediaPath(uri);
  if (!media.ok) throw new PlanError('refused_path', media.reason);
  return await retryPassing('the file', signal, async () => {
    const roots = await existingRoots(mediaRoots, signal);
    const candidates = media.absolute ? [media.path] : roots.map((root) => join(root, media.path));
    for (const candidate of candidates) {
      signal.throwIfAborted();
      const path = await realpathIfAny(candidate);
      if (path === undefined) continue;
      // A root itself is no file either, and is told so.
      if (!roots.some((root) => root === path || isInside(root, path))) throw outside(mediaRoots);
      return await describeFile(path);
    }
    const named = [...roots, ...mediaRoots];
    if (media.absolute && !named.some((root) => isInside(root, media.path))) throw outside(mediaRoots);
    throw missing(mediaRoots, roots.length);
  });
}

async function describeFile(path: string): Promise<LocatedAsset> {
  const file = await stat(path, { bigint: true });
  if (!file.isFile()) {
    throw new PlanError('refused_path', 'is a directory or device, not a regular file; name a media file');
  }
  if (file.size === 0n) throw new PlanError('unusable_asset', 'is empty (0 bytes); replace the file');
  return { path, version: `${file.size}-${file.mtimeNs}` };
}

/** The roots that exist, resolved, in order. A root that is not mounted hides its own files only. */
async function existingRoots(mediaRoots: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const roots: string[] = [];
  for (const mediaRoot of mediaRoots) {
    signal.throwIfAborted();
    const root = await realpathIfAny(mediaRoot);
    if (root !== undefined) roots.push(root);
  }
  return roots;
}

function outside(mediaRoots: readonly string[]): PlanError {
  return new PlanError(
    'refused_path',
    `lies outside the media roots (${rootList(mediaRoots)}); move the file into one or configure its folder as one`,
  );
}

function missing(mediaRoots: readonly string[], existing: number): PlanError {
  const unmounted = mediaRoots.length - existing;
  const hint = unmounted > 0 ? `, ${unmounted} of which cannot be found` : '';
  return new PlanError(
    'missing_asset',
    `does not exist in the media roots (${rootList(mediaRoots)}${hint}); add the file or correct the name`,
  );
}

function rootList(mediaRoots: readonly string[]): string {
  return mediaRoots.length === 0 ? 'none configured' : mediaRoots.map(quoted).join(', ');
}
