/**
 * How text that others wrote (handles, asset names, plan fields) appears in our messages: in quotes, on one line,
 * cut short, and with everything escaped that could move a cursor, forge a log line or reorder what a reader sees.
 */
const LIMIT = 80;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `text` in double quotes and escaped; at most its first 80 characters, then an ellipsis. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text.slice(0, LIMIT)).replace(
    INVISIBLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return text.length > LIMIT ? `${shown.slice(0, -1)}…"` : shown;
}

/** Whether `text` holds a character that has no place in a name: control characters and line separators. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}
