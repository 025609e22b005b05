/** The stop ladder, on real processes and a clock that stands still until it is told to go on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { climbDown, signalGroup } from '../../../src/media/stop-ladder.js';
import { isAlive } from '../../support/engine-process.js';
import { FakeClock } from '../../support/fake-clock.js';
import { skipWithoutProc } from '../../support/processes.js';

interface Victim {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly gone: Promise<void>;
  /** The signal or the code it ended with. */
  readonly end: Promise<unknown>;
  /** Resolves when nobody has its stdout any more: its own children are gone, too. */
  readonly groupGone: Promise<unknown>;
}

/** A shell in a process group of its own, as a decoder is; ready once it has said so. */
async function victim(t: Test, script: string): Promise<Victim> {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  child.stdin?.on('error', () => {});
  const end = once(child, 'exit').then(([code, signal]) => signal ?? code);
  const groupGone = once(child, 'close');
  const pid = child.pid as number;
  t.teardown(async () => {
    signalGroup(pid, 'SIGKILL');
    await end;
  });
  if (child.stdout !== null) await once(createInterface({ input: child.stdout }), 'line');
  return { child, pid, gone: end.then(() => {}), end, groupGone };
}

/** Ends on `q`; SIGTERM makes it say so and go on. */
const POLITE = 'echo ready; read word; [ "$word" = q ] && exit 7';
/** Neither reads nor minds SIGTERM. */
const DEAF = 'trap "" TERM; echo ready; while :; do sleep 60; done';
const MORTAL = 'echo ready; while :; do sleep 60; done';

t.test('`q` comes first, and one that ends on it gets no signal', async (t) => {
  const clock = new FakeClock();
  const { child, gone, end } = await victim(t, POLITE);
  t.equal(await climbDown(child, gone, clock, 'ask'), undefined);
  t.equal(await end, 7);
  t.equal(clock.pendingTimers, 0);
});

t.test('SIGTERM follows after 100 ms, to the whole group', async (t) => {
  const clock = new FakeClock();
  const { child, pid, gone, end, groupGone } = await victim(t, MORTAL);
  const down = climbDown(child, gone, clock, 'ask');
  clock.advance(99);
  t.ok(isAlive(pid));
  clock.advance(1);
  t.equal(await end, 'SIGTERM');
  t.equal(await down, undefined);
  t.equal(clock.pendingTimers, 0);
  await groupGone;
});

t.test('SIGKILL follows after another 100 ms', async (t) => {
  const clock = new FakeClock();
  const { child, gone, end, groupGone } = await victim(t, DEAF);
  const down = climbDown(child, gone, clock, 'ask');
  clock.advance(199);
  // Were it mortal, SIGTERM would have come first: signals of one sender are taken in order.
  clock.advance(1);
  t.equal(await end, 'SIGKILL');
  t.equal(await down, undefined);
  await groupGone;
});

t.test('`kill` leaves out the polite steps', async (t) => {
  const clock = new FakeClock();
  const { child, gone, end } = await victim(t, DEAF);
  t.equal(await climbDown(child, gone, clock, 'kill'), undefined);
  t.equal(await end, 'SIGKILL');
});

t.test(
  'one stopped by SIGSTOP gets SIGKILL at once: it would hear nothing else',
  { skip: skipWithoutProc },
  async (t) => {
    const clock = new FakeClock();
    const { child, pid, gone, end } = await victim(t, POLITE);
    const stopped = spawn('sh', ['-c', `while ! grep -q "^State:.*T" /proc/${pid}/status; do :; done`]);
    process.kill(pid, 'SIGSTOP');
    await once(stopped, 'exit');
    t.equal(await climbDown(child, gone, clock, 'ask'), undefined);
    t.equal(await end, 'SIGKILL');
  },
);

t.test('one that will not die is named after a second, and not waited for any longer', async (t) => {
  const clock = new FakeClock();
  const { child, pid } = await victim(t, DEAF);
  // As one that hangs in the kernel: its end is never seen.
  const down = climbDown(child, new Promise(() => {}), clock, 'kill');
  let answer: number | 'none yet' | undefined = 'none yet';
  void down.then((stuck) => {
    answer = stuck;
  });
  await clock.run(999);
  t.equal(answer, 'none yet');
  await clock.run(1);
  t.equal(answer, pid);
  t.equal(clock.pendingTimers, 0);
});

t.test('a process that was never started is down already', async (t) => {
  const child = spawn('/nonexistent/program');
  const failed = once(child, 'error');
  t.equal(await climbDown(child, new Promise(() => {}), new FakeClock(), 'ask'), undefined);
  await failed;
});

t.test('a group that is gone is no error', async (t) => {
  const child = spawn('true', { detached: true });
  await once(child, 'close');
  t.doesNotThrow(() => signalGroup(child.pid as number, 'SIGTERM'));
});
