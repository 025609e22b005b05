/** Text fitted to a terminal: widths as it counts them, and colours where it has them. */
import t from 'tap';
import { fitted, padded, painted, terminalOf, widthOf, wrapped } from '../../../src/cli/terminal.js';

const write = () => {};

t.test('colours only on a terminal that may have them', async (t) => {
  const tty = { write, isTTY: true, columns: 100 };
  t.same(terminalOf({ write }, {}), { columns: undefined, colours: false });
  t.same(terminalOf(tty, {}), { columns: 100, colours: true });
  t.same(terminalOf(tty, { NO_COLOR: '1' }), { columns: 100, colours: false });
  t.same(terminalOf(tty, { NO_COLOR: '' }), { columns: 100, colours: true }, 'empty is not set');
  t.same(terminalOf(tty, { TERM: 'dumb' }), { columns: 100, colours: false });
  // A terminal that does not know how wide it is.
  t.equal(terminalOf({ write, isTTY: true, columns: 0 }, {}).columns, undefined);
  t.equal(painted('x', 'red', { columns: 1, colours: true }), '\u001b[31mx\u001b[39m');
  t.equal(painted('x', 'red', { columns: 1, colours: false }), 'x');
});

t.test('text is cut by the columns it takes, never in the middle of a character', async (t) => {
  for (const [text, columns, cut] of [
    ['plain', 5, 'plain'],
    ['plain', 4, 'pla…'],
    ['動画第三話', 10, '動画第三話'],
    ['動画第三話', 9, '動画第三…'],
    ['動画第三話', 8, '動画第…'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['👨‍👩‍👧👨‍👩‍👧', 3, '👨‍👩‍👧…'],
    ['ab', 1, '…'],
    ['ab', 0, ''],
  ] as const) {
    t.equal(fitted(text, columns), cut);
    t.ok(widthOf(fitted(text, columns)) <= columns);
  }
  t.equal(padded('動画', 6), '動画  ');
  t.equal(padded('long', 2), 'long');
});

t.test('sentences are broken at spaces, and where there are none, anywhere', async (t) => {
  t.same(wrapped('the file is gone', 9), ['the file', 'is gone']);
  t.same(wrapped('a abcdefghij b', 5), ['a', 'abcd', 'efgh', 'ij b']);
  t.same(wrapped('動画第三話', 4), ['動', '画', '第', '三話']);
  t.same(wrapped('', 9), ['']);
  const lines = wrapped(`${'x'.repeat(1000)} ${'動'.repeat(1000)}`, 7);
  t.ok(lines.every((line) => widthOf(line) <= 7));
  t.equal(lines.join('').replace(' ', '').length, 2000, 'nothing is lost');
});
