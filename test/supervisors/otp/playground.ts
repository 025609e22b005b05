/**
 * A place to try supervisors in: children that do what the test says, one log of everything that happens to them,
 * the reports, and a clock that stands still.
 */
import { deferred } from '../../../supervisors/deferred.js';
import type { Child, ChildContext, ChildExit } from '../../../supervisors/otp/child.js';
import type { ChildSpec } from '../../../supervisors/otp/child-spec.js';
import {
  createDynamicSupervisor,
  type DynamicSupervisor,
  type DynamicSupervisorOptions,
} from '../../../supervisors/otp/dynamic-supervisor.js';
import type { SupervisorReport } from '../../../supervisors/otp/report.js';
import { FakeClock, settle } from '../../support/fake-clock.js';

export interface ScriptedChild extends Child {
  readonly id: string;
  /** Ends the child, as if by itself. */
  end(kind: ChildExit['kind'], reason?: string, cause?: unknown): void;
}

export interface Script {
  /** Runs in place of a start that simply succeeds; `life` counts from 1. */
  onStart?: (life: number, context: ChildContext) => unknown;
  /** Runs in place of ending as asked. */
  onStop?: (child: ScriptedChild) => unknown;
  /** Runs in place of dying as told. */
  onKill?: (child: ScriptedChild) => unknown;
}

export interface Playground {
  readonly clock: FakeClock;
  readonly reports: SupervisorReport[];
  readonly onReport: (report: SupervisorReport) => void;
  /** `+a` started, `-a` asked to stop, `!a` killed, `.a` gone. */
  readonly log: string[];
  /** The log since it was last taken, in one string. */
  taken(): string;
  spec(id: string, more?: Partial<ChildSpec> & Script): ChildSpec<ScriptedChild>;
  /** The latest child of that id. */
  child(id: string): ScriptedChild;
  /** Ends the latest child of that id and lets what follows happen. */
  crash(id: string, kind?: ChildExit['kind'], reason?: string): Promise<void>;
  /** `context reason` of every report so far. */
  told(): string[];
}

export function playground(): Playground {
  const clock = new FakeClock();
  const reports: SupervisorReport[] = [];
  const log: string[] = [];
  const children = new Map<string, ScriptedChild>();
  const lives = new Map<string, number>();

  const birth = (id: string, script: Script): ScriptedChild => {
    const { promise: exited, resolve: tell } = deferred<ChildExit>();
    let alive = true;
    const child: ScriptedChild = {
      id,
      exited,
      end(kind, reason = kind, cause) {
        if (!alive) return;
        alive = false;
        log.push(`.${id}`);
        tell(cause === undefined ? { kind, reason } : { kind, reason, cause });
      },
      async stop() {
        log.push(`-${id}`);
        if (script.onStop === undefined) child.end('shutdown');
        else await script.onStop(child);
      },
      async kill() {
        log.push(`!${id}`);
        if (script.onKill === undefined) child.end('abnormal', 'killed');
        else await script.onKill(child);
      },
    };
    children.set(id, child);
    log.push(`+${id}`);
    return child;
  };

  const world: Playground = {
    clock,
    reports,
    onReport: (report) => void reports.push(report),
    log,
    taken: () => log.splice(0).join(' '),
    spec(id, { onStart, onStop, onKill, ...spec } = {}) {
      const script: Script = { ...(onStop && { onStop }), ...(onKill && { onKill }) };
      return {
        id,
        async start(context) {
          const life = (lives.get(id) ?? 0) + 1;
          lives.set(id, life);
          const instead = onStart === undefined ? undefined : await onStart(life, context);
          return (instead ?? birth(id, script)) as ScriptedChild;
        },
        ...(spec as Omit<Partial<ChildSpec<ScriptedChild>>, 'id'>),
      };
    },
    child(id) {
      const child = children.get(id);
      if (child === undefined) throw new Error(`child ${id} was never started`);
      return child;
    },
    async crash(id, kind = 'abnormal', reason = `${id} crashed`) {
      world.child(id).end(kind, reason);
      await settle();
    },
    told: () => reports.map(({ errorContext, reason }) => `${errorContext} ${reason}`),
  };
  return world;
}

/** A playground with a dynamic supervisor in it; `states` tells `id status` of each of its children. */
export function dynamicPlayground(
  flags: Partial<DynamicSupervisorOptions> = {},
): Playground & { readonly dynamic: DynamicSupervisor; states(): string } {
  const world = playground();
  const { clock, onReport } = world;
  const dynamic = createDynamicSupervisor({ name: 'channels', clock, onReport, ...flags });
  const states = () =>
    dynamic
      .whichChildren()
      .map(({ id, status }) => `${id} ${status}`)
      .join(', ');
  return { ...world, dynamic, states };
}

/** The code of the error with which a promise rejects; fails if it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
  throw new Error('resolved, but should have been refused');
}

/** Whether a promise has settled by now. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await settle();
  return settled;
}

/** A start that neither succeeds nor fails, whatever becomes of it. */
export const hang = (): Promise<never> => new Promise(() => {});
