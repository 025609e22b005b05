/**
 * What processes take of the machine, read once a second from `/proc` without blocking the event loop. Linux only:
 * elsewhere nothing is known. Answers come from the last reading, so asking costs nothing.
 */
import { readFile } from 'node:fs/promises';
import type { ProcessUsage } from '../../supervisors/channel/snapshot.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

const INTERVAL_MS = 1_000;
/** The kernel's unit of processor time in `/proc`, 100 to the second on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Reading {
  readonly atMs: number;
  readonly cpuTicks: number;
  /** Null for the first reading: a share of the processor is told by two. */
  readonly usage: ProcessUsage | null;
}

export interface ProcessUsageMeter {
  /** Null for a process that was not read yet. */
  of(pid: number): ProcessUsage | null;
  stop(): void;
}

/** @param pids asked before each reading: the processes that are of interest then */
export function meterProcesses(clock: MasterClock, pids: () => readonly number[]): ProcessUsageMeter {
  let readings = new Map<number, Reading>();
  let timer: Timer | undefined;
  let stopped = false;

  const measure = async () => {
    const next = new Map<number, Reading>();
    for (const pid of pids()) {
      const reading = await read(pid, clock.nowMs(), readings.get(pid));
      if (reading !== undefined) next.set(pid, reading);
    }
    readings = next;
    if (!stopped) timer = clock.at(clock.nowMs() + INTERVAL_MS, () => void measure());
  };
  if (process.platform === 'linux') void measure();

  return {
    of: (pid) => readings.get(pid)?.usage ?? null,
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

async function read(pid: number, nowMs: number, before: Reading | undefined): Promise<Reading | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(`/proc/${pid}/status`, 'latin1'),
    ]);
    // The fields after the program's name, which stands in parentheses and may contain anything: from field 3 on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const cpuTicks = Number(fields[11]) + Number(fields[12]);
    const rssBytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    return { atMs: nowMs, cpuTicks, usage: usageSince(before, nowMs, cpuTicks, rssBytes) };
  } catch {
    // Gone.
    return undefined;
  }
}

function usageSince(
  before: Reading | undefined,
  nowMs: number,
  cpuTicks: number,
  rssBytes: number,
): ProcessUsage | null {
  // One that has used less than before is another process with the same pid.
  if (before === undefined || nowMs <= before.atMs || cpuTicks < before.cpuTicks) return null;
  const usedMs = ((cpuTicks - before.cpuTicks) * 1000) / TICKS_PER_SECOND;
  return { rssBytes, cpuPercent: Math.round((100 * usedMs) / (nowMs - before.atMs)) };
}
