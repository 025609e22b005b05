/**
 * A MasterClock that moves only when a test says so. Timers run in the order of their due times, and while one
 * runs the clock shows exactly its due time, so that chains of timers behave as they would in real life.
 */
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** More timers than any test needs in one step: past it something re-arms itself for ever without time passing. */
const MAX_TIMERS_PER_STEP = 1_000_000;

interface Pending extends Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

export class FakeClock implements MasterClock {
  #nowMs: number;
  #utcOffsetMs: number;
  readonly #pending: Pending[] = [];

  /** @param startMs monotonic time at first, @param utcMs wall clock at that moment. */
  constructor(startMs = 0, utcMs = 0) {
    this.#nowMs = startMs;
    this.#utcOffsetMs = utcMs - startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  utcMs(): number {
    return this.#nowMs + this.#utcOffsetMs;
  }

  at(dueMs: number, run: () => void): Timer {
    const timer: Pending = { dueMs, run, cancel: () => this.#remove(timer) };
    const later = this.#pending.findIndex((other) => other.dueMs > dueMs);
    this.#pending.splice(later < 0 ? this.#pending.length : later, 0, timer);
    return timer;
  }

  /** How many timers wait. */
  get pendingTimers(): number {
    return this.#pending.length;
  }

  /** When the next timer is due; infinity while none waits. */
  get nextDueMs(): number {
    return this.#pending[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Moves time by `ms` and runs every timer that becomes due, those they create included; promises do not settle in between. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let count = 0; this.#runNext(untilMs); count += 1) refuseEndless(count);
    this.#nowMs = untilMs;
  }

  /** As {@link advance}, but lets promises (and one round of I/O) settle before, between and after the timers. */
  async run(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let count = 0; this.#runNext(untilMs); count += 1) {
      refuseEndless(count);
      await settle();
    }
    this.#nowMs = untilMs;
    await settle();
  }

  /** Time passes while nothing runs, as if the process had been held up; what is overdue runs with the next step. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** The system's wall clock jumps; monotonic time does not. */
  stepUtc(ms: number): void {
    this.#utcOffsetMs += ms;
  }

  #runNext(untilMs: number): boolean {
    const next = this.#pending[0];
    if (next === undefined || next.dueMs > untilMs) return false;
    this.#pending.shift();
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    next.run();
    return true;
  }

  #remove(timer: Pending): void {
    const index = this.#pending.indexOf(timer);
    if (index >= 0) this.#pending.splice(index, 1);
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function refuseEndless(count: number): void {
  if (count >= MAX_TIMERS_PER_STEP)
    throw new Error('FakeClock: timers re-arm each other without time passing');
}
