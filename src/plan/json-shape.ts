/**
 * A look at JSON text that needs no memory: how many values it holds, and whether it simply stops too early.
 * The first keeps a small file that would unfold into gigabytes of empty objects from being parsed at all; the
 * second tells a plan that is still being written from one that is wrong.
 */
export interface JsonShape {
  /** Objects, arrays and list items: what costs memory once parsed. */
  readonly values: number;
  /** False where the text ends inside a string, object or array, or holds nothing. */
  readonly complete: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Reads the shape of UTF-8 encoded JSON; text that is not JSON has some shape too, and never throws. */
export function jsonShape(bytes: Uint8Array): JsonShape {
  let values = 0;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === COMMA) values++;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values++;
      depth++;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return { values, complete: values > 0 && depth <= 0 && !inString };
}
