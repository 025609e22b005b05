/**
 * The kill switch of a supervisor: pulled once, it cuts short everything that is being waited for, at once. Each that
 * waits has a signal of its own, for there may be any number of them, and Node takes more than ten listeners on one
 * signal for a leak and says so on stderr.
 */

export interface KillSwitch {
  readonly pulled: boolean;
  pull(): void;
  /** Runs something that waits, with a signal that fires when the switch is pulled, or has fired if it was. */
  guard<T>(run: (killed: AbortSignal) => Promise<T>): Promise<T>;
}

export function createKillSwitch(): KillSwitch {
  const waiting = new Set<AbortController>();
  let pulled = false;
  return {
    get pulled() {
      return pulled;
    },
    pull() {
      pulled = true;
      for (const controller of waiting) controller.abort();
    },
    async guard(run) {
      const controller = new AbortController();
      if (pulled) controller.abort();
      waiting.add(controller);
      try {
        return await run(controller.signal);
      } finally {
        waiting.delete(controller);
      }
    },
  };
}
