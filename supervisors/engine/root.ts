/**
 * The root supervisor: `one_for_one` over the engine's four parts. A server that fails is started again without
 * touching a channel; when they fail too often the root stops everything in order and says why.
 *
 * The control server is started last, so that a call finds everything in place, and is asked to stop first.
 */
import type { MasterClock } from '../master-clock.js';
import { type Child, type ChildContext, type ChildExit, failureExit } from '../otp/child.js';
import type { SupervisorReport } from '../otp/report.js';
import { type Strategy, startSupervisor } from '../otp/supervisor.js';
import type { ChildInfo } from '../otp/which-children.js';

/** The design's limit for the servers: 5 restarts in 60 s. */
const LIMITS = { strategy: 'one_for_one', intensity: 5, periodMs: 60_000 } as const;
const CHILDREN = 4;

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

export interface Root {
  readonly controlPort: number;
  readonly telemetryPort: number;
  readonly exited: Promise<ChildExit>;
  readonly limits: { readonly strategy: Strategy; readonly intensity: number; readonly periodMs: number };
  /** The engine's four parts. */
  whichChildren(): readonly ChildInfo[];
  /** Whether the root supervisor answers, and still has what it was given to supervise. */
  answers(): boolean;
  stop(): Promise<void>;
}

/** @throws whatever kept a part from starting; those that had started are stopped again. */
export async function startRoot(options: RootOptions): Promise<Root> {
  const { clock, spareHost, channels, telemetry, control, onReport } = options;
  const ports: Record<ServerName, number> = { control: 0, telemetry: 0 };
  let failure: unknown;
  let stopping = false;

  const serve = (name: ServerName, server: ServerPort) => {
    let started = false;
    return async ({ signal }: ChildContext): Promise<Child | 'ignore'> => {
      // One that was being restarted when the end came is not wanted any more.
      if (stopping) return 'ignore';
      const abort = () => void server.stop();
      signal.addEventListener('abort', abort);
      let failed: Promise<Error>;
      try {
        const serving = await server.start();
        ports[name] = serving.port;
        failed = serving.failed;
      } catch (error) {
        if (stopping) return 'ignore';
        failure = error;
        throw error;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      if (started) options.onServerRestarted(name, ports[name]);
      started = true;
      let end: (exit: ChildExit) => void = () => {};
      const stopped = new Promise<ChildExit>((resolve) => {
        end = resolve;
      });
      const stop = async () => {
        await server.stop();
        end({ kind: 'shutdown', reason: 'asked to stop' });
      };
      return { exited: Promise.race([failed.then(failureExit), stopped]), stop, kill: stop };
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
        { id: 'control', start: serve('control', control) },
      ],
    });
    let ended = false;
    void supervisor.exited.then(() => {
      ended = true;
    });
    return {
      answers: () => !ended && supervisor.whichChildren().length === CHILDREN,
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
        stopping = true;
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
