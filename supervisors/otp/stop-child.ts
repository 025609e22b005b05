/**
 * The ladder by which one child is stopped: ask, wait, kill, wait. OTP's kill cannot fail; ours can (a process in a dead
 * file system, a bug), so the last wait is limited too, and a child that outlives it is let go of and named.
 */
import type { MasterClock } from '../master-clock.js';
import { type Child, type ChildExit, exitOf } from './child.js';
import type { CompleteChildSpec } from './child-spec.js';
import { reasonOf } from './describe.js';
import type { Why } from './report.js';
import { waitFor } from './wait.js';

/** How long a killed child may take to be gone. A supervisor has to kill others first, so it may take longer. */
export const KILL_GRACE_MS: Readonly<Record<CompleteChildSpec['type'], number>> = {
  worker: 1000,
  supervisor: 5000,
};

/** One life of a child. */
export interface Run {
  readonly child: Child;
  /** Never rejects; `exit` is set before it resolves. */
  readonly exited: Promise<ChildExit>;
  exit: ChildExit | undefined;
}

/** Why a stop was not as it should be. */
export interface StopFailure extends Why {
  readonly stillRunning: boolean;
}

export function createRun(child: Child): Run {
  const exited = exitOf(child.exited).then((exit) => {
    run.exit = exit;
    return exit;
  });
  const run: Run = { child, exited, exit: undefined };
  return run;
}

/**
 * Takes a child down the ladder. `killed` skips the asking and cuts the waiting short: the supervisor itself was
 * killed. Resolves to undefined if the child ended as it should; never rejects.
 */
export async function stopChild(
  run: Run,
  spec: CompleteChildSpec,
  clock: MasterClock,
  killed: AbortSignal,
): Promise<StopFailure | undefined> {
  const { shutdown } = spec;
  const problems: Why[] = [];
  if (shutdown !== 'brutal_kill' && run.exit === undefined && !killed.aborted) {
    const refused = attempt('stop', () => run.child.stop()).then((problem) => {
      if (problem === undefined) return run.exited;
      problems.push(problem);
      return undefined;
    });
    const answered = await waitFor(Promise.race([run.exited, refused]), shutdown, clock, killed);
    if (!answered && !killed.aborted) {
      problems.push({ reason: `not stopped within ${shutdown} ms of being asked` });
    }
  }
  // Ending abnormally is a failure of the stop: whatever the child had to tidy up, it did not.
  if (run.exit !== undefined) {
    return run.exit.kind === 'abnormal' ? { ...run.exit, stillRunning: false } : undefined;
  }
  const killProblem = attempt('kill', () => run.child.kill());
  const graceMs = KILL_GRACE_MS[spec.type];
  if (await waitFor(run.exited, graceMs, clock)) {
    return problems.length === 0 ? undefined : failureOf([...problems, { reason: 'killed' }], false);
  }
  const outlived = { reason: `still running ${graceMs} ms after it was killed` };
  const refusal = await Promise.race([killProblem, undefined]);
  return failureOf([...problems, ...(refusal === undefined ? [] : [refusal]), outlived], true);
}

function failureOf(problems: readonly Why[], stillRunning: boolean): StopFailure {
  const cause = problems.find((problem) => problem.cause !== undefined)?.cause;
  return {
    reason: problems.map(({ reason }) => reason).join('; '),
    ...(cause === undefined ? {} : { cause }),
    stillRunning,
  };
}

/** Calls now; resolves to what went wrong, never rejects. */
async function attempt(name: string, call: () => unknown): Promise<Why | undefined> {
  try {
    await call();
    return undefined;
  } catch (cause) {
    return { reason: `${name}() failed: ${reasonOf(cause)}`, cause };
  }
}
