import { test } from 'tap';
import { baseName, duration, firstLine, plain, playTime, until } from '../../../src/dashboard/words.js';

test('text from elsewhere loses what would steer the page or the reader', async (t) => {
  t.equal(plain('a\u202Egpj.exe\u202C'), 'a\ufffdgpj.exe\ufffd');
  t.equal(plain('\u001b[31mred\u0000'), '\ufffd[31mred\ufffd');
  t.equal(plain('two\r\nlines\tand a tab'), 'two\nlines\tand a tab');
  t.equal(plain('\ud83c\udfac'), '\ud83c\udfac', 'a pair of surrogates is one sign');
  t.equal(plain('\ud83c!'), '\ufffd!', 'half of one is none');
  t.equal(plain('x'.repeat(10_000), 100).length, 101);
  t.equal(plain(`${'x'.repeat(99)}\ud83c\udfac`, 100), `${'x'.repeat(99)}…`);
  t.equal(firstLine('\n\n  first\nsecond'), 'first');
});

test('names, times and lengths', async (t) => {
  t.equal(baseName('http://host/path/film.mp4?token=1'), 'film.mp4');
  t.equal(baseName(''), '');
  t.same([0, 59_999, 60_000, 125_000, 600_000, 3_600_000, 11_520_000, 90_000_000].map(duration), [
    '0 s',
    '59 s',
    '1 min',
    '2 min 5 s',
    '10 min',
    '1 h',
    '3 h 12 min',
    '1 d 1 h',
  ]);
  t.same([-5, 1, 4200, 61_000].map(until), ['now', 'in 1 s', 'in 5 s', 'in 1 min 1 s']);
  t.same([0, 65_000, 3_725_000].map(playTime), ['0:00', '1:05', '1:02:05']);
});
