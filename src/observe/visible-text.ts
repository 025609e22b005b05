/**
 * What others wrote, made fit for a log line: no text that comes from a plan, a file name, a program's last words or a
 * request breaks a line, moves a terminal's cursor, colours it or reorders what a reader sees, in the JSON itself or
 * after a program such as pino-pretty or jq has unpacked it. What cannot be seen is written out, `\n` or `\u{1b}`.
 */
import { stdSerializers } from 'pino';
import { writtenOut } from '../invisible.js';

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Far more than anything of ours has to say. */
const MAX_LENGTH = 8192;
/** Fields of fields of fields; what is deeper was not made for a log. */
const MAX_DEPTH = 6;

/** `text` with everything that cannot be seen written out, and at most 8192 characters of it. */
export function visibleText(text: string): string {
  const short = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return writtenOut(short, SHORT);
}

/** A log line's fields, every text in them made visible. Errors are left to {@link visibleError}. */
export function visibleFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, visible(value, MAX_DEPTH)]));
}

/** An error as pino writes it: type, message and what else it carries, and its stack line by line. */
export function visibleError(error: unknown): unknown {
  if (!(error instanceof Error)) return visible(error, MAX_DEPTH);
  const { stack, message, ...others } = stdSerializers.err(error);
  // The stack's head repeats the message, line breaks and all; its frames are Node's own words.
  const frames = String(stack)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line));
  return {
    ...visibleFields(others),
    message: visibleText(message),
    stack: [visibleText(`${error.name}: ${message}`), ...frames.map(visibleText)].join('\n'),
  };
}

function visible(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((each) => visible(each, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visible(each, depth - 1)]));
}
