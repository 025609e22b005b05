/** Short-lived children end, one way or another. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import t from 'tap';
import { boundedRun } from '../../../src/media/bounded-run.js';
import { executableOnPath, spawnPrefix } from '../../../src/media/child-prefix.js';
import { commandLine, skipWithoutProc } from '../../support/processes.js';

t.test('what a child writes arrives by descriptor, and its exit code is told', async (t) => {
  const said = ['', '', ''];
  const receivers = said.map((_, index) => (chunk: Buffer) => {
    said[index] += chunk.toString();
  });
  const command = ['sh', '-c', 'cat; echo two >&2; echo three >&3; exit 7'];
  const end = await boundedRun({ command, input: Buffer.from('one\n'), timeoutMs: 60_000, receivers });
  t.same(end, { kind: 'exited', code: 7, signal: null });
  t.same(said, ['one\n', 'two\n', 'three\n']);
});

t.test('a child may be nice', async (t) => {
  let said = '';
  const receivers = [
    (chunk: Buffer) => {
      said += chunk.toString();
    },
  ];
  // It waits for its input's end, by when its niceness is set.
  const command = ['sh', '-c', 'cat; nice'];
  await boundedRun({ command, input: Buffer.alloc(0), nice: 7, timeoutMs: 60_000, receivers });
  t.equal(said, '7\n');
});

t.test('a child that was killed is told by its signal', async (t) => {
  const end = await boundedRun({ command: ['sh', '-c', 'kill -SEGV $$'], timeoutMs: 60_000, receivers: [] });
  t.same(end, { kind: 'exited', code: null, signal: 'SIGSEGV' });
});

t.test(
  'a child that does not end is killed at its deadline, and what it started too',
  { skip: skipWithoutProc },
  async (t) => {
    let pids = '';
    const receivers = [
      (chunk: Buffer) => {
        pids += chunk.toString();
      },
    ];
    const command = ['sh', '-c', 'trap "" TERM; sleep 3600 & echo $$ $!; wait'];
    t.same(await boundedRun({ command, timeoutMs: 200, receivers }), { kind: 'timeout' });
    for (const pid of pids.trim().split(' ').map(Number)) {
      t.ok(pid > 0);
      t.equal(commandLine(pid), '');
    }
  },
);

t.test('an aborted child is killed, and one aborted before is not started', async (t) => {
  const abort = new AbortController();
  const running = boundedRun({
    command: ['sh', '-c', 'echo up; exec sleep 3600'],
    timeoutMs: 60_000,
    signal: abort.signal,
    receivers: [() => abort.abort()],
  });
  t.same(await running, { kind: 'aborted' });
  let heard = false;
  const receivers = [
    () => {
      heard = true;
    },
  ];
  const command = ['echo', 'up'];
  t.same(await boundedRun({ command, timeoutMs: 60_000, signal: abort.signal, receivers }), {
    kind: 'aborted',
  });
  t.notOk(heard);
});

t.test('a program that does not exist is an answer, not a crash', async (t) => {
  const end = await boundedRun({ command: ['/no/such/program'], timeoutMs: 60_000, receivers: [] });
  // Behind setpriv it is setpriv that cannot start it.
  if (spawnPrefix().length > 0) t.match(end, { kind: 'exited', code: 127 });
  else t.match(end, { kind: 'not_started', reason: /ENOENT/ });
});

t.test('nor is one that the system refuses at once', async (t) => {
  const command = ['echo', 'x'.repeat(4 * 1024 * 1024)];
  const end = await boundedRun({ command, nice: 7, timeoutMs: 60_000, receivers: [] });
  t.match(end, { kind: 'not_started', reason: /E2BIG/ });
});

const prlimit = executableOnPath('prlimit');

t.test(
  'nor are descriptors that have run out',
  { skip: prlimit === undefined && 'needs prlimit of util-linux' },
  async (t) => {
    // Enough of them that all can be taken, and still more than this process has.
    execFileSync(prlimit as string, ['--pid', String(process.pid), '--nofile=512:']);
    const taken: number[] = [];
    t.throws(() => {
      for (;;) taken.push(openSync('/dev/null', 'r'));
    }, /EMFILE/);
    const end = await boundedRun({ command: ['true'], nice: 7, timeoutMs: 60_000, receivers: [() => {}] });
    for (const descriptor of taken) closeSync(descriptor);
    t.match(end, { kind: 'not_started', reason: /EMFILE/ });
  },
);
