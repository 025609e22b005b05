/**
 * Finds the ffmpeg to work with, and takes none that has not proven itself (see ffmpeg-proof.ts). In this order:
 * the one the operator names (then no other is tried), ffmpeg-static's if its download succeeded, the one on
 * PATH, and for development the one that comes inside a registry package, which is from 2018.
 */
import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { executableOnPath } from './child-prefix.js';
import { proveFfmpeg } from './ffmpeg-proof.js';

export type FfmpegSource = 'explicit' | 'ffmpeg-static' | 'path' | 'development-fallback';

export interface RejectedFfmpeg {
  readonly path: string;
  /** A clause whose subject is the binary: "is not ffmpeg". */
  readonly reason: string;
}

export interface LocatedFfmpeg {
  /** Absolute. */
  readonly path: string;
  /** As the binary itself prints it. */
  readonly version: string;
  readonly source: FfmpegSource;
  /** False for the development fallback, which the caller announces as unfit. */
  readonly fitForProduction: boolean;
  /** Those that come earlier in the order and were tried in vain. */
  readonly rejected: readonly RejectedFfmpeg[];
}

export interface FfmpegCandidate {
  readonly source: FfmpegSource;
  /** Undefined: this source has none; `absence` says why. */
  readonly path: string | undefined;
  readonly absence?: string;
}

/** No usable ffmpeg. The message has several lines and says what to do; exit code 78 suits it. */
export class FfmpegNotFoundError extends Error {
  override readonly name = 'FfmpegNotFoundError';
}

/**
 * @param options.explicit a path, or a name to look for on PATH: the flag `--ffmpeg` or else FFMPEG_BIN
 * @throws FfmpegNotFoundError
 */
export async function findFfmpeg(
  options: { readonly explicit?: string | null | undefined } = {},
): Promise<LocatedFfmpeg> {
  const { explicit } = options;
  if (explicit !== undefined && explicit !== null) return proveExplicit(explicit);
  return firstProven([ffmpegStatic, onPath, developmentFallback]);
}

async function proveExplicit(explicit: string): Promise<LocatedFfmpeg> {
  const named = JSON.stringify(explicit);
  const remedy = 'Correct --ffmpeg or FFMPEG_BIN, or leave it out to have ffmpeg looked for.';
  if (explicit === '') throw new FfmpegNotFoundError(`The ffmpeg named is an empty string.\n${remedy}`);
  const isName = !isAbsolute(explicit) && !/[\\/]/.test(explicit);
  const path = isName ? executableOnPath(explicit) : resolve(explicit);
  if (path === undefined)
    throw new FfmpegNotFoundError(`The ffmpeg named ${named} is not on PATH.\n${remedy}`);
  const proof = await proveFfmpeg(path);
  if (!proof.proven) {
    throw new FfmpegNotFoundError(
      `The ffmpeg named, ${named}, cannot be used: it ${proof.reason}.\n${remedy}`,
    );
  }
  // The fallback is no fitter for being named.
  const fallback = (await developmentFallback()).path;
  const fitForProduction = fallback === undefined || !(await sameFile(fallback, path));
  return { path, version: proof.version, source: 'explicit', fitForProduction, rejected: [] };
}

/**
 * The first candidate that proves itself.
 *
 * @param candidates asked one after the other, so that none is looked for in vain
 * @throws FfmpegNotFoundError naming every candidate with its reason
 */
export async function firstProven(
  candidates: readonly (() => Promise<FfmpegCandidate>)[],
): Promise<LocatedFfmpeg> {
  const rejected: RejectedFfmpeg[] = [];
  const tried: string[] = [];
  for (const next of candidates) {
    const { source, path, absence } = await next();
    if (path === undefined) {
      tried.push(`${source}: ${absence ?? 'none'}`);
      continue;
    }
    const proof = await proveFfmpeg(path);
    if (proof.proven) {
      const fitForProduction = source !== 'development-fallback';
      return { path, version: proof.version, source, fitForProduction, rejected };
    }
    rejected.push({ path, reason: proof.reason });
    tried.push(`${source}: ${JSON.stringify(path)} ${proof.reason}`);
  }
  throw new FfmpegNotFoundError(
    [
      'No usable ffmpeg was found. One of these helps:',
      '  - install ffmpeg (4.1 or later) with the system, for example: apt-get install ffmpeg',
      '  - name a binary: --ffmpeg PATH or FFMPEG_BIN=PATH',
      "  - allow ffmpeg-static's download: npm ci on a machine that reaches its host, install scripts allowed",
      'Tried:',
      ...tried.map((line) => `  - ${line}`),
    ].join('\n'),
  );
}

async function ffmpegStatic(): Promise<FfmpegCandidate> {
  const source = 'ffmpeg-static';
  const found = await importDefault('ffmpeg-static');
  if (typeof found === 'string') return { source, path: found };
  return {
    source,
    path: undefined,
    absence: 'the optional package is not installed, or not for this platform',
  };
}

async function onPath(): Promise<FfmpegCandidate> {
  return { source: 'path', path: executableOnPath('ffmpeg'), absence: 'no executable ffmpeg on PATH' };
}

async function developmentFallback(): Promise<FfmpegCandidate> {
  const source = 'development-fallback';
  const found = await importDefault('@ffmpeg-installer/ffmpeg');
  if (typeof found === 'object' && found !== null && 'path' in found && typeof found.path === 'string') {
    return { source, path: found.path };
  }
  return {
    source,
    path: undefined,
    absence: 'the development package @ffmpeg-installer/ffmpeg is not installed',
  };
}

/** A package's default export, or undefined where the package is absent or throws (some throw strings). */
async function importDefault(name: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(name);
    return module.default;
  } catch {
    return undefined;
  }
}

async function sameFile(one: string, other: string): Promise<boolean> {
  try {
    return (await realpath(one)) === (await realpath(other));
  } catch {
    return false;
  }
}
