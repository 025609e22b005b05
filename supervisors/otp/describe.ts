/**
 * Words for values and errors that end up in messages: escaped, so that nothing in them can forge a line of a
 * log, and shortened, so that nothing floods one.
 */

const VALUE_LENGTH = 80;
const REASON_LENGTH = 500;

/** A value as a person should see it: strings in quotes, objects by their kind. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value, VALUE_LENGTH));
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** Why something failed, in one line, from whatever was thrown. */
export function reasonOf(error: unknown): string {
  const text =
    error instanceof Error ? error.message || error.name : typeof error === 'string' ? error : show(error);
  // JSON's escapes for control characters, without its quotes.
  return shorten(text, REASON_LENGTH).replace(/[\p{Cc}\u2028\u2029]/gu, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}
