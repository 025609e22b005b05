/**
 * The words by which plans and handles name media: a path relative to a media root, an absolute path, or a
 * `file:` URL. Only their form is judged here; whether the file exists and lies inside a root is seen on disk.
 */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasControlCharacter } from '../quoted.js';

/** The name of the built-in test pattern, as a handle and as an asset. */
export const PATTERN_URI = 'mock';

/** Of a path or URL, as far as it is read at all. */
export const MAX_URI_CHARACTERS = 4096;

/** Whether a handle or asset names media by an absolute path or a `file:` URL. */
export function isAbsoluteMedia(uri: string): boolean {
  return /^file:/i.test(uri) || isAbsolute(uri);
}

export type MediaPath =
  | { readonly ok: true; readonly path: string; readonly absolute: boolean }
  /** Why it is refused and what to do, to be read after the field's name and value. */
  | { readonly ok: false; readonly reason: string };

/** The path that `uri` means. Touches no file. */
export function mediaPath(uri: string): MediaPath {
  if (uri === '') return { ok: false, reason: 'is empty; name a media file' };
  if (uri.length > MAX_URI_CHARACTERS) {
    return {
      ok: false,
      reason: `is ${uri.length} characters long; at most ${MAX_URI_CHARACTERS} are allowed`,
    };
  }
  let path = uri;
  if (/^file:/i.test(uri)) {
    try {
      path = fileURLToPath(uri);
    } catch {
      return { ok: false, reason: 'is not a URL of a local file; write file:///path/to/file' };
    }
  } else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) {
    return { ok: false, reason: 'is not a file; name a media file below a media root' };
  }
  if (hasControlCharacter(path)) {
    return { ok: false, reason: 'contains control characters; rename the file' };
  }
  if (leadsUp(path))
    return { ok: false, reason: 'contains ".."; name the file by its path below a media root' };
  return { ok: true, path, absolute: isAbsolute(path) };
}

/** Whether a path has a `..` segment; with either slash, so that no platform reads it differently. */
export function leadsUp(path: string): boolean {
  return path.includes('..') && path.split(/[\\/]/).includes('..');
}
