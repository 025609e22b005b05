/** What processes take of the machine, read from real ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Test, test } from 'tap';
import { systemClock } from '../../../src/clock/system-clock.js';
import { meterProcesses } from '../../../src/media/process-usage.js';
import type { ProcessUsage } from '../../../supervisors/channel/snapshot.js';
import { FakeClock } from '../../support/fake-clock.js';

const onLinux = process.platform === 'linux' ? {} : { skip: 'needs /proc, which only Linux has' };

/** A process whose name would lead astray whoever splits `/proc/PID/stat` at spaces. */
async function child(t: Test, script: string): Promise<number> {
  const started = spawn(process.execPath, ['-e', `process.title = 'a) b ('; ${script}`]);
  const closed = once(started, 'close');
  t.teardown(async () => {
    started.kill('SIGKILL');
    await closed;
  });
  await once(started.stdout, 'data');
  return started.pid ?? 0;
}

async function usageOf(t: Test, pids: number[]): Promise<(pid: number) => Promise<ProcessUsage>> {
  const meter = meterProcesses(systemClock, () => pids);
  t.teardown(() => meter.stop());
  return async (pid) => {
    for (;;) {
      const usage = meter.of(pid);
      if (usage !== null) return usage;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

test('one that works and one that waits are told apart', onLinux, async (t) => {
  const busy = await child(t, "console.log('up'); for (;;);");
  const idle = await child(t, "console.log('up'); setInterval(() => {}, 1e6);");
  const usage = await usageOf(t, [busy, idle]);
  const [working, waiting] = [await usage(busy), await usage(idle)];
  t.ok(working.cpuPercent > waiting.cpuPercent, `${working.cpuPercent} % and ${waiting.cpuPercent} %`);
  t.ok(Number.isInteger(working.cpuPercent));
  for (const { rssBytes } of [working, waiting]) t.ok(rssBytes > 1_000_000 && rssBytes % 1024 === 0);
});

test(
  'a share of the processor is known from the second reading on; of one that is gone, nothing',
  onLinux,
  async (t) => {
    const pid = await child(t, "console.log('up'); setInterval(() => {}, 1e6);");
    const gone = 2 ** 22 + 1;
    const clock = new FakeClock();
    const meter = meterProcesses(clock, () => [pid, gone]);
    t.equal(meter.of(pid), null);
    clock.advance(1000);
    t.match(meter.of(pid), { cpuPercent: Number, rssBytes: Number });
    t.equal(meter.of(gone), null);
    meter.stop();
    t.equal(clock.pendingTimers, 0);
  },
);
