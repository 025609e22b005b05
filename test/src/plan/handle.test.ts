/** Handles: the three things they may mean, and every form that is refused. */
import t from 'tap';
import { readHandle } from '../../../src/plan/handle.js';
import { quoted, quotedPath } from '../../../src/quoted.js';

t.test('a handle means the pattern, a media file, or a plan by name', async (t) => {
  t.same(readHandle('mock'), { kind: 'pattern' });
  t.same(readHandle('/media/a.mp4'), { kind: 'media', uri: '/media/a.mp4' });
  t.same(readHandle('file:///media/a%20b.mp4'), { kind: 'media', uri: 'file:///media/a%20b.mp4' });
  t.same(readHandle('FILE:///media/a.mp4'), { kind: 'media', uri: 'FILE:///media/a.mp4' });
  t.same(readHandle('morning_block'), { kind: 'plan', name: 'morning_block' });
  t.same(readHandle('kids/morning block'), { kind: 'plan', name: 'kids/morning block' });
  t.same(readHandle('..morning..'), { kind: 'plan', name: '..morning..' }, 'dots in a name lead nowhere');
  t.same(readHandle('日曜日'), { kind: 'plan', name: '日曜日' });
});

t.test('a handle of a form that cannot be right is refused, with its value and a remedy', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /^plan_handle "": is empty; /],
    ['  ', /is empty/],
    ['x'.repeat(65_536), /^plan_handle "x{80}…": is 65536 characters long, and at most 1024 are allowed; /],
    ['a\n"b', /^plan_handle "a\\n\\"b": contains line breaks/],
    ['a\u0000b', /control characters/],
    ['a\u2028b', /^plan_handle "a\\u\{2028\}b": contains line breaks/],
    ['../../etc/passwd', /must not contain "\.\."/],
    ['kids/../../x', /must not contain "\.\."/],
    ['..\\x', /must not contain "\.\."/],
    ['/media/../etc/passwd', /must not contain "\.\."/],
    ['..', /must not contain "\.\."/],
    ['.', /empty or "\." path segments/],
    ['kids/', /empty or "\." path segments/],
    ['kids//morning', /empty or "\." path segments/],
    ['http://store/plan', /names a network source, and none are supported/],
  ];
  for (const [handle, message] of cases) {
    t.throws(() => readHandle(handle), { code: 'refused_path', message });
    t.throws(() => readHandle(handle), { message: /use the name of a plan/ });
  }
});

t.test('quoted text stays on one line, is cut, and hides nothing', async (t) => {
  t.equal(quoted('a"b\\c'), '"a\\"b\\\\c"');
  t.equal(quoted('\u001b[2J\r\n'), '"\\u001b[2J\\r\\n"');
  t.equal(quoted('a\u202eb\u0085c\u007f'), '"a\\u{202e}b\\u{85}c\\u{7f}"');
  t.equal(quoted('x'.repeat(81)), `"${'x'.repeat(80)}…"`);
  t.equal(
    quoted(`${'x'.repeat(79)}😀`),
    `"${'x'.repeat(79)}\\ud83d…"`,
    'half a character is shown as what it is',
  );
});

t.test('of a quoted path the end is kept', async (t) => {
  t.equal(quotedPath('/a "b"\u202e/c\n.png'), '"/a \\"b\\"\\u{202e}/c\\n.png"');
  const long = `/${'x'.repeat(200)}/slate.png`;
  t.equal(quotedPath(long), `"…${'x'.repeat(110)}/slate.png"`);
  t.equal(quotedPath('y'.repeat(120)), `"${'y'.repeat(120)}"`);
});
