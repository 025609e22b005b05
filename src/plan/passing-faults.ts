/**
 * Faults of plan and media storage that pass by themselves: a network mount that hiccups, too many open files, a
 * plan that its writer has not finished. They get three tries within a third of a second; everything else (a file
 * that is not there, a wrong plan) is definite and answers at once.
 */
import pRetry from 'p-retry';
import { PlanError } from '../../supervisors/channel/plan.js';

const PASSING_CODES: ReadonlySet<string> = new Set([
  'EAGAIN',
  'EBUSY',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'ETIMEDOUT',
]);

/** What the file system says where there is nothing by that name. */
const ABSENT_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/** A fault worth another try that no error code tells of. `verdict` is thrown if it does not pass. */
export class PassingFault extends Error {
  override readonly name = 'PassingFault';
  readonly verdict: PlanError;
  constructor(verdict: PlanError) {
    super(verdict.message);
    this.verdict = verdict;
  }
}

/** The system's code of a failed call (`ENOENT`), or undefined for any other error. */
export function ioCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the error says that nothing exists by that name. */
export function isAbsent(error: unknown): boolean {
  return ABSENT_CODES.has(ioCode(error) ?? '');
}

/**
 * Runs `attempt` up to three times while it fails with a fault that may pass (100 and 200 ms in between).
 * @throws PlanError `unavailable` when the fault did not pass or permission is missing (`what` names the thing
 *   in that message), the verdict of a {@link PassingFault}, the signal's reason, or the definite error as it is.
 */
export async function retryPassing<T>(
  what: string,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await pRetry(attempt, {
      retries: 2,
      minTimeout: 100,
      factor: 2,
      signal,
      shouldRetry: ({ error }) => error instanceof PassingFault || PASSING_CODES.has(ioCode(error) ?? ''),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof PassingFault) throw error.verdict;
    const code = ioCode(error);
    if (code === undefined || error instanceof PlanError) throw error;
    const remedy =
      code === 'EACCES' || code === 'EPERM'
        ? 'make it readable for the user that the engine runs as'
        : 'check the disk or mount it lies on, then try again';
    throw new PlanError('unavailable', `${what} cannot be read (${code}); ${remedy}`, { cause: error });
  }
}
