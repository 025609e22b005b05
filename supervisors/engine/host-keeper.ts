/**
 * The host keeper: sees to it that a channel that is on air has a host process. A host that dies or no longer
 * sends its heartbeat is replaced, at most three times a minute; then the channel is without output and is tried
 * again after a minute. Nothing here concerns any other channel.
 */
import type { MasterClock, Timer } from '../master-clock.js';
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

export interface HostKeeperOptions<Socket> {
  readonly clock: MasterClock;
  readonly heartbeatTimeoutMs: number;
  readonly takeHost: () => HostProcess<Socket>;
  /** What a (new) host is to do. */
  readonly order: () => StartOrder;
  readonly onMessage: (message: FromHost) => void;
  /** The host is gone; `retryMs` says when there will be another one, 0 meaning at once. */
  readonly onLost: (reason: string, retryMs: number) => void;
  readonly closeSocket: (socket: Socket) => void;
}

export interface HostKeeper<Socket> {
  readonly pid: number | undefined;
  send(message: ToHost): void;
  /** Hands a consumer to the host, or keeps it for the next one. */
  addConsumer(socket: Socket): void;
  /** Ends the host in order: resolves with the pids of decoders that would not die. */
  stop(): Promise<readonly number[]>;
}

export function keepHost<Socket>(options: HostKeeperOptions<Socket>): HostKeeper<Socket> {
  const { clock } = options;
  let host: HostProcess<Socket> | undefined;
  let deaths: number[] = [];
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
        lose(mine, `gave no sign of life for ${patienceMs} ms and was killed`);
      });
    });
  };

  const run = () => {
    if (stopping) return;
    const mine = options.takeHost();
    host = mine;
    let messages = 0;
    let countedSinceMs = clock.nowMs();
    mine.onMessage = (message) => {
      if (host !== mine && message.type !== 'stopped') return;
      if (clock.nowMs() - countedSinceMs >= MESSAGES_WINDOW_MS) {
        messages = 0;
        countedSinceMs = clock.nowMs();
      }
      if (++messages > MAX_MESSAGES && !stopping) {
        lose(mine, 'flooded the engine with messages and was killed');
        return;
      }
      if (message.type === 'snapshot' && !stopping) watch(mine, options.heartbeatTimeoutMs);
      if (message.type === 'stopped') onStopped(message.stuckPids);
      if (message.type === 'consumer_taken') consumers.taken();
      options.onMessage(message);
    };
    mine.send({ type: 'start', ...options.order() });
    watch(mine, Math.max(BOOT_MS, options.heartbeatTimeoutMs));
    consumers.hostIs(mine);
    void mine.exited.then((exit) => lose(mine, describe(exit)));
  };

  const lose = (mine: HostProcess<Socket>, reason: string) => {
    if (host !== mine) return;
    host = undefined;
    consumers.hostIs(undefined);
    heartbeat?.cancel();
    mine.kill();
    if (stopping) return;
    const nowMs = clock.nowMs();
    deaths = [...deaths.filter((atMs) => atMs > nowMs - DEATH_WINDOW_MS), nowMs];
    const retryMs = deaths.length > MAX_DEATHS ? RETRY_MS : 0;
    options.onLost(`host process ${mine.pid ?? '?'} ${reason}`, retryMs);
    if (retryMs === 0) run();
    else retry = clock.at(nowMs + retryMs, run);
  };

  run();

  return {
    get pid() {
      return host?.pid;
    },
    send: (message) => host?.send(message),
    addConsumer: consumers.add,
    async stop() {
      stopping = true;
      retry?.cancel();
      heartbeat?.cancel();
      consumers.dropAll();
      const mine = host;
      if (mine === undefined) return [];
      const stopped = new Promise<readonly number[]>((resolve) => {
        onStopped = resolve;
      });
      mine.send({ type: 'stop' });
      const killer = clock.at(clock.nowMs() + STOP_MS, () => mine.kill());
      const stuck = await Promise.race([stopped, mine.exited.then(() => [])]);
      killer.cancel();
      const impatient = clock.at(clock.nowMs() + EXIT_MS, () => mine.kill());
      await mine.exited;
      impatient.cancel();
      host = undefined;
      return stuck;
    },
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
