/**
 * The host keeper: sees to it that a channel that is on air has a host process. A host that dies or no longer
 * sends its heartbeat is replaced, at most three times a minute; then the channel is without output and is tried
 * again after a minute. Nothing here concerns any other channel.
 */
import type { MasterClock, Timer } from '../master-clock.js';
import { waitFor } from '../otp/wait.js';
import { createConsumerHandover } from './consumer-handover.js';
import type { HostExit, HostProcess } from './host-port.js';
import type { FromHost, StartOrder, ToHost } from './host-protocol.js';

const MAX_DEATHS = 3;
const DEATH_WINDOW_MS = 60_000;
const RETRY_MS = 60_000;
/** A host that is forked on demand may take this long to its first sign of life: the machine may be busy booting many. */
const BOOT_MS = 10_000;
/** More messages than this in any second come from a host that has gone mad: a busy one sends a tenth of it. */
const MAX_MESSAGES = 1_000;
const MESSAGES_WINDOW_MS = 1_000;
/** How long a host may take to take its channel down: more than the second after which it gives up on a decoder. */
const STOP_MS = 2_000;
/** How long a host may take to exit once the channel is down. */
const EXIT_MS = 1_000;
/** How long a killed host is waited for; one that outlives it hangs in the kernel. */
const KILL_GRACE_MS = 1_000;

export interface HostKeeperOptions<Socket> {
  readonly clock: MasterClock;
  readonly heartbeatTimeoutMs: number;
  readonly takeHost: () => HostProcess<Socket>;
  /** What a (new) host is to do. */
  readonly order: () => StartOrder;
  readonly onMessage: (message: FromHost) => void;
  /**
   * The host is gone; `retryMs` says when there will be another one, 0 meaning at once. `asked`: it was to be replaced,
   * which is no death of its own.
   */
  readonly onLost: (reason: string, retryMs: number, asked: boolean) => void;
  readonly closeSocket: (socket: Socket) => void;
}

export interface HostKeeper<Socket> {
  readonly pid: number | undefined;
  /** `restarting`: the last one is lost, and the next not there yet. */
  readonly status: 'running' | 'restarting' | 'stopping';
  /** How many hosts were lost; those replaced at an operator's word do not count. */
  readonly restarts: number;
  /** Since when the status is what it is, or the present host is there; monotonic milliseconds. */
  readonly sinceMs: number;
  send(message: ToHost): void;
  /** Hands a consumer to the host, or keeps it for the next one. */
  addConsumer(socket: Socket): void;
  /**
   * Has the host, if there is one, replaced, or the next one take over without waiting for its time. Resolves once it
   * has been given its order; at once where the channel is being stopped.
   */
  restart(): Promise<void>;
  /** Ends the host in order: resolves with the pids of processes that would not die, decoders or the host itself. */
  stop(): Promise<readonly number[]>;
}

