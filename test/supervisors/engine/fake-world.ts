/**
 * The engine's channels without an engine: host processes and listeners that the test plays itself, on a fake clock.
 * Sockets are their names.
 */
import { DEFAULT_RESTART_LIMITS } from '../../../machines/restart-policy.js';
import type { ChannelReport } from '../../../supervisors/channel/channel-event.js';
import type { SwitchOutcome } from '../../../supervisors/channel/preview-desk.js';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import { deferred } from '../../../supervisors/deferred.js';
import { type Channels, type ChannelsOptions, createChannels } from '../../../supervisors/engine/channels.js';
import type { EngineReport } from '../../../supervisors/engine/engine-report.js';
import type { EnginePorts, HostExit, HostProcess } from '../../../supervisors/engine/host-port.js';
import type { FromHost, StartOrder, ToHost } from '../../../supervisors/engine/host-protocol.js';
import { sampleSnapshot } from '../../src/observe/sample-snapshot.js';
import { ALL_OPERATIONS } from '../../support/all-operations.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';

export const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 } as const;
export const START_TIMEOUT_MS = 10_000;
export const HEARTBEAT_MS = 2_000;

export interface FakeHost extends HostProcess<string> {
  readonly pid: number;
  /** All that was sent to it, consumers excepted. */
  readonly sent: ToHost[];
  /** Consumers sent to it. */
  readonly consumers: string[];
  /** Whether it takes what is sent to it at once. */
  takes: boolean;
  /** What it is to air; throws when it has not been told. */
  readonly order: StartOrder;
  readonly alive: boolean;
  /** Whether SIGKILL ends it; a process that hangs in the kernel stays. */
  mortal: boolean;
  /** Sends a message, alive or not: what was under way arrives. */
  say(message: FromHost): void;
  /** Sends the channel's snapshot: the sample's, on air with what was ordered. */
  shows(changes?: Partial<ChannelSnapshot>): void;
  /** Shows `ready` and answers the start. */
  ready(): void;
  /** Shows slate for this reason and answers the start with it. */
  fails(reason: string): void;
  /** Answers the latest plan update; one that succeeds is on air by then. */
  updated(errorMessage?: string): void;
  /** Answers the latest call about a preview. */
  previewed(outcome: SwitchOutcome): void;
  /** Confirms the latest reset of the budget, and tells what it counts since. */
  budgetReset(restarts?: readonly number[]): void;
  /** Answers a stop and exits. */
  stopped(stuckPids?: readonly number[]): void;
  /** Ends by itself, or by a signal. */
  exits(how?: Partial<HostExit>): void;
}

export interface FakeHosts {
  readonly all: FakeHost[];
  readonly last: FakeHost;
  readonly fork: () => FakeHost;
  /** Called for every host right after it was forked. */
  onFork: (host: FakeHost) => void;
}

export function fakeHosts(): FakeHosts {
  const hosts: FakeHosts = {
    all: [],
    get last() {
      const host = hosts.all.at(-1);
      if (host === undefined) throw new Error('no host was forked');
      return host;
    },
    onFork: () => {},
    fork() {
      const host = fakeHost(5001 + hosts.all.length);
      hosts.all.push(host);
      hosts.onFork(host);
      return host;
    },
  };
  return hosts;
}

function fakeHost(pid: number): FakeHost {
  let alive = true;
  const { promise: exited, resolve: exit } = deferred<HostExit>();
  const host: FakeHost = {
    pid,
    exited,
    mortal: true,
    sent: [],
    consumers: [],
    takes: true,
    onMessage: () => {},
    get alive() {
      return alive;
    },
    get order() {
      const order = host.sent.find((message) => message.type === 'start');
      if (order === undefined) throw new Error(`host ${pid} was not told to start`);
      return order;
    },
    send(message, socket) {
      if (!alive) return;
      if (socket === undefined) host.sent.push(message);
      else {
        host.consumers.push(socket);
        if (host.takes) void Promise.resolve().then(() => host.say({ type: 'consumer_taken' }));
      }
    },
    kill() {
      if (host.mortal) host.exits({ code: null, signal: 'SIGKILL' });
    },
    say: (message) => host.onMessage(message),
    shows(changes = {}) {
      const { channelId, port, order } = host.order;
      const { planHandle } = order;
      host.say({
        type: 'snapshot',
        snapshot: sampleSnapshot({ channelId, port, planHandle, hostPid: pid, ...changes }),
        children: [],
      });
    },
    ready() {
      host.shows();
      host.say({ type: 'started', outcome: DONE });
    },
    fails(reason) {
      host.shows({ state: 'error', healthy: false, detail: reason });
      host.say({ type: 'started', outcome: { success: false, errorMessage: reason } });
    },
    updated(errorMessage = '') {
      const update = host.sent.findLast((message) => message.type === 'update');
      if (update === undefined) throw new Error(`host ${pid} was asked for no other plan`);
      const outcome = { success: errorMessage === '', errorMessage };
      if (outcome.success) {
        const { planHandle } = update;
        const report = {
          event: 'plan_on_air',
          planHandle,
          planHash: 'h',
          startTick: 0,
          skippedTo: 0,
        } as const;
        host.say({ type: 'report', report });
      }
      host.say({ type: 'updated', call: update.call, outcome });
    },
    previewed(outcome) {
      const asked = host.sent.findLast(({ type }) => type === 'load_preview' || type === 'switch_to_live');
      if (asked === undefined || !('call' in asked)) throw new Error(`host ${pid} was asked for no preview`);
      host.say({ type: 'updated', call: asked.call, outcome });
    },
    budgetReset(restarts = []) {
      const reset = host.sent.findLast((message) => message.type === 'reset_budget');
      if (reset === undefined) throw new Error(`host ${pid} was asked for no reset`);
      host.say({ type: 'budget_reset', call: reset.call, restarts });
    },
    stopped(stuckPids = []) {
      host.say({ type: 'stopped', stuckPids });
      host.exits({ code: 0 });
    },
    exits(how = {}) {
      alive = false;
      exit({ code: null, signal: null, lastWords: '', ...how });
    },
  };
  return host;
}

