/**
 * Plan handles. To everyone else a handle is opaque; here it is read as one of three things: the built-in
 * pattern, a media file, or the name of a plan in the plan directory (`/` separates its sub-folders). Only the
 * form is judged here; whether what it names exists, and lies where it may, is seen on disk.
 */
import { PlanError } from '../../supervisors/channel/plan.js';
import { hasControlCharacter, quoted } from '../quoted.js';
import { isAbsoluteMedia, leadsUp, PATTERN_URI } from './media-uri.js';

export type Handle =
  | { readonly kind: 'pattern' }
  /** An absolute path or `file:` URL, as it was written. */
  | { readonly kind: 'media'; readonly uri: string }
  /** A path below the plan directory without extension; no empty, `.` or `..` segment. */
  | { readonly kind: 'plan'; readonly name: string };

const MAX_HANDLE_CHARACTERS = 1024;
const REMEDY = 'use the name of a plan in the plan directory, a media file inside a media root, or "mock"';

/**
 * Reads a handle.
 * @throws PlanError `refused_path` when its form alone rules it out.
 */
export function readHandle(handle: string): Handle {
  const refuse = (why: string) =>
    new PlanError('refused_path', `plan_handle ${quoted(handle)}: ${why}; ${REMEDY}`);
  if (handle.trim() === '') throw refuse('is empty');
  if (handle.length > MAX_HANDLE_CHARACTERS) {
    throw refuse(`is ${handle.length} characters long, and at most ${MAX_HANDLE_CHARACTERS} are allowed`);
  }
  if (hasControlCharacter(handle)) throw refuse('contains line breaks or other control characters');
  if (leadsUp(handle)) throw refuse('must not contain ".."');
  if (handle === PATTERN_URI) return { kind: 'pattern' };
  if (isAbsoluteMedia(handle)) return { kind: 'media', uri: handle };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(handle)) throw refuse('names a network source, and none are supported');
  if (handle.split('/').some((part) => part === '' || part === '.')) {
    throw refuse('must not contain empty or "." path segments');
  }
  return { kind: 'plan', name: handle };
}
