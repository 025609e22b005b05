import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Test, test } from 'tap';
import { type Census, createProcessCensus } from '../../../src/observe/process-census.js';
import { FakeClock } from '../../support/fake-clock.js';

const onLinux = process.platform === 'linux' ? {} : { skip: 'needs /proc, which only Linux has' };

/** A shell whose descendants end with its standard input; answers its pid. */
async function shell(t: Test, script: string): Promise<number> {
  const root = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'inherit'] });
  const closed = once(root, 'close');
  t.teardown(async () => {
    root.stdin.end();
    await closed;
  });
  await once(root, 'spawn');
  return root.pid ?? 0;
}

/** Takes one census after the other until one is as expected; a census that never is lets the test time out. */
async function until(rootPid: number, expected: Census): Promise<Census> {
  for (;;) {
    const census = await createProcessCensus({ rootPid, clock: new FakeClock() }).count();
    if (census?.actual === expected.actual && census.zombies === expected.zombies) return census;
  }
}

test('descendants at every depth are counted, the root itself is not', onLinux, async (t) => {
  const rootPid = await shell(t, 'exec 3<&0; (cat <&3; :) & (cat <&3; :) & wait');
  t.strictSame(await until(rootPid, { actual: 4, zombies: 0 }), { actual: 4, zombies: 0 });
});

test('a child that died and was not reaped is a zombie, not a live child', onLinux, async (t) => {
  const rootPid = await shell(t, '(exit 0) & exec cat');
  t.strictSame(await until(rootPid, { actual: 0, zombies: 1 }), { actual: 0, zombies: 1 });
});

test('a process without children has none', onLinux, async (t) => {
  const rootPid = await shell(t, 'exec cat');
  const census = createProcessCensus({ rootPid, clock: new FakeClock() });
  t.strictSame(await census.count(), { actual: 0, zombies: 0 });
});

test('a census is taken at most every two seconds, however many ask', async (t) => {
  const clock = new FakeClock();
  const census = createProcessCensus({ rootPid: process.pid, clock });
  const first = census.count();
  clock.advance(1999);
  t.equal(census.count(), first, 'the same answer');
  clock.advance(1);
  t.not(census.count(), first, 'a new one');
  await census.count();
});
