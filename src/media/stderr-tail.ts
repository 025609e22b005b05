/**
 * Keeps the end of a process's stderr for people: the last 20 lines, at most 2 kB. The stream may be endless and
 * hostile (file names and metadata reach it), so memory is bounded whatever comes, and what is handed out holds
 * no control, formatting or escape characters beyond the line ends between its lines.
 */
import { cutLines } from './lines.js';

const MAX_LINES = 20;
const MAX_BYTES = 2_048;
/** So that one long line cannot push out the others, nor exceed the bytes alone (3 bytes a UTF-16 unit at most). */
const MAX_SHOWN_CHARS = 400;

export interface StderrTail {
  push(chunk: Buffer): void;
  /** The kept lines, oldest first, joined by `\n`; empty when nothing was said. */
  text(): string;
  /** The last line, or an empty string. */
  lastLine(): string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const ANSI_SEQUENCE = /[\x1b\x9b][[()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g;
/** Control, invisible formatting (text direction too), lone surrogates, and Unicode's own line ends. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line fit to be shown in a log or an answer. */
export function showableLine(line: string): string {
  const text = line.replace(ANSI_SEQUENCE, '').replaceAll('\t', ' ').replace(UNSHOWABLE, '').trimEnd();
  if (text.length <= MAX_SHOWN_CHARS) return text;
  return `${text.slice(0, MAX_SHOWN_CHARS - 1).replace(UNSHOWABLE, '')}…`;
}

export function stderrTail(): StderrTail {
  const raw: string[] = [];
  const cutter = cutLines((line) => {
    raw.push(line);
    // Lines are made showable only when asked for: most are pushed out unseen.
    if (raw.length > MAX_LINES) raw.shift();
  });
  const shown = (): string[] => {
    const lines = [...raw, cutter.unfinished()].map(showableLine).filter((line) => line !== '');
    let first = Math.max(0, lines.length - MAX_LINES);
    while (Buffer.byteLength(lines.slice(first).join('\n')) > MAX_BYTES) first += 1;
    return lines.slice(first);
  };
  return {
    push: cutter.push,
    text: () => shown().join('\n'),
    lastLine: () => shown().at(-1) ?? '',
  };
}
