/**
 * What processes take of the machine, read once a second from `/proc`. Linux only: elsewhere nothing is known. Answers
 * come from the last reading, so asking costs nothing.
 *
 * `/proc` is the kernel's memory, not a disk, and is read in place: 60 us a process, of which the detour through Node's
 * file threads makes several hundred.
 */
import { readFileSync } from 'node:fs';
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

  const measure = () => {
    const next = new Map<number, Reading>();
    for (const pid of pids()) {
      const reading = read(pid, clock.nowMs(), readings.get(pid));
      if (reading !== undefined) next.set(pid, reading);
    }
    readings = next;
    timer = clock.at(clock.nowMs() + INTERVAL_MS, measure);
  };
  if (process.platform === 'linux') measure();

  return {
    of: (pid) => readings.get(pid)?.usage ?? null,
    stop: () => timer?.cancel(),
  };
}

function read(pid: number, nowMs: number, before: Reading | undefined): Reading | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // `stat` has the memory, too, but in pages, of whose size Node knows nothing.
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
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
