/** What a supervisor refuses or cannot do, with a code to act on. */

/**
 * - `invalid_supervisor_flags`, `invalid_child_spec`, `duplicate_child_name`: what was handed in is wrong; nothing was started.
 * - `already_started`: a child of that id runs. `already_present`: it does not run, but its spec is there: restart or delete it.
 * - `not_found`: no child of that id. `running`, `restarting`: not possible while the child does that; terminate it first.
 * - `failed_to_start_child`: its start failed; `cause` tells why. `aborted`: its start was cut short by a terminate or a stop.
 * - `max_children`: the supervisor is full. `shutting_down`: it stops or has stopped, and takes no more orders.
 * - `still_running`: the child outlived being asked and being killed; the supervisor has let go of it.
 * - `reached_max_restart_intensity`: why a supervisor gave up; never thrown, found as the `cause` of its exit.
 */
export type SupervisorErrorCode =
  | 'invalid_supervisor_flags'
  | 'invalid_child_spec'
  | 'duplicate_child_name'
  | 'already_started'
  | 'already_present'
  | 'not_found'
  | 'running'
  | 'restarting'
  | 'failed_to_start_child'
  | 'aborted'
  | 'max_children'
  | 'shutting_down'
  | 'still_running'
  | 'reached_max_restart_intensity';

/** The one error type of this folder. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
  readonly code: SupervisorErrorCode;

  constructor(code: SupervisorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
