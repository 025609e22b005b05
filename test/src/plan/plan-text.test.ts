/** Plan files as text: both syntaxes, and files made to cost more than they should. */
import t from 'tap';
import { jsonShape } from '../../../src/plan/json-shape.js';
import { parseJsonText } from '../../../src/plan/json-text.js';
import { parseYamlText } from '../../../src/plan/yaml-text.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (text: string) => parseJsonText(bytes(text));
const yaml = (text: string) => parseYamlText(bytes(text));

t.test('JSON and YAML yield the same data, with a byte order mark or without', async (t) => {
  const value = { plan_id: 'p', loop: true, segments: [{ asset_uri: 'ü.mp4', segment_duration_ms: 30000 }] };
  t.same(json(JSON.stringify(value)), { ok: true, value });
  t.same(json(`\ufeff${JSON.stringify(value)}`), { ok: true, value });
  const text = 'plan_id: p\nloop: true\nsegments:\n  - asset_uri: ü.mp4\n    segment_duration_ms: 30000\n';
  t.same(yaml(text), { ok: true, value });
});

t.test('a text that stops too early is told from one that is wrong', async (t) => {
  const whole = '{"plan_id":"p \\" {","segments":[{"asset_uri":"a.mp4"}]}';
  for (let length = 0; length < whole.length; length++) {
    t.match(json(whole.slice(0, length)), { ok: false, cutShort: true }, `${length} characters`);
  }
  t.match(json(`${whole}}`), { ok: false, cutShort: false, reason: /^is not valid JSON: .*position/ });
  t.match(json('[1,,2]'), { ok: false, cutShort: false });
  t.match(yaml('segments: ["a.mp4"'), { ok: false, cutShort: true });
  t.match(yaml('a: b: c\nd: e\n'), { ok: false, cutShort: false, reason: /^is not valid YAML/ });
});

t.test('what is no text at all is refused', async (t) => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  t.match(parseJsonText(png), { ok: false, reason: /^is not UTF-8/, cutShort: false });
});

t.test('YAML aliases that multiply are refused', async (t) => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    const [name, below] = ['abcdefghi'[level], 'abcdefghi'[level - 1]];
    lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`);
  }
  t.match(yaml(lines.join('\n')), { ok: false, reason: /alias/i, cutShort: false });
  t.same(yaml('a: &a x.mp4\nb: [*a, *a]'), { ok: true, value: { a: 'x.mp4', b: ['x.mp4', 'x.mp4'] } });
});

t.test('YAML nested too deeply is refused, as often as it is read', async (t) => {
  const refused = {
    ok: false,
    reason: 'is nested more than 100 levels deep; correct the file',
    cutShort: false,
  };
  const lines = Array.from({ length: 1000 }, (_, level) => `${' '.repeat(level)}a:`);
  for (const text of [
    '['.repeat(1000),
    `${'['.repeat(1000)}${']'.repeat(1000)}`,
    '{a: '.repeat(1000),
    '- '.repeat(1000),
    '? '.repeat(1000),
    lines.join('\n'),
    '['.repeat(1_000_000),
  ]) {
    for (let time = 1; time <= 3; time++) t.same(yaml(text), refused, text.slice(0, 10));
  }
  t.match(yaml(`${'['.repeat(90)}${']'.repeat(90)}`), { ok: true });
});

t.test('YAML tags make no objects of the engine, and numbers stay what they are', async (t) => {
  t.match(yaml('a: !!js/function "f"'), { ok: true, value: { a: 'f' } });
  t.match(yaml('a: .nan'), { ok: true, value: { a: Number.NaN } });
});

t.test('a JSON file of countless tiny values is refused unparsed', async (t) => {
  t.match(json(`[${'{},'.repeat(900_000)}{}]`), {
    ok: false,
    reason: /more than 800000 JSON values/,
    cutShort: false,
  });
});

t.test('a parser quotes no control characters from the file', async (t) => {
  const text = json('{"a":\u001b[2J\u202e}');
  t.notOk(text.ok);
  if (!text.ok) t.notMatch(text.reason, /[\p{Cc}\p{Cf}]/u);
});

t.test('the shape of JSON counts values outside strings only', async (t) => {
  t.same(jsonShape(bytes('{"a,[{":"\\",{"}')), { values: 1, complete: true });
  t.same(jsonShape(bytes('[1,2,{"a":[]}]')), { values: 5, complete: true });
  t.same(jsonShape(bytes('  ')), { values: 0, complete: false });
  t.same(jsonShape(bytes('{"a":"\\"}')), { values: 1, complete: false }, 'an escaped quote ends no string');
});
