/** What is said once about a supervisor: its name, how often it may restart, and whom it tells. */
import type { MasterClock } from '../master-clock.js';
import { show } from './describe.js';
import type { SupervisorReport } from './report.js';
import { SupervisorError } from './supervisor-error.js';

export interface SupervisorFlags {
  /** Names the supervisor in reports and errors; not empty. */
  readonly name: string;
  readonly clock: MasterClock;
  /** How many restarts it makes in any `periodMs` before it gives up; default 1. */
  readonly intensity?: number;
  /** In milliseconds; default 5000. */
  readonly periodMs?: number;
  /** Is told of every failure; whatever it throws is ignored. */
  readonly onReport?: (report: SupervisorReport) => void;
}

/** Flags with everything filled in but the hook. */
export type CompleteFlags = Required<Omit<SupervisorFlags, 'onReport'>>;

/**
 * Fills in the defaults (OTP's).
 * @throws SupervisorError `invalid_supervisor_flags` naming the flag.
 */
export function completeFlags(flags: SupervisorFlags): CompleteFlags {
  const { name, clock, intensity = 1, periodMs = 5000 } = flags;
  if (typeof name !== 'string' || name === '') {
    throw invalidFlag('supervisor', 'name', name, 'a string that is not empty');
  }
  if (!Number.isSafeInteger(intensity) || intensity < 0) {
    throw invalidFlag(name, 'intensity', intensity, 'a whole number from 0');
  }
  if (!Number.isFinite(periodMs) || periodMs <= 0) {
    throw invalidFlag(name, 'periodMs', periodMs, 'a number of milliseconds above 0');
  }
  return { name, clock, intensity, periodMs };
}

/** The refusal of one flag. */
export function invalidFlag(
  supervisor: string,
  flag: string,
  value: unknown,
  wanted: string,
): SupervisorError {
  return new SupervisorError(
    'invalid_supervisor_flags',
    `supervisor ${show(supervisor)}: ${flag} must be ${wanted}, not ${show(value)}`,
  );
}
