/**
 * One asset that is decoded beside what is on air, from LoadPreview until SwitchToLive puts it there, or until
 * something ends it before. It takes no part in what airs.
 */
import { deferred } from '../deferred.js';
import type { MasterClock, Timer } from '../master-clock.js';
import type { PlanChangeOutcome } from './plan-change.js';
import type { Program } from './program.js';
import { shownHandle } from './shown-handle.js';

export class Preview {
  readonly assetPath: string;
  /** What came of LoadPreview. */
  readonly outcome: Promise<PlanChangeOutcome>;
  /** The asset as a plan of one segment; set once it is proven and its decoder ordered. */
  program: Program | undefined;
  /** Its first frames wait. */
  loaded = false;
  /** Why it can never air; empty while it can. */
  failure = '';

  readonly #abort = new AbortController();
  readonly #outcome = deferred<PlanChangeOutcome>();
  readonly #deadline: Timer;

  /** @param onLate called when it has not been loaded within `timeoutMs` */
  constructor(assetPath: string, clock: MasterClock, timeoutMs: number, onLate: () => void) {
    this.assetPath = assetPath;
    this.outcome = this.#outcome.promise;
    this.#deadline = clock.at(clock.nowMs() + timeoutMs, onLate);
  }

  /** Aborted when nobody waits for it any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The asset's name for messages that people read. */
  get shownPath(): string {
    return shownHandle(this.assetPath);
  }

  succeed(): void {
    this.loaded = true;
    this.#deadline.cancel();
    this.#outcome.resolve({ success: true, errorMessage: '' });
  }

  fail(errorMessage: string): void {
    this.failure = errorMessage;
    this.#deadline.cancel();
    this.#outcome.resolve({ success: false, errorMessage });
    this.#abort.abort();
  }
}
