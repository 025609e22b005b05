/** Reads from Linux's /proc what processes have used. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { descendants } from '../test/support/engine-process.js';

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** Processor time of a process, in milliseconds, that of its children that have ended included; 0 once it is gone. */
export async function cpuMs(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * TICK_MS;
  } catch {
    return 0;
  }
}

/** The same for a process and all below it. */
export async function treeCpuMs(root: number): Promise<number> {
  const pids = [root, ...(await descendants(root))];
  return (await Promise.all(pids.map(cpuMs))).reduce((sum, each) => sum + each, 0);
}

/** Resident memory of a process in MiB. */
export async function rssMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** By how much what is read grows in a second, measured over `forMs` from now on. */
export async function perSecond(read: () => Promise<number>, forMs: number): Promise<number> {
  const fromMs = performance.now();
  const from = await read();
  await sleep(forMs);
  const to = await read();
  return ((to - from) * 1000) / (performance.now() - fromMs);
}
