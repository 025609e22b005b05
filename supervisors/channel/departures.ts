/**
 * Decoders that are on their way out: nobody waits for them in passing, but the channel's end does.
 */
export interface Departures {
  /** @param leaving resolves to the pids of processes that would not die */
  add(leaving: Promise<readonly number[]>): void;
  /** Resolves once all are gone, to the pids of those that would not. */
  all(): Promise<number[]>;
}

export function createDepartures(): Departures {
  const leaving = new Set<Promise<readonly number[]>>();
  return {
    add(one) {
      const tracked = one.finally(() => leaving.delete(tracked));
      leaving.add(tracked);
    },
    all: async () => (await Promise.all(leaving)).flat(),
  };
}
