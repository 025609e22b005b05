/**
 * A channel id's window of restarts as the engine remembers it, from plan to plan, stop to start and host to host.
 *
 * While a host runs, it counts and the window here follows what it tells. So an operator's reset is the host's to
 * make: it counts once the host has confirmed it, in the order in which the host tells of restarts, or once the host
 * is gone and its successor begins with the window of this place.
 */
export class RestartWindow {
  /** When something was last tried for the first time with the window spent; the cap on that is the channel id's, too. */
  lastFirstAttemptMs: number | undefined;
  #restarts: readonly number[] = [];
  #calls = 0;
  readonly #unconfirmed = new Map<number, () => void>();

  /** Monotonic milliseconds; some may be too old to count. What the next host begins with. */
  get restarts(): readonly number[] {
    return this.#restarts;
  }

  /** A host has counted a restart, and tells all that it counts now. */
  follow(restarts: readonly number[]): void {
    this.#restarts = restarts;
  }

  /** Empties the window; only while no host counts. */
  clear(): void {
    this.#restarts = [];
  }

  /** Has the host empty its window; resolves once it has, or is gone. */
  resetThrough(ask: (call: number) => void): Promise<void> {
    const call = ++this.#calls;
    return new Promise((resolve) => {
      this.#unconfirmed.set(call, resolve);
      ask(call);
    });
  }

  /** The host has emptied its window, and tells what it counts now. */
  confirmed(call: number, restarts: readonly number[]): void {
    this.#restarts = restarts;
    this.#unconfirmed.get(call)?.();
    this.#unconfirmed.delete(call);
  }

  /** The host is gone: what it was asked to empty and did not confirm is emptied here. */
  hostGone(): void {
    if (this.#unconfirmed.size === 0) return;
    this.clear();
    for (const resolve of this.#unconfirmed.values()) resolve();
    this.#unconfirmed.clear();
  }
}
