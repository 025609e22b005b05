/**
 * Counts the processes below this one by what the kernel says, not by what we believe to have started: what is left
 * behind, and what was never reaped, shows here. Linux only.
 *
 * `/proc` is the kernel's memory, not a disk, and is read in place: 20 us a process, where the detour through Node's file
 * threads costs a millisecond when the machine is busy, several hundred for a scrape with 300 processes. The event
 * loop gets its turn after every few.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MasterClock } from '../../supervisors/master-clock.js';

export interface Census {
  /** Descendants that live. */
  readonly actual: number;
  /** Descendants that are dead and not reaped. */
  readonly zombies: number;
}

export interface ProcessCensus {
  /** The census, at most 2 s old; undefined where `/proc` cannot be read. Never rejects. */
  count(): Promise<Census | undefined>;
}

interface ProcessStatus {
  readonly pid: number;
  readonly parentPid: number;
  readonly zombie: boolean;
}

const MAX_AGE_MS = 2000;
/** Processes that are looked at in one turn of the event loop: about a millisecond. */
const PER_TURN = 50;

/** A census of the descendants of process `rootPid`, however deep, itself not counted. */
export function createProcessCensus(options: {
  readonly rootPid: number;
  readonly clock: Pick<MasterClock, 'nowMs'>;
}): ProcessCensus {
  let last: { readonly takenMs: number; readonly census: Promise<Census | undefined> } | undefined;
  return {
    count() {
      const nowMs = options.clock.nowMs();
      if (last === undefined || nowMs - last.takenMs >= MAX_AGE_MS) {
        // One that is being taken is shared as well, so that no crowd of readers multiplies the work.
        last = { takenMs: nowMs, census: takeCensus(options.rootPid).catch(() => undefined) };
      }
      return last.census;
    },
  };
}

async function takeCensus(rootPid: number): Promise<Census | undefined> {
  if (process.platform !== 'linux') return undefined;
  const childrenOf = new Map<number, ProcessStatus[]>();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const [index, name] of pids.entries()) {
    if (index % PER_TURN === 0) await nextTurn();
    const status = readStatus(Number(name));
    if (status === undefined) continue;
    const siblings = childrenOf.get(status.parentPid);
    if (siblings === undefined) childrenOf.set(status.parentPid, [status]);
    else siblings.push(status);
  }
  const below = descendants(rootPid, childrenOf);
  const zombies = below.filter(({ zombie }) => zombie).length;
  return { actual: below.length - zombies, zombies };
}

function readStatus(pid: number): ProcessStatus | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may itself contain anything.
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parentPid: Number(parentPid), zombie: state === 'Z' || state === 'X' };
  } catch {
    // Gone since the directory was listed.
    return undefined;
  }
}

/** Walks down from `rootPid`; a pid that is reused while the census is taken cannot make it walk in circles. */
function descendants(
  rootPid: number,
  childrenOf: ReadonlyMap<number, readonly ProcessStatus[]>,
): ProcessStatus[] {
  const found = new Map<number, ProcessStatus>();
  const open = [rootPid];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of childrenOf.get(pid) ?? []) {
      if (child.pid === rootPid || found.has(child.pid)) continue;
      found.set(child.pid, child);
      open.push(child.pid);
    }
  }
  return [...found.values()];
}
