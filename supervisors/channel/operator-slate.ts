/**
 * The operator's slate: while it is taken, slate airs whatever is decided for a tick. What is decided goes on being
 * decided beneath it: the schedule, its decoders and the channel machine do not notice, so that the plan is where it
 * would have been when the operator returns to it. It is no fault.
 */
import type { MasterClock } from '../master-clock.js';
import type { Airing } from './airing.js';
import type { ChannelReport } from './channel-event.js';
import type { ChannelStats } from './channel-stats.js';
import type { PlanChangeOutcome } from './plan-change.js';

const DONE: PlanChangeOutcome = { success: true, errorMessage: '' };
const STOPPED: PlanChangeOutcome = { success: false, errorMessage: 'the channel was stopped' };

export interface OperatorSlateOptions {
  readonly clock: MasterClock;
  readonly stats: ChannelStats;
  readonly report: (report: ChannelReport) => void;
  /** Since when an earlier host of the channel has aired it, UTC; null: it has not. */
  readonly sinceUtcMs: number | null;
}

export class OperatorSlate {
  readonly #options: OperatorSlateOptions;
  #sinceUtcMs: number | null;
  /** What is wanted differs from what airs until the next tick. */
  #wanted: boolean;
  #waiting: ((outcome: PlanChangeOutcome) => void)[] = [];
  /** No content has aired since, so there is no frame to hold. */
  #nothingToHold = false;

  constructor(options: OperatorSlateOptions) {
    this.#options = options;
    this.#sinceUtcMs = options.sinceUtcMs;
    this.#wanted = options.sinceUtcMs !== null;
  }

  /** When it was first on air, UTC; null while it is not. */
  get sinceUtcMs(): number | null {
    return this.#sinceUtcMs;
  }

  /** It airs, or does from the next tick on. */
  get taken(): boolean {
    return this.#wanted;
  }

  /** Resolves once it airs, or is not wanted any more. */
  take(): Promise<PlanChangeOutcome> {
    return this.#want(true);
  }

  /** Resolves once what is decided airs again, or slate is wanted after all. */
  giveBack(): Promise<PlanChangeOutcome> {
    return this.#want(false);
  }

  /** What airs of what was decided for this tick. Called once per tick. */
  over(decided: Airing): Airing {
    this.#follow();
    if (this.#wanted) {
      this.#nothingToHold = true;
      if (decided.source === 'content') {
        decided.slot.release();
        this.#options.stats.dropped('operator_slate', 1);
      }
      return { source: 'operator_slate' };
    }
    if (decided.source === 'content') this.#nothingToHold = false;
    return decided.source === 'hold' && this.#nothingToHold ? { source: 'slate' } : decided;
  }

  /** No more ticks come. */
  close(): void {
    this.#answer(STOPPED);
  }

  #want(wanted: boolean): Promise<PlanChangeOutcome> {
    // The later of two calls counts. Asking for what airs is answered at once; the call that was undone with it, on the
    // next tick, as all that wait are.
    this.#wanted = wanted;
    if (wanted === (this.#sinceUtcMs !== null)) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #follow(): void {
    const { clock, report } = this.#options;
    const airs = this.#sinceUtcMs !== null;
    if (this.#wanted && !airs) {
      this.#sinceUtcMs = Math.round(clock.utcMs());
      report({ event: 'operator_slate', sinceUtcMs: this.#sinceUtcMs });
    } else if (!this.#wanted && this.#sinceUtcMs !== null) {
      report({ event: 'operator_return', sinceUtcMs: this.#sinceUtcMs });
      this.#sinceUtcMs = null;
    }
    if (this.#waiting.length > 0) this.#answer(DONE);
  }

  #answer(outcome: PlanChangeOutcome): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(outcome);
  }
}
