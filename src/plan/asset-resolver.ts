/**
 * Assets, proven fit for a decoder: located on disk, inside a media root, and probed. A probe costs a process, so
 * its answer is remembered for as long as the file is unchanged; failures are not, so that a file put right is
 * seen at once.
 */
import { PlanError, type ReadyAsset } from '../../supervisors/channel/plan.js';
import { locateAsset } from './locate-asset.js';
import { PATTERN_URI } from './media-uri.js';

/** What a probe tells of a media file. */
export type ProbedMedia = Omit<ReadyAsset, 'input'>;

/**
 * Looks into the media file at `path` (absolute, resolved).
 * @throws PlanError `unusable_asset` when it has no picture that can be decoded.
 */
export type ProbeMedia = (path: string, signal: AbortSignal) => Promise<ProbedMedia>;

export interface ResolvedAsset {
  readonly asset: ReadyAsset;
  /** Changes whenever another file, or other content, stands behind the same words. */
  readonly version: string;
}

/**
 * Proves one asset. The messages of its errors are to be read after the field and the value.
 * @throws PlanError when it is missing, refused or has no picture; the signal's reason.
 */
export type ResolveAsset = (uri: string, signal: AbortSignal) => Promise<ResolvedAsset>;

/** Enough for the assets of a day; an entry is a few hundred bytes. */
const MAX_REMEMBERED = 500;

/** Makes a resolver with a memory of its own. `mediaRoots`: folders, tried in this order for relative names. */
export function createAssetResolver(mediaRoots: readonly string[], probe: ProbeMedia): ResolveAsset {
  /** By path, least recently used first. */
  const remembered = new Map<string, ResolvedAsset>();

  return async (uri, signal) => {
    if (uri === PATTERN_URI) return PATTERN;
    const { path, version: fileVersion } = await locateAsset(uri, mediaRoots, signal);
    const version = `${path}\n${fileVersion}`;
    const known = remembered.get(path);
    remembered.delete(path);
    if (known?.version === version) {
      remembered.set(path, known);
      return known;
    }
    signal.throwIfAborted();
    const probed = await probe(path, signal);
    const resolved = { asset: { ...probed, input: { kind: 'file', path } }, version } as const;
    remembered.set(path, resolved);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MAX_REMEMBERED) break;
      remembered.delete(oldest);
    }
    return resolved;
  };
}

const PATTERN: ResolvedAsset = {
  asset: { input: { kind: 'pattern' }, durationMs: undefined, displaySize: undefined },
  version: 'pattern',
};

/**
 * The error with the name of what it is about in front: `segments[2].asset_uri "a.mp4": does not exist ...`.
 * Anything but a PlanError is returned as it is.
 */
export function about(subject: string, error: unknown): unknown {
  return error instanceof PlanError
    ? new PlanError(error.code, `${subject}: ${error.message}`, { cause: error })
    : error;
}
