/** The errors with which both kinds of supervisor answer orders they refuse or cannot carry out. */
import type { Slot, StartOutcome } from './child-slot.js';
import { reasonOf, show } from './describe.js';
import { SupervisorError, type SupervisorErrorCode } from './supervisor-error.js';

export interface Refusals {
  notFound(id: string): SupervisorError;
  present(slot: Slot): SupervisorError;
  busy(code: 'running' | 'restarting', id: string): SupervisorError;
  shuttingDown(): SupervisorError;
  stillRunning(id: string): SupervisorError;
  full(maxChildren: number): SupervisorError;
  notStarted(id: string, outcome: Exclude<StartOutcome, { kind: 'running' }>): SupervisorError;
}

const REMEDY = { stopped: 'restart it, or delete it first', restarting: 'wait, or terminate it first' };

/** @param supervisor the name that leads every message. */
export function createRefusals(supervisor: string): Refusals {
  const refuse = (code: SupervisorErrorCode, text: string, options?: ErrorOptions) =>
    new SupervisorError(code, `supervisor ${show(supervisor)}: ${text}`, options);
  return {
    notFound: (id) => refuse('not_found', `no child has the id ${show(id)}`),
    present: ({ spec: { id }, status }) =>
      status === 'stopped' || status === 'restarting'
        ? refuse('already_present', `child ${show(id)} is there, and ${status}; ${REMEDY[status]}`)
        : refuse('already_started', `child ${show(id)} is ${status} already`),
    busy: (code, id) => refuse(code, `child ${show(id)} is ${code}; terminate it first`),
    shuttingDown: () => refuse('shutting_down', 'it stops or has stopped, and takes no more orders'),
    stillRunning: (id) =>
      refuse('still_running', `child ${show(id)} could not be stopped and may still be running`),
    full: (maxChildren) =>
      refuse('max_children', `it has ${maxChildren} children, the most it may have; stop one first`),
    notStarted: (id, outcome) =>
      outcome.kind === 'failed'
        ? refuse('failed_to_start_child', `child ${show(id)} did not start: ${reasonOf(outcome.cause)}`, {
            cause: outcome.cause,
          })
        : refuse('aborted', `the start of child ${show(id)} was cut short`),
  };
}
