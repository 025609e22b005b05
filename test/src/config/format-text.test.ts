import { test } from 'tap';
import { parseFormat } from '../../../src/config/format-text.js';
import { formatLabel } from '../../../supervisors/channel/format.js';

function label(text: string): string {
  const format = parseFormat(text);
  return 'problem' in format ? format.problem : formatLabel(format);
}

test('rates become exact fractions in lowest terms', async (t) => {
  t.equal(label('1280x720@30'), '1280x720@30');
  t.equal(label('1280x720@29.97'), '1280x720@30000/1001');
  t.equal(label('1280x720@23.976'), '1280x720@24000/1001');
  t.equal(label('1280x720@59.94'), '1280x720@60000/1001');
  t.equal(label('1280x720@60000/1001'), '1280x720@60000/1001');
  t.equal(label('1280x720@50/2'), '1280x720@25');
  t.equal(label('1280x720@25/2'), '1280x720@25/2');
});

test('the limits themselves are allowed', async (t) => {
  t.equal(label('16x16@1'), '16x16@1');
  t.equal(label('7680x4320@120'), '7680x4320@120');
});

test('a format that cannot be sent is refused with the reason', async (t) => {
  t.match(label('1281x720@30'), /even width and height/);
  t.match(label('1280x721@30'), /even width and height/);
  t.match(label('14x720@30'), /width from 16 to 7680/);
  t.match(label('7682x720@30'), /width from 16 to 7680/);
  t.match(label('1280x4322@30'), /height from 16 to 4320/);
  t.match(label('1280x14@30'), /height from 16 to 4320/);
  t.match(label('1280x720@0'), /frame rate from 1 to 120/);
  t.match(label('1280x720@121'), /frame rate from 1 to 120/);
  t.match(label('1280x720@1/2'), /frame rate from 1 to 120/);
  t.match(label('1280x720@29.9'), /no exact fraction: write it as N\/D/);
  t.match(label('1280x720@30/0'), /no exact fraction/);
  t.match(label('1280x720@29.97/1'), /no exact fraction/);
});

test('what is no format is told what one looks like', async (t) => {
  for (const text of [
    '',
    '720p',
    '1280x720',
    '1280x720@',
    '1280×720@30',
    '1280x720@30fps',
    '-2x2@30',
    '1e3x20@30',
  ]) {
    t.match(label(text), /must be WIDTHxHEIGHT@RATE, for example 1280x720@30/, JSON.stringify(text));
  }
});
