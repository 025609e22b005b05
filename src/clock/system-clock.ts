/**
 * The MasterClock of a running engine: CLOCK_MONOTONIC through `process.hrtime`, which all processes of a machine
 * share, and the system's wall clock.
 */
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** Node turns a delay beyond 2^31-1 ms into 1 ms; longer waits are cut into pieces. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

function at(dueMs: number, run: () => void): Timer {
  let timeout: NodeJS.Timeout;
  const arm = () => {
    const waitMs = Math.max(0, Math.ceil(dueMs - nowMs()));
    timeout = setTimeout(fire, Math.min(waitMs, LONGEST_TIMEOUT_MS));
  };
  // Node counts whole milliseconds from the start of its loop turn, so a timer can fire a fraction early.
  const fire = () => (nowMs() < dueMs ? arm() : run());
  arm();
  return { cancel: () => clearTimeout(timeout) };
}

export const systemClock: MasterClock = { nowMs, utcMs: () => Date.now(), at };