export function keepHost<Socket>(options: HostKeeperOptions<Socket>): HostKeeper<Socket> {
  const { clock } = options;
  let host: HostProcess<Socket> | undefined;
  /** Killed by us and not seen to be gone: what it had sent before is on its way. */
  let dying: HostProcess<Socket> | undefined;
  let deaths: number[] = [];
  let lostHosts = 0;
  let sinceMs = clock.nowMs();
  /** Until then a host that follows a pause has to prove that there is sense in more than one attempt a minute. */
  let probationUntilMs = Number.NEGATIVE_INFINITY;
  let ending: Promise<void> | undefined;
  /** Until the next host; undefined while there is one or it is on its way. */
  let retry: Timer | undefined;
  let heartbeat: Timer | undefined;
  const consumers = createConsumerHandover(options.closeSocket);
  let stopping = false;
  let onStopped: (stuckPids: readonly number[]) => void = () => {};

  const watch = (mine: HostProcess<Socket>, patienceMs: number) => {
    heartbeat?.cancel();
    heartbeat = clock.at(clock.nowMs() + patienceMs, () => {
      // If it was the engine that was held up, what the host sent lies unread: one turn of the loop to read it.
      heartbeat = clock.at(clock.nowMs(), () => {
        void end(mine, `gave no sign of life for ${patienceMs} ms and was killed`);
      });
    });
  };

  const run = () => {
    if (stopping) return;
    const mine = options.takeHost();
    host = mine;
    sinceMs = clock.nowMs();
    const isFlood = createFloodGauge(clock);
    mine.onMessage = (message) => {
      if (message.type === 'stopped') onStopped(message.stuckPids);
      if (host !== mine && dying !== mine) return;
      if (message.type === 'consumer_taken') consumers.taken();
      if (host !== mine) {
        if (isRemembered(message)) options.onMessage(message);
        return;
      }
      if (isFlood() && !stopping) {
        void end(mine, 'flooded the engine with messages and was killed');
        return;
      }
      if (message.type === 'snapshot' && !stopping) watch(mine, options.heartbeatTimeoutMs);
      options.onMessage(message);
    };
    mine.send({ type: 'start', ...options.order() });
    watch(mine, Math.max(BOOT_MS, options.heartbeatTimeoutMs));
    consumers.hostIs(mine);
    void mine.exited.then((exit) => {
      if (host === mine) replace(lost(mine, describe(exit)));
    });
  };

  /** Kills a host. Its successor begins with what it had still to tell: restarts that count, consumers that it has. */
  const end = (mine: HostProcess<Socket>, reason: string, asked = false) => {
    ending ??= endOnce(mine, reason, asked).finally(() => {
      ending = undefined;
    });
    return ending;
  };
  const endOnce = async (mine: HostProcess<Socket>, reason: string, asked: boolean) => {
    if (host !== mine) return;
    const retryMs = lost(mine, reason, asked);
    dying = mine;
    mine.kill();
    await waitFor(mine.exited, KILL_GRACE_MS, clock);
    dying = undefined;
    replace(retryMs);
  };

  /** Answers how long there will be no host. */
  const lost = (mine: HostProcess<Socket>, reason: string, asked = false): number => {
    host = undefined;
    heartbeat?.cancel();
    if (stopping) return 0;
    if (asked) {
      options.onLost(`host process ${mine.pid ?? '?'} ${reason}`, 0, true);
      return 0;
    }
    const nowMs = clock.nowMs();
    lostHosts++;
    sinceMs = nowMs;
    deaths = [...deaths.filter((atMs) => atMs > nowMs - DEATH_WINDOW_MS), nowMs];
    const retryMs = deaths.length > MAX_DEATHS || nowMs < probationUntilMs ? RETRY_MS : 0;
    options.onLost(`host process ${mine.pid ?? '?'} ${reason}`, retryMs, false);
    return retryMs;
  };

  const replace = (retryMs: number) => {
    consumers.hostIs(undefined);
    if (stopping) return;
    if (retryMs === 0) return run();
    retry = clock.at(clock.nowMs() + retryMs, () => {
      retry = undefined;
      probationUntilMs = clock.nowMs() + DEATH_WINDOW_MS;
      run();
    });
  };

  run();

  return {
    get pid() {
      return host?.pid;
    },
    get status() {
      return stopping ? 'stopping' : host === undefined ? 'restarting' : 'running';
    },
    get restarts() {
      return lostHosts;
    },
    get sinceMs() {
      return sinceMs;
    },
    send: (message) => host?.send(message),
    addConsumer: consumers.add,
    async restart() {
      if (host !== undefined) await end(host, "was replaced at an operator's word", true);
      else await ending;
      if (stopping || retry === undefined) return;
      retry.cancel();
      retry = undefined;
      run();
    },
    async stop() {
      stopping = true;
      sinceMs = clock.nowMs();
      retry?.cancel();
      heartbeat?.cancel();
      consumers.dropAll();
      const mine = host ?? dying;
      if (mine === undefined) return [];
      let stuckPids: readonly number[] = [];
      const stopped = new Promise<void>((resolve) => {
        onStopped = (pids) => {
          stuckPids = pids;
          resolve();
        };
      });
      mine.send({ type: 'stop' });
      const answered = await waitFor(Promise.race([stopped, mine.exited]), STOP_MS, clock);
      if (!(answered && (await waitFor(mine.exited, EXIT_MS, clock)))) {
        mine.kill();
        const gone = await waitFor(mine.exited, KILL_GRACE_MS, clock);
        if (!gone && mine.pid !== undefined) stuckPids = [...stuckPids, mine.pid];
      }
      host = undefined;
      return stuckPids;
    },
  };
}

const REMEMBERED: ReadonlySet<string> = new Set([
  'restart',
  'first_attempt',
  'operator_slate',
  'operator_return',
]);

/** What a host tells that its successor must know, also when it is heard late. */
function isRemembered(message: FromHost): boolean {
  return message.type === 'report' && REMEMBERED.has(message.report.event);
}

/** To be called for every message: true once there were too many within a second. */
function createFloodGauge(clock: MasterClock): () => boolean {
  let messages = 0;
  let sinceMs = clock.nowMs();
  return () => {
    if (clock.nowMs() - sinceMs >= MESSAGES_WINDOW_MS) {
      messages = 0;
      sinceMs = clock.nowMs();
    }
    return ++messages > MAX_MESSAGES;
  };
}

function describe({ code, signal, lastWords }: HostExit): string {
  const how =
    signal !== null
      ? `was killed by ${signal}`
      : code === null
        ? 'did not start'
        : `exited with code ${code}`;
  return lastWords === '' ? how : `${how}: ${lastWords}`;
}
