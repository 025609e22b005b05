/**
 * The root supervisor: `one_for_one` over the engine's four parts. A server that fails is started again without
 * touching a channel; when they fail too often the root stops everything in order and says why.
 *
 * The control server is started last, so that a call finds everything in place, and is asked to stop first.
 */
import type { MasterClock } from '../master-clock.js';
import { type Child, type ChildContext, type ChildExit, failureExit } from '../otp/child.js';
import { childOf } from '../otp/child-of.js';
import type { SupervisorReport } from '../otp/report.js';
import { type Strategy, startSupervisor } from '../otp/supervisor.js';
import type { ChildInfo } from '../otp/which-children.js';

/** The design's limit for the servers: 5 restarts in 60 s. */
const LIMITS = { strategy: 'one_for_one', intensity: 5, periodMs: 60_000 } as const;
/**
 * A part that is neither running nor gone for so long hangs, and so does the stop of everything. Servers that come back
 * take longest: within the limits, six times the 1.75 s for which they ask for their port.
 */
const HUNG_MS = 15_000;

/** A server of the engine; it can be started again after it was stopped or has failed, and keeps its port. */
export interface ServerPort {
  /**
   * Resolves once it serves. `failed` resolves, to the reason, when it does so no longer though nobody asked; nothing
   * of it is left by then.
   */
  start(): Promise<{ readonly port: number; readonly failed: Promise<Error> }>;
  /** Also makes a start that is under way reject. */
  stop(): Promise<void>;
}

export interface RootOptions {
  readonly clock: MasterClock;
  readonly spareHost: { start(): Child };
  readonly channels: { readonly child: Child; stopAll(): Promise<void> };
  readonly telemetry: ServerPort;
  readonly control: ServerPort;
  readonly onReport: (report: SupervisorReport) => void;
  /** A server that had failed serves again. */
  readonly onServerRestarted: (name: ServerName, port: number) => void;
}

export type ServerName = 'telemetry' | 'control';

const CONTROL = 'control';

export interface Root {
  readonly controlPort: number;
  readonly telemetryPort: number;
  readonly exited: Promise<ChildExit>;
  readonly limits: { readonly strategy: Strategy; readonly intensity: number; readonly periodMs: number };
  /** The engine's four parts. */
  whichChildren(): readonly ChildInfo[];
  /** Whether the root supervisor still does its work: it has not ended, and no start or stop of a part hangs. */
  answers(): boolean;
  /** Why no call is taken now, in words; undefined while calls are. */
  noCallsBecause(): string | undefined;
  stop(): Promise<void>;
}

/** @throws whatever kept a part from starting; those that had started are stopped again. */
export async function startRoot(options: RootOptions): Promise<Root> {
  const { clock, spareHost, channels, telemetry, control, onReport } = options;
  const ports: Record<ServerName, number> = { control: 0, telemetry: 0 };
  let failure: unknown;
  let stoppingSinceMs: number | undefined;

  const serve = (name: ServerName, server: ServerPort) => {
    let started = false;
    return async ({ signal }: ChildContext): Promise<Child | 'ignore'> => {
      // One that was being restarted when the end came is not wanted any more.
      if (stoppingSinceMs !== undefined) return 'ignore';
      const abort = () => void server.stop();
      signal.addEventListener('abort', abort);
      let failed: Promise<Error>;
      try {
        const serving = await server.start();
        ports[name] = serving.port;
        failed = serving.failed;
      } catch (error) {
        if (stoppingSinceMs !== undefined) return 'ignore';
        failure = error;
        throw error;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      if (started) options.onServerRestarted(name, ports[name]);
      started = true;
      return childOf(() => server.stop(), failed.then(failureExit));
    };
  };

  try {
    const supervisor = await startSupervisor({
      name: 'root',
      clock,
      ...LIMITS,
      onReport,
      children: [
        { id: 'spare-host', start: () => spareHost.start() },
        { id: 'channels', start: () => channels.child, type: 'supervisor' },
        { id: 'telemetry', start: serve('telemetry', telemetry) },
        { id: CONTROL, start: serve(CONTROL, control) },
      ],
    });
    let ended = false;
    void supervisor.exited.then(() => {
      ended = true;
    });
    const hangs = (sinceMs: number | undefined) => sinceMs !== undefined && clock.nowMs() - sinceMs > HUNG_MS;
    return {
      answers: () =>
        !ended &&
        !hangs(stoppingSinceMs) &&
        !supervisor.whichChildren().some(({ status, sinceMs }) => status !== 'running' && hangs(sinceMs)),
      noCallsBecause() {
        if (stoppingSinceMs !== undefined || ended) return 'the engine is stopping';
        const { status } = supervisor.whichChildren().find(({ id }) => id === CONTROL) ?? {};
        return status === 'running' ? undefined : `the control server is ${status}`;
      },
      get controlPort() {
        return ports.control;
      },
      get telemetryPort() {
        return ports.telemetry;
      },
      exited: supervisor.exited,
      limits: LIMITS,
      whichChildren: supervisor.whichChildren,
      async stop() {
        stoppingSinceMs ??= clock.nowMs();
        // Calls in flight are answered by the channels going down, and new ones refused meanwhile. The children
        // themselves are left to the supervisor: one that ended before its time would be started again.
        await Promise.all([control.stop(), channels.stopAll()]);
        await supervisor.stop();
      },
    };
  } catch (error) {
    // The supervisor's error names the child; what the operator needs is the child's own.
    throw failure ?? error;
  }
}
