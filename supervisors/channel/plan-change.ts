/**
 * One request for another plan, from the call to the tick on which the plan takes over, or to the reason why it
 * does not. Until then nothing of what is on air is touched.
 */
import { deferred } from '../deferred.js';
import type { MasterClock, Timer } from '../master-clock.js';
import type { Program } from './program.js';

export interface PlanChangeOutcome {
  readonly success: boolean;
  /** Empty on success. */
  readonly errorMessage: string;
}

export class PlanChange {
  readonly planHandle: string;
  readonly requestedAtMs: number;
  readonly outcome: Promise<PlanChangeOutcome>;
  /** What those are told who have asked for the same plan meanwhile. */
  again: Promise<PlanChangeOutcome> | undefined;
  /** Set once the plan is resolved and its decoder ordered. */
  program: Program | undefined;
  /** The outcome is known. An armed plan's is, before it is on air. */
  settled = false;

  readonly #abort = new AbortController();
  readonly #outcome = deferred<PlanChangeOutcome>();
  readonly #deadline: Timer;

  /** @param late what is said when the time is over */
  constructor(planHandle: string, clock: MasterClock, timeoutMs: number, late?: string) {
    this.planHandle = planHandle;
    this.requestedAtMs = clock.nowMs();
    this.outcome = this.#outcome.promise;
    this.#deadline = clock.at(this.requestedAtMs + timeoutMs, () => {
      const what = this.program === undefined ? 'could not be read and checked' : 'gave no frame';
      this.fail(
        late ?? `plan ${JSON.stringify(planHandle)} ${what} within ${timeoutMs} ms; the old plan stays`,
      );
    });
  }

  /** Aborted when nobody waits for the plan any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  succeed(): void {
    this.#finish({ success: true, errorMessage: '' });
  }

  fail(errorMessage: string): void {
    this.#finish({ success: false, errorMessage });
    this.#abort.abort();
  }

  #finish(outcome: PlanChangeOutcome): void {
    if (this.settled) return;
    this.settled = true;
    this.#deadline.cancel();
    this.#outcome.resolve(outcome);
  }
}

/** Why a plan is refused whose last segment has ended. */
export function overReason(planHandle: string): string {
  return `plan ${JSON.stringify(planHandle)} is over: its last segment has ended; name a plan that is still to air`;
}
