/**
 * What is known of where a command prints, and text fitted to it: colours only on a terminal that may have them, and
 * widths as a terminal counts them, where some characters take two columns and some none.
 */
import { styleText } from 'node:util';
import stringWidth from 'string-width';

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface Terminal {
  /** Undefined where lines may be as long as they like: a pipe, a file. */
  readonly columns: number | undefined;
  readonly colours: boolean;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** A piece of text and how it looks where there are colours. */
export interface Cell {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** @param environment `NO_COLOR` (no-color.org) and `TERM=dumb` forbid colours */
export function terminalOf(stream: OutputStream, environment: NodeJS.ProcessEnv): Terminal {
  if (stream.isTTY !== true) return { columns: undefined, colours: false };
  const colours = !environment.NO_COLOR && environment.TERM !== 'dumb';
  return { columns: stream.columns || undefined, colours };
}

export function painted(text: string, style: Style | undefined, { colours }: Terminal): string {
  return colours && style !== undefined && text !== ''
    ? styleText(style, text, { validateStream: false })
    : text;
}

/** Columns that the text takes. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

const graphemes = new Intl.Segmenter();

/** The text, cut to so many columns with an ellipsis where it is longer; no character is cut in two. */
export function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let fits = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    fits += segment;
  }
  return `${fits}…`;
}

/** Filled up with spaces to so many columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Lines of at most so many columns, broken at spaces where there are any. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > columns) {
      const piece = fitted(line, columns).slice(0, -1);
      if (piece === '') break;
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return [...lines, line];
}
