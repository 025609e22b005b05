/**
 * Why a Node process ended, in one line, out of what it wrote to stderr. The line that says so stands before a stack
 * trace, which may be longer than anything worth keeping; so it is picked out as it goes by.
 */
import { cutLines } from '../media/lines.js';
import { showableLine } from '../media/stderr-tail.js';

/** `TypeError: ...`, `Error [ERR_...]: ...`, and V8's own `FATAL ERROR: ... JavaScript heap out of memory`. */
const TELLING = /^(?:Uncaught )?(?:[A-Z]\w*(?:Error|Exception)\b|Error\b|FATAL ERROR:)/;

export interface LastWords {
  push(chunk: Buffer): void;
  /** The last line that tells of an error, else the last line; empty when nothing was said. Safe to be shown. */
  text(): string;
}

export function lastWords(): LastWords {
  let telling = '';
  let last = '';
  const keep = (line: string) => {
    last = line;
    if (TELLING.test(line)) telling = line;
  };
  const cutter = cutLines(keep);
  return {
    push: cutter.push,
    text() {
      cutter.end();
      return showableLine(telling === '' ? last : telling);
    },
  };
}
