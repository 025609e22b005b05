/**
 * Child specs: how a supervisor starts, restarts and stops one child. What may be left out has OTP's default; what is
 * wrong is refused before anything is started, with the child, the field, the value and what it should have been.
 */
import type { Child, ChildContext } from './child.js';
import { show } from './describe.js';
import { SupervisorError } from './supervisor-error.js';

export interface ChildSpec<C extends Child = Child> {
  /** Names the child within its supervisor; not empty. */
  readonly id: string;
  /** Starts the child, see {@link Child}. `'ignore'`: there is nothing to run now; the supervisor goes on without. */
  readonly start: (context: ChildContext) => Promise<C | 'ignore'> | C | 'ignore';
  /**
   * `permanent` (default): always restarted. `transient`: restarted after an abnormal exit. `temporary`: never
   * restarted, and forgotten once it has ended.
   */
  readonly restart?: 'permanent' | 'transient' | 'temporary';
  /**
   * How long the child may take to end after it was asked, in milliseconds; then it is killed. `brutal_kill`: killed
   * without being asked. Default 5000, for a supervisor `infinity`, so that its subtree has the time it needs.
   */
  readonly shutdown?: number | 'brutal_kill' | 'infinity';
  /** Default `worker`. */
  readonly type?: 'worker' | 'supervisor';
}

/** A spec with everything filled in. */
export type CompleteChildSpec = Required<ChildSpec>;

const RESTARTS: readonly unknown[] = ['permanent', 'transient', 'temporary'];
const TYPES: readonly unknown[] = ['worker', 'supervisor'];
const WORKER_SHUTDOWN_MS = 5000;

/**
 * Fills in the defaults.
 * @throws SupervisorError `invalid_child_spec` naming the field.
 */
export function completeChildSpec(spec: ChildSpec): CompleteChildSpec {
  const given: unknown = spec;
  if (typeof given !== 'object' || given === null) {
    throw invalid(`a child spec must be an object with id and start, not ${show(given)}`);
  }
  if (typeof spec.id !== 'string' || spec.id === '') {
    throw invalid(`a child spec's id must be a string that is not empty, not ${show(spec.id)}`);
  }
  const refuse = (field: string, value: unknown, wanted: string) =>
    invalid(`child ${show(spec.id)}: ${field} must be ${wanted}, not ${show(value)}`);
  const { restart = 'permanent', type = 'worker' } = spec;
  if (typeof spec.start !== 'function') throw refuse('start', spec.start, 'a function');
  if (!RESTARTS.includes(restart)) throw refuse('restart', restart, 'permanent, transient or temporary');
  if (!TYPES.includes(type)) throw refuse('type', type, 'worker or supervisor');
  const { shutdown = type === 'supervisor' ? 'infinity' : WORKER_SHUTDOWN_MS } = spec;
  if (!isShutdown(shutdown)) {
    throw refuse('shutdown', shutdown, 'a whole number of milliseconds from 0, brutal_kill or infinity');
  }
  return { id: spec.id, start: spec.start, restart, shutdown, type };
}

/**
 * The same for a list, whose ids must differ.
 * @throws SupervisorError `invalid_child_spec` or `duplicate_child_name`.
 */
export function completeChildSpecs(specs: readonly ChildSpec[]): CompleteChildSpec[] {
  if (!Array.isArray(specs)) throw invalid(`children must be a list of child specs, not ${show(specs)}`);
  const ids = new Set<string>();
  return specs.map((spec) => {
    const complete = completeChildSpec(spec);
    if (ids.has(complete.id)) {
      throw new SupervisorError(
        'duplicate_child_name',
        `two child specs have the id ${show(complete.id)}; rename one`,
      );
    }
    ids.add(complete.id);
    return complete;
  });
}

function isShutdown(value: unknown): boolean {
  return (
    value === 'brutal_kill' || value === 'infinity' || (Number.isSafeInteger(value) && Number(value) >= 0)
  );
}

function invalid(message: string): SupervisorError {
  return new SupervisorError('invalid_child_spec', message);
}
