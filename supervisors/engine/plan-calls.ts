/** Requests for another plan that a host has been sent and not answered yet. */
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import type { ToHost } from './host-protocol.js';
import { type PendingOutcome, pendingOutcome } from './pending-outcome.js';

export class PlanCalls {
  #calls = 0;
  readonly #pending = new Map<number, PendingOutcome>();

  /** Sends one; resolves to the host's answer, or to what {@link endAll} says in its place. */
  async ask(send: (message: ToHost) => void, planHandle: string): Promise<PlanChangeOutcome> {
    const call = ++this.#calls;
    const pending = pendingOutcome();
    this.#pending.set(call, pending);
    send({ type: 'update', call, planHandle });
    const outcome = await pending.outcome;
    this.#pending.delete(call);
    return outcome;
  }

  answered(call: number, outcome: PlanChangeOutcome): void {
    this.#pending.get(call)?.settle(outcome);
  }

  /** Nobody will answer any more. */
  endAll(outcome: PlanChangeOutcome): void {
    for (const { settle } of this.#pending.values()) settle(outcome);
  }
}
