import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Test, test } from 'tap';
import { harmfulIn } from '../../support/harmful-text.js';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function run(t: Test, ...behaviour: string[]): { child: Child; closed: Promise<unknown[]> } {
  const entry = fileURLToPath(new URL('./logger-child.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...behaviour], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
  });
  t.teardown(() => child.kill('SIGKILL'));
  return { child, closed: once(child, 'close') };
}

async function linesOf(stream: Readable): Promise<Record<string, unknown>[]> {
  return (await text(stream))
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
      msg: 'first\\nsecond line\\u{1b}[2J',
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

const HOSTILE = 'evil\n{"level":"fatal"}\u001b[2J\u001b]0;t\u0007\u009b31m\u202egnp.\u2028x\r';

test('hostile text stays one line of JSON, and one that a terminal can be shown', async (t) => {
  const { child, closed } = run(t, 'hostile', HOSTILE);
  const told = await text(child.stdout);
  await closed;
  const lines = told.split('\n').slice(0, -1);
  t.match(
    lines.map((line) => JSON.parse(line)),
    [{ event: 'decoder_lost' }, { event: 'page_failed' }, { msg: /^evil\\n/ }],
  );
  t.same(harmfulIn(lines.join('')), []);
});

test('through pino-pretty a line reads well, and hostile text does nothing', async (t) => {
  const pretty = (behaviour: string[]) => {
    const { child } = run(t, ...behaviour);
    // The documented command, as package.json has it.
    const reader = spawn('npm', ['run', '--silent', 'log:pretty'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.pipe(reader.stdin);
    return text(reader.stdout);
  };
  t.match(
    await pretty(['exit']),
    /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: first\\nsecond line\\u\{1b\}\[2J \{"channel":3\}\n\[.*\] ERROR: it broke \{"channel":4\}\n/,
  );
  const shown = await pretty(['hostile', HOSTILE]);
  t.same(harmfulIn(shown.replaceAll('\n', '')), []);
  t.notMatch(shown, /^\{"level":"fatal"/m, 'no line begins with text of others');
  t.equal(shown.match(/^\[\d\d:/gm)?.length, 3, 'three things happened');
});

test('what flaps is counted instead of told, and nothing else is lost for it', async (t) => {
  const { child } = run(t, 'flap');
  const lines = await linesOf(child.stdout);
  t.equal(lines.filter(({ event, channel }) => event === 'underrun' && channel === 3).length, 20);
  t.match(lines.slice(20), [
    { event: 'slate', channel: 3 },
    { event: 'underrun', channel: 4 },
    { event: 'suppressed', level: 'warn', channel: 3, of: 'underrun', lines: 80 },
    { event: 'stopped' },
  ]);
});

test('the level goes down to debug and back, says so, and at debug nothing is left out', async (t) => {
  const { child } = run(t, 'level');
  const lines = await linesOf(child.stdout);
  t.same(
    lines.filter(({ event }) => event === 'log_level').map(({ to }) => to),
    ['debug', 'info', 'debug'],
  );
  t.equal(lines.filter(({ turn }) => turn === 1).length, 30);
  t.equal(lines.filter(({ turn }) => turn !== 1 && turn !== undefined).length, 0);
});
