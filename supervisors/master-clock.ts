/**
 * MasterClock is the engine's one source of time. Everything that measures, waits or schedules gets it
 * injected; tests hand in a fake. It is monotonic: no step of the system's wall clock moves it. Its origin is
 * the machine's, not the process's, so that times can cross from the engine to a host and back.
 */
export interface MasterClock {
  /** Monotonic time, in milliseconds with a fraction, since an origin that all processes of this machine share. */
  nowMs(): number;
  /** The system's wall clock: milliseconds since 1970-01-01 UTC. May step; never used to pace anything. */
  utcMs(): number;
  /**
   * Calls `run` once, at or soon after the monotonic time `dueMs`; a time in the past means as soon as
   * possible, never synchronously.
   */
  at(dueMs: number, run: () => void): Timer;
}

/** A pending call of {@link MasterClock.at}. Cancelling one that has run, or twice, does nothing. */
export interface Timer {
  cancel(): void;
}
