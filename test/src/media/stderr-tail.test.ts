/** What is kept of a stderr that may be endless and hostile. */
import t from 'tap';
import { cutLines, MAX_LINE_CHARS } from '../../../src/media/lines.js';
import { stderrTail } from '../../../src/media/stderr-tail.js';

t.test('the last twenty lines are kept, oldest first', async (t) => {
  const tail = stderrTail();
  for (let line = 1; line <= 50; line += 1) tail.push(Buffer.from(`line ${line}\n`));
  const lines = tail.text().split('\n');
  t.equal(lines.length, 20);
  t.equal(lines[0], 'line 31');
  t.equal(tail.lastLine(), 'line 50');
});

t.test('a last line that has not ended counts, and twenty remain twenty', async (t) => {
  const tail = stderrTail();
  for (let line = 1; line <= 20; line += 1) tail.push(Buffer.from(`line ${line}\n`));
  tail.push(Buffer.from('Segmentation fau'));
  t.equal(tail.lastLine(), 'Segmentation fau');
  t.equal(tail.text().split('\n').length, 20);
});

t.test('lines are put together across chunks, inside a multi-byte character too', async (t) => {
  const tail = stderrTail();
  for (const byte of Buffer.from('für alle\nFälle\r\n')) tail.push(Buffer.from([byte]));
  t.equal(tail.text(), 'für alle\nFälle');
});

t.test('progress lines, which end in a carriage return, are lines', async (t) => {
  const tail = stderrTail();
  tail.push(Buffer.from('frame=1\rframe=2\rfailed\n'));
  t.equal(tail.text(), 'frame=1\nframe=2\nfailed');
});

t.test('colours, control characters and direction marks are taken out', async (t) => {
  const tail = stderrTail();
  const hostile = '\x1b[1;31mred\x1b[0m\x00\x07 bell\x9b2J\ttab \u202etxet\u2028split \u{1f4fa}\x7f';
  tail.push(Buffer.from(`${hostile}\n`));
  t.equal(tail.text(), 'red bell tab txetsplit \u{1f4fa}');
});

t.test('lines of nothing but control characters are left out', async (t) => {
  const tail = stderrTail();
  tail.push(Buffer.from('said\n\x00\x01\n\n\x1b[0m\n'));
  t.equal(tail.text(), 'said');
});

t.test('two kilobytes are the most that is handed out, whatever is written', async (t) => {
  const tail = stderrTail();
  for (let line = 0; line < 40; line += 1) tail.push(Buffer.from(`${line} ${'\u{1f4fa}€'.repeat(300)}\n`));
  const bytes = Buffer.byteLength(tail.text());
  t.ok(bytes > 1_000 && bytes <= 2_048, `${bytes} bytes`);
  t.ok(tail.lastLine().startsWith('39 '));
  t.notMatch(tail.text(), /\ufffd/, 'no character was cut in half');
});

t.test('a line without end is kept by its beginning, and costs no memory', async (t) => {
  const lines: string[] = [];
  const cutter = cutLines((line) => lines.push(line));
  const chunk = Buffer.alloc(65_536, 'x');
  for (let turn = 0; turn < 200; turn += 1) cutter.push(chunk);
  t.equal(cutter.unfinished().length, MAX_LINE_CHARS);
  cutter.push(Buffer.from('\nnext\n'));
  t.equal(lines[0]?.length, MAX_LINE_CHARS);
  t.equal(lines[1], 'next');
  const tail = stderrTail();
  tail.push(Buffer.from('important\n'));
  for (let turn = 0; turn < 200; turn += 1) tail.push(chunk);
  t.match(tail.text(), /^important\nx+…$/, 'it does not push out the others');
});

t.test('a silent process has an empty tail', async (t) => {
  t.equal(stderrTail().text(), '');
  t.equal(stderrTail().lastLine(), '');
});
