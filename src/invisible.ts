/**
 * The characters that nobody sees and that would break a line, move a terminal's cursor, colour it or reorder what a
 * reader sees: control characters, formatting ones (the bidirectional controls among them), line and paragraph
 * separators. What others wrote is shown with each of them written out.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const EVERY_INVISIBLE = new RegExp(INVISIBLE, 'gu');

/**
 * `text` with what cannot be seen written out: ESC as `\u{1b}`.
 * @param short what is written for some of them instead, by the character
 */
export function writtenOut(text: string, short: Readonly<Record<string, string>> = {}): string {
  // Nearly every text is visible as it is.
  if (!INVISIBLE.test(text)) return text;
  return text.replace(EVERY_INVISIBLE, (it) => short[it] ?? `\\u{${(it.codePointAt(0) ?? 0).toString(16)}}`);
}