export interface FakePorts extends Pick<EnginePorts<string>, 'listen' | 'closeSocket'> {
  /** Ports that cannot be bound. */
  readonly taken: Set<number>;
  /** By port: connects a consumer. */
  readonly open: Map<number, (socket: string) => void>;
  /** Sockets whose engine's end was closed: those that a host has taken, and those that none will. */
  readonly closed: string[];
  /** While set, binding a port takes as long as this promise. */
  gate: Promise<void> | undefined;
}

export function fakePorts(): FakePorts {
  let picked = 40_000;
  const ports: FakePorts = {
    taken: new Set(),
    open: new Map(),
    closed: [],
    gate: undefined,
    async listen(wanted, onConsumer) {
      await ports.gate;
      const port = wanted === 0 ? ++picked : wanted;
      if (ports.taken.has(port) || ports.open.has(port)) throw new Error(`port ${port} is taken by a test`);
      ports.open.set(port, onConsumer);
      return {
        port,
        async close() {
          await settle();
          ports.open.delete(port);
        },
      };
    },
    closeSocket: (socket) => void ports.closed.push(socket),
  };
  return ports;
}

export interface World {
  readonly clock: FakeClock;
  readonly hosts: FakeHosts;
  readonly ports: FakePorts;
  readonly channels: Channels;
  readonly reports: { readonly channelId: number; readonly report: ChannelReport | EngineReport }[];
  /** What health was told of each channel, in order. */
  readonly health: (readonly [channelId: number, healthy: boolean | undefined])[];
  start(planHandle: string, port?: number, channelId?: number): ReturnType<Channels['startChannel']>;
  update(planHandle: string, channelId?: number): ReturnType<Channels['updatePlan']>;
  loadPreview(assetPath: string, channelId?: number): ReturnType<Channels['loadPreview']>;
  switchToLive(channelId?: number): ReturnType<Channels['switchToLive']>;
  stop(channelId?: number): ReturnType<Channels['stopChannel']>;
  resetBudget(channelId?: number): ReturnType<Channels['resetBudget']>;
  /** Channel 1 on air with plan `morning` on port 9001; its host. */
  onAir(): Promise<FakeHost>;
}

export function createWorld(
  changes: Partial<Pick<ChannelsOptions<string>, 'maxChannels' | 'retentionMs' | 'onShown'>> = {},
): World {
  const clock = new FakeClock(1_000_000, 1_795_334_400_000);
  const hosts = fakeHosts();
  const ports = fakePorts();
  const reports: World['reports'] = [];
  const health: World['health'] = [];
  const channels = createChannels<string>({
    clock,
    format: FORMAT,
    ports,
    takeHost: hosts.fork,
    startTimeoutMs: START_TIMEOUT_MS,
    heartbeatTimeoutMs: HEARTBEAT_MS,
    maxChannels: 64,
    retentionMs: 300_000,
    maxRestarts: 5,
    restartWindowMs: DEFAULT_RESTART_LIMITS.windowMs,
    operations: ALL_OPERATIONS,
    report: (channelId, report) => reports.push({ channelId, report }),
    onSupervision: () => {},
    onHealth: (channelId, healthy) => health.push([channelId, healthy]),
    onShown: () => {},
    ...changes,
  });
  const world: World = {
    clock,
    hosts,
    ports,
    channels,
    reports,
    health,
    start: (planHandle, port = 9001, channelId = 1) => channels.startChannel({ channelId, planHandle, port }),
    update: (planHandle, channelId = 1) => channels.updatePlan({ channelId, planHandle }),
    loadPreview: (assetPath, channelId = 1) => channels.loadPreview({ channelId, assetPath }),
    switchToLive: (channelId = 1) => channels.switchToLive({ channelId }),
    stop: (channelId = 1) => channels.stopChannel({ channelId }),
    resetBudget: (channelId = 1) => channels.resetBudget({ channelId }),
    async onAir() {
      const outcome = world.start('morning');
      await settle();
      const host = hosts.last;
      host.ready();
      await outcome;
      return host;
    },
  };
  return world;
}

/** What a promise has come to by now; `pending` if to nothing. */
export async function soFar<T>(promise: Promise<T>): Promise<T | 'pending'> {
  await settle();
  return Promise.race([promise, Promise.resolve('pending' as const)]);
}
