/** Children get what the frames on air leave over, in the session of their own that they lead as well. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import t, { type Test } from 'tap';
import { lowerPriority, type SessionFiles } from '../../../src/media/lower-priority.js';
import { FakeClock } from '../../support/fake-clock.js';

const skipOffLinux = process.platform !== 'linux' && 'sessions have a niceness on Linux only';
const skipWithoutSessions =
  !existsSync('/proc/self/autogroup') && 'this kernel shares no time between sessions';

async function child(t: Test): Promise<number> {
  const process = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  await once(process, 'spawn');
  t.teardown(async () => {
    const gone = once(process, 'exit');
    process.kill('SIGKILL');
    await gone;
  });
  return process.pid as number;
}

const later = (clock: FakeClock) => (delayMs: number, run: () => void) =>
  clock.at(clock.nowMs() + delayMs, run);

/** This process's session is as it was told; what is written goes to `writeFile`. */
const files = (writeFile: (path: string, text: string) => void, own = 0): SessionFiles => ({
  readFile: () => `/autogroup-7 nice ${own}\n`,
  writeFile,
});

const refusal = (code: string) => Object.assign(new Error(code), { code });

t.test('a child and its session are nice', { skip: skipWithoutSessions }, async (t) => {
  const pid = await child(t);
  const clock = new FakeClock();
  lowerPriority({ pid, nice: 7, runs: () => true, later: later(clock) });
  // Who is not root may be told to come again: then time has to pass for everybody, as for us.
  const session = () => readFileSync(`/proc/${pid}/autogroup`, 'latin1');
  while (clock.pendingTimers > 0 && !session().endsWith(' nice 5\n')) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    clock.advance(150);
  }
  t.equal(getPriority(pid), 7);
  t.match(session(), / nice 5\n$/);
});

t.test('a session is no nicer than it was told to be', { skip: skipOffLinux }, async (t) => {
  const pid = await child(t);
  const written: string[] = [];
  lowerPriority(
    { pid, nice: 3, runs: () => true, later: later(new FakeClock()) },
    files((_, text) => written.push(text)),
  );
  t.same(written, ['3']);
});

t.test('where ours stands before all others, it stays as it is', { skip: skipOffLinux }, async (t) => {
  const pid = await child(t);
  const written: string[] = [];
  const write = files((_, text) => written.push(text), -10);
  lowerPriority({ pid, nice: 10, runs: () => true, later: later(new FakeClock()) }, write);
  t.same(written, []);
  t.equal(getPriority(pid), 10, 'within its own it does step back');
});

t.test('a kernel that says "later" is asked again, until it takes it', { skip: skipOffLinux }, async (t) => {
  const pid = await child(t);
  const clock = new FakeClock();
  const written: [string, string][] = [];
  lowerPriority(
    { pid, nice: 10, runs: () => true, later: later(clock) },
    files((path, text) => {
      written.push([path, text]);
      if (written.length < 3) throw refusal('EAGAIN');
    }),
  );
  t.equal(written.length, 1);
  clock.advance(10_000);
  t.same(
    written,
    Array.from({ length: 3 }, () => [`/proc/${pid}/autogroup`, '5']),
  );
  t.equal(clock.pendingTimers, 0);
});

t.test('it is not asked for ever', { skip: skipOffLinux }, async (t) => {
  const pid = await child(t);
  const clock = new FakeClock();
  let asked = 0;
  lowerPriority(
    { pid, nice: 10, runs: () => true, later: later(clock) },
    files(() => {
      asked++;
      throw refusal('EAGAIN');
    }),
  );
  clock.advance(60_000);
  t.equal(asked, 21);
  t.equal(clock.pendingTimers, 0);
});

t.test('a child that is gone by then is left alone', { skip: skipOffLinux }, async (t) => {
  const pid = await child(t);
  const clock = new FakeClock();
  let asked = 0;
  lowerPriority(
    { pid, nice: 10, runs: () => asked === 0, later: later(clock) },
    files(() => {
      asked++;
      throw refusal('EAGAIN');
    }),
  );
  clock.advance(60_000);
  t.equal(asked, 1);
});

t.test('a kernel without sessions is no fault', { skip: skipOffLinux }, async (t) => {
  const pid = await child(t);
  const clock = new FakeClock();
  lowerPriority(
    { pid, nice: 10, runs: () => true, later: later(clock) },
    files(() => {
      throw refusal('ENOENT');
    }),
  );
  t.equal(clock.pendingTimers, 0);
  t.equal(getPriority(pid), 10);
});

t.test('nor is a child that is gone already', async (t) => {
  const pid = spawn('no such program', { stdio: 'ignore' }).on('error', () => {}).pid ?? 2 ** 22 - 1;
  let asked = 0;
  const lower = () =>
    lowerPriority(
      { pid, nice: 10, runs: () => true, later: later(new FakeClock()) },
      files(() => asked++),
    );
  t.doesNotThrow(lower);
  t.equal(asked, 0);
});
