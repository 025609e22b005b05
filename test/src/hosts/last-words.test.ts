/** Out of all that a dying Node process writes, the one line that says why. */
import t from 'tap';
import { lastWords } from '../../../src/hosts/last-words.js';

function said(...chunks: string[]): string {
  const words = lastWords();
  for (const chunk of chunks) words.push(Buffer.from(chunk));
  return words.text();
}

t.test('the error stands before its stack trace, and is told', async (t) => {
  const trace = Array.from({ length: 60 }, (_, i) => `    at frame${i} (file.js:${i}:1)\n`);
  t.equal(said('TypeError: x is not a function\n', ...trace), 'TypeError: x is not a function');
  t.equal(said('Error [ERR_X]: no\n', ...trace), 'Error [ERR_X]: no');
  t.equal(said('Error: 2nd thoughts\n', '    at a\n', 'Node.js v20\n'), 'Error: 2nd thoughts');
});

t.test("so is V8's own word for a heap that is full", async (t) => {
  const words = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory';
  t.equal(
    said(
      '<--- Last few GCs --->\n[1:0x1] 99 ms: Mark-Compact\n',
      `${words}\n----- Native stack trace -----\n`,
      ' 1: 0xb7\n',
    ),
    words,
  );
});

t.test('where nothing tells of an error, the last line does, finished or not', async (t) => {
  t.equal(said('Debugger listening\n', 'setpriv: cannot exec'), 'setpriv: cannot exec');
  t.equal(said(), '');
});

t.test('nothing in it can move a cursor or forge a line', async (t) => {
  t.equal(said('Error: \u001b[2Jcleared\r\n'), 'Error: cleared');
});
