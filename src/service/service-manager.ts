/**
 * Tells systemd, or what speaks its protocol, how the engine is: that it takes calls, how many channels are ready, that
 * it is on its way out, and, for the watchdog, that it still turns. Node has no datagram sockets of the file system,
 * so `systemd-notify` is the messenger: without a shell, never two at a time, killed after 5 s; what comes up meanwhile
 * goes with the next one. Where no NOTIFY_SOCKET is set nothing of it happens.
 */
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';
import { boundedRun } from '../media/bounded-run.js';
import { executableOnPath } from '../media/child-prefix.js';
import { visibleText } from '../observe/visible-text.js';

const MESSENGER = 'systemd-notify';
const TIMEOUT_MS = 5000;
/** How often it is looked whether the status is another one. */
const STATUS_MS = 1000;

export interface ServiceManagerOptions {
  readonly clock: MasterClock;
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read. */
  readonly environment: NodeJS.ProcessEnv;
  /** One line for whoever looks at the service; asked once a second. */
  readonly status: () => string;
  /** Whether the watchdog may be told that all is well; asked twice in its interval. */
  readonly alive: () => boolean;
  /** Told in words when it could not be told. Must not throw. */
  readonly onFailure: (reason: string) => void;
}

export interface ServiceManager {
  /** From now on the service counts as started, and is watched. */
  ready(): void;
  /** It is on its way out. */
  stopping(): void;
  /** Resolves when the last message is delivered or given up; no timer and no process is left. */
  close(): Promise<void>;
}

/** A connection to the service manager that has said nothing yet. */
export function connectServiceManager(options: ServiceManagerOptions): ServiceManager {
  const { clock, environment, status, alive, onFailure } = options;
  const { NOTIFY_SOCKET } = environment;
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === '') return NOBODY;
  const messenger = executableOnPath(MESSENGER, environment.PATH);
  if (messenger === undefined) {
    onFailure(`there is no ${MESSENGER} on the PATH; install systemd's package, or use Type=exec`);
    return NOBODY;
  }
  let pending = new Map<string, string>();
  let delivering: Promise<void> | undefined;
  let told = '';
  const timers = new Set<Timer>();

  async function deliver(): Promise<void> {
    while (pending.size > 0) {
      const assignments = [...pending].map(([name, value]) => `${name}=${value}`);
      pending = new Map();
      const end = await boundedRun({
        command: [messenger as string, ...assignments],
        environment: { PATH: environment.PATH, NOTIFY_SOCKET },
        timeoutMs: TIMEOUT_MS,
        receivers: [],
      });
      if (end.kind !== 'exited')
        onFailure(
          `${MESSENGER} ${end.kind === 'not_started' ? end.reason : `took longer than ${TIMEOUT_MS} ms`}`,
        );
      else if (end.code !== 0) onFailure(`${MESSENGER} ended with ${end.code ?? end.signal}`);
    }
    delivering = undefined;
  }

  function tell(message: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(message)) pending.set(name, value);
    // What is said in one turn goes in one message.
    delivering ??= Promise.resolve().then(deliver);
  }

  function tellStatus(): void {
    const now = visibleText(status());
    if (now !== told) tell({ STATUS: now });
    told = now;
  }

  function every(intervalMs: number, act: () => void): void {
    const again = () => {
      const timer = clock.at(clock.nowMs() + intervalMs, () => {
        timers.delete(timer);
        again();
        act();
      });
      timers.add(timer);
    };
    again();
  }

  function end(): void {
    for (const timer of timers) timer.cancel();
    timers.clear();
  }

  return {
    ready() {
      tell({ READY: '1' });
      tellStatus();
      every(STATUS_MS, tellStatus);
      const watchdogMs = watchdogIntervalMs(environment);
      if (watchdogMs !== undefined) {
        every(watchdogMs / 2, () => {
          if (alive()) tell({ WATCHDOG: '1' });
        });
      }
    },
    stopping() {
      // The watchdog goes on: a stop that hangs is one more reason to be killed.
      tell({ STOPPING: '1' });
    },
    async close() {
      end();
      await delivering;
    },
  };
}

/** Undefined where nobody watches this process. */
function watchdogIntervalMs({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | undefined {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(process.pid)) return undefined;
  const intervalMs = Number(WATCHDOG_USEC) / 1000;
  return intervalMs > 0 ? intervalMs : undefined;
}

const NOBODY: ServiceManager = { ready() {}, stopping() {}, async close() {} };
