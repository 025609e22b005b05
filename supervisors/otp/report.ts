/**
 * Reports: what a supervisor tells of failures, in OTP's fields. Telling never disturbs it: a hook that throws
 * or rejects is ignored, for a supervisor that dies of its own log would protect nobody.
 */
import type { CompleteChildSpec } from './child-spec.js';

export interface SupervisorReport {
  /** The supervisor's name. */
  readonly supervisor: string;
  /**
   * `start_error`: a child did not start. `child_terminated`: one ended that should not have. `shutdown_error`: one did
   * not stop as it should when told to. `shutdown`: the supervisor gives up, because children ended too often.
   */
  readonly errorContext: 'start_error' | 'child_terminated' | 'shutdown_error' | 'shutdown';
  /** One line for people; for `shutdown` always {@link REACHED_MAX_RESTART_INTENSITY}. */
  readonly reason: string;
  /** What was thrown, where something was. */
  readonly cause?: unknown;
  readonly offender: Pick<CompleteChildSpec, 'id' | 'restart' | 'shutdown' | 'type'>;
}

/** OTP's word for it, as the reason of the report and of the supervisor's exit. */
export const REACHED_MAX_RESTART_INTENSITY = 'reached_max_restart_intensity';

/** Why, as an exit or a failure to stop carries it. */
export interface Why {
  readonly reason: string;
  readonly cause?: unknown;
}

export type Report = (
  context: SupervisorReport['errorContext'],
  offender: CompleteChildSpec,
  why: Why,
) => void;

/** The reporting function of one supervisor. */
export function createReport(supervisor: string, onReport?: (report: SupervisorReport) => unknown): Report {
  return (errorContext, spec, why) => {
    const { id, restart, shutdown, type } = spec;
    const offender = { id, restart, shutdown, type };
    const cause = why.cause === undefined ? {} : { cause: why.cause };
    try {
      Promise.resolve(onReport?.({ supervisor, errorContext, reason: why.reason, ...cause, offender })).catch(
        () => {},
      );
    } catch {
      // See above: the hook's trouble is not the tree's.
    }
  };
}
