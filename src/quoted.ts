/**
 * How text that others wrote (handles, asset names, plan fields) appears in our messages: in quotes, on one line,
 * cut short, and with everything escaped that could move a cursor, forge a log line or reorder what a reader sees.
 */
import { writtenOut } from './invisible.js';

const LIMIT = 80;
const PATH_LIMIT = 120;

/** `text` in double quotes and escaped; at most its first 80 characters, then an ellipsis. */
export function quoted(text: string): string {
  const shown = escaped(text.slice(0, LIMIT));
  return text.length > LIMIT ? `${shown.slice(0, -1)}…"` : shown;
}

/** The same for a path, of which the end tells more than the beginning: its last 120 characters. */
export function quotedPath(path: string): string {
  const shown = escaped(path.slice(-PATH_LIMIT));
  return path.length > PATH_LIMIT ? `"…${shown.slice(1)}` : shown;
}

function escaped(text: string): string {
  return writtenOut(JSON.stringify(text));
}

/** Whether `text` holds a character that has no place in a name: control characters and line separators. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}
