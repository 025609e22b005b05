import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Test, test } from 'tap';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function run(t: Test, behaviour: string): { child: Child; closed: Promise<unknown[]> } {
  const entry = fileURLToPath(new URL('./logger-child.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', entry, behaviour], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
  });
  t.teardown(() => child.kill('SIGKILL'));
  return { child, closed: once(child, 'close') };
}

async function linesOf(stream: Readable): Promise<Record<string, unknown>[]> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const part of stream) text += part;
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('lines are JSON with a level, a time, a pid and the fields, in order, and an exit loses none', async (t) => {
  const { child, closed } = run(t, 'exit');
  const lines = await linesOf(child.stdout);
  t.strictSame(await closed, [3, null]);
  t.match(lines, [
    {
      level: 'info',
      time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
      pid: child.pid,
      component: 'test',
      channel: 3,
      msg: 'first\nsecond line\u001b[2J',
    },
    { level: 'error', component: 'test', channel: 4, err: { message: 'broken' }, msg: 'it broke' },
  ]);
  t.equal(lines.length, 2);
  t.notOk('hostname' in (lines[0] ?? {}));
});

test('a reader that does not read blocks nobody, and is told later how many lines it lost', async (t) => {
  const { child, closed } = run(t, 'flood');
  const [said] = await once(child.stderr.setEncoding('utf8'), 'data');
  t.equal(said, 'not blocked\n', 'all was logged while nobody read');
  const lines = await linesOf(child.stdout);
  t.strictSame(await closed, [0, null]);
  const notice = lines.pop();
  t.match(notice, { level: 'warn', msg: /dropped because standard output was not read/ });
  t.equal(lines.length + Number(notice?.lines), 20_000);
  t.ok(lines.length > 0, 'what fitted arrived');
  t.ok(
    lines.every((line, index) => line.count === index),
    'in order',
  );
});

test('a process whose log nobody reads any more ends all the same', async (t) => {
  const { child, closed } = run(t, 'unread');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.end();
  t.strictSame(await closed, [0, null]);
});
