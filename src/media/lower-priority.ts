/**
 * Lets a child have what processor time the frames on air leave over.
 *
 * On Linux its niceness alone says nothing: our children lead sessions of their own, and where `sched_autogroup_enabled`
 * is set, as distributions set it, the kernel shares time between sessions first and heeds niceness within each of them
 * only (sched(7)). A host's session stands before all others where it may (`src/hosts/host-priority.ts`); where it may not,
 * those of its children step back a little (docs/decisions/0015).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * A session is nice to all others of the machine, not to ours alone: more would let any busy program starve decoders.
 * It is enough for a pacer beside six busy ones.
 */
const MAX_SESSION_NICE = 5;
const OWN_SESSION = '/proc/self/autogroup';
/** Whoever is not root may set one session's niceness every 100 ms, all processes together; others are told EAGAIN. */
const RETRY_MS = 150;
const RETRIES = 20;

export interface LowerPriority {
  readonly pid: number;
  /** 0 to 19. */
  readonly nice: number;
  /** Asked before each retry: a pid that is no longer the child's is left alone. */
  readonly runs: () => boolean;
  /** Calls `run` once, after `delayMs`; for retries. */
  readonly later: (delayMs: number, run: () => void) => void;
}

/** How sessions' niceness is read and set. */
export interface SessionFiles {
  /** @throws where there is none */
  readonly readFile: (path: string) => string;
  readonly writeFile: (path: string, text: string) => void;
}

const SYSTEM: SessionFiles = {
  readFile: (path) => readFileSync(path, 'latin1'),
  writeFile: writeFileSync,
};

/** Never throws: priority is a courtesy, not a condition. */
export function lowerPriority(
  { pid, nice, runs, later }: LowerPriority,
  { readFile, writeFile }: SessionFiles = SYSTEM,
): void {
  try {
    setPriority(pid, nice);
  } catch {
    return; // It is gone already, or we may not.
  }
  if (process.platform !== 'linux' || ownSessionIsFirst(readFile)) return;
  let triesLeft = RETRIES;
  const setSession = (): void => {
    if (!runs()) return;
    try {
      writeFile(`/proc/${pid}/autogroup`, String(Math.min(nice, MAX_SESSION_NICE)));
    } catch (error) {
      // Anything else: a kernel without sessions' niceness, or a child that is gone.
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN' && triesLeft-- > 0) later(RETRY_MS, setSession);
    }
  };
  setSession();
}

function ownSessionIsFirst(readFile: SessionFiles['readFile']): boolean {
  try {
    return / nice -\d+$/m.test(readFile(OWN_SESSION));
  } catch {
    return true; // There is no such thing.
  }
}
