/** Looks at the machine's processes through Linux's /proc. A zombie counts as gone: it runs no more. */
import { readdirSync, readFileSync } from 'node:fs';

/** What to hand to tap's `skip` in tests that need to look. */
export const skipWithoutProc = process.platform === 'linux' ? false : 'needs /proc';

/** A process's arguments joined by NUL; empty when it is gone, or has not begun its program yet. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** The pids of all processes that have this text in their command line. */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandLine(pid).includes(text));
}
