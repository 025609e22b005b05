/**
 * The spare host: one process forked in advance, so that a channel's start or restart need not wait for one. It
 * has loaded its code and knows the settings; it learns its channel when it is taken.
 */
import type { MasterClock, Timer } from '../master-clock.js';
import { type Child, type ChildExit, failureExit } from '../otp/child.js';
import { waitFor } from '../otp/wait.js';
import type { ForkHost, HostProcess } from './host-port.js';
import type { HostSettings } from './host-protocol.js';

/** The next spare is forked a little after one was taken: the channel that took it needs the processor now. */
const REFILL_DELAY_MS = 500;
/**
 * And this long after a spare died while it waited: whatever kills spares (no memory, no process left) must not use up
 * the root's restarts, for then it would end every channel on air. Until then hosts are forked on demand.
 */
const AFTER_DEATH_MS = 30_000;
/** How long a killed spare is waited for. */
const KILL_GRACE_MS = 1_000;

export interface SpareHost<Socket> {
  /** A host that is booted or about to be; owned by the caller from now on. */
  take(): HostProcess<Socket>;
  /** Pid of the spare that waits, if there is one. */
  readonly pid: number | undefined;
  /** Forks a spare: at once, or if one has just died, later. The child ends abnormally when a spare dies while it waits. */
  start(): Child;
}

export function createSpareHost<Socket>(options: {
  readonly fork: ForkHost<Socket>;
  readonly settings: HostSettings;
  readonly clock: MasterClock;
}): SpareHost<Socket> {
  const { fork, settings, clock } = options;
  let spare: HostProcess<Socket> | undefined;
  let refill: Timer | undefined;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let stopped = true;
  let end: (exit: ChildExit) => void = () => {};

  const boot = () => {
    const host = fork();
    host.send({ type: 'boot', settings });
    return host;
  };
  const fill = () => {
    if (stopped || spare !== undefined) return;
    const mine = boot();
    spare = mine;
    void mine.exited.then(({ code, signal, lastWords }) => {
      if (spare !== mine || stopped) return;
      spare = undefined;
      notBeforeMs = clock.nowMs() + AFTER_DEATH_MS;
      end(failureExit(new Error(`the spare host ended (code ${code}, signal ${signal}): ${lastWords}`)));
    });
  };
  const fillLater = (delayMs: number) => {
    const dueMs = Math.max(clock.nowMs() + delayMs, notBeforeMs);
    refill?.cancel();
    refill = clock.at(dueMs, fill);
  };
  const stop = async () => {
    stopped = true;
    refill?.cancel();
    const last = spare;
    spare = undefined;
    last?.kill();
    // One that hangs in the kernel must not keep the engine from its end.
    if (last !== undefined) await waitFor(last.exited, KILL_GRACE_MS, clock);
    end({ kind: 'shutdown', reason: 'asked to stop' });
  };
  return {
    take() {
      const taken = spare ?? boot();
      spare = undefined;
      fillLater(REFILL_DELAY_MS);
      return taken;
    },
    get pid() {
      return spare?.pid;
    },
    start() {
      stopped = false;
      const exited = new Promise<ChildExit>((resolve) => {
        end = resolve;
      });
      if (clock.nowMs() < notBeforeMs) fillLater(0);
      else fill();
      return { exited, stop, kill: stop };
    },
  };
}
