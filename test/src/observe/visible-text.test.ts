/** Text of others can neither break a line nor move a cursor nor reorder what is read. */
import fc from 'fast-check';
import { test } from 'tap';
import { visibleError, visibleFields, visibleText } from '../../../src/observe/visible-text.js';
import { harmfulIn } from '../../support/harmful-text.js';

test('what cannot be seen is written out, the rest stays as it is', (t) => {
  t.equal(visibleText('Kinderprogramm, 7 Uhr ☀'), 'Kinderprogramm, 7 Uhr ☀');
  t.equal(visibleText('a\nb\rc\td'), 'a\\nb\\rc\\td');
  t.equal(visibleText('\u001b[2J\u009b31m'), '\\u{1b}[2J\\u{9b}31m');
  t.equal(visibleText('gpj.\u202egnp'), 'gpj.\\u{202e}gnp');
  t.end();
});

test('no text whatsoever keeps anything harmful', (t) => {
  const nasty = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001b]0;', '\u2066', '\r\n', '\u0085')),
  );
  fc.assert(fc.property(nasty, (parts) => harmfulIn(visibleText(parts.join(''))).length === 0));
  t.end();
});

test('fields are looked through, however deep; what is endless is cut', (t) => {
  const fields = visibleFields({ n: 1, none: null, list: [{ text: 'a\nb' }], long: 'x'.repeat(100_000) });
  t.match(fields, { n: 1, none: null, list: [{ text: 'a\\nb' }] });
  t.equal(String(fields.long).length, 8193);
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  t.ok(JSON.stringify(visibleFields(endless)).length < 1000);
  t.end();
});

test('an error keeps its stack, line by line, and its message cannot forge one', (t) => {
  const error = Object.assign(new TypeError('bad\n    \u001b[1A'), { path: 'a\nb' });
  const shown = visibleError(error) as { message: string; stack: string; path: string };
  t.equal(shown.message, 'bad\\n    \\u{1b}[1A');
  t.equal(shown.path, 'a\\nb');
  const [head, ...frames] = shown.stack.split('\n');
  t.equal(head, 'TypeError: bad\\n    \\u{1b}[1A');
  t.match(frames[0], /^ {4}at .*visible-text\.test/);
  t.end();
});
