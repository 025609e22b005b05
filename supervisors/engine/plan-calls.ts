/** Requests for a change of what a channel airs, by the schedule or an operator, that a host has not answered yet. */
import type { PlanChangeOutcome } from '../channel/plan-change.js';
import type { SwitchOutcome } from '../channel/preview-desk.js';
import type { PlanCall, ToHost } from './host-protocol.js';
import { type PendingOutcome, pendingOutcome } from './pending-outcome.js';

export class PlanCalls {
  #calls = 0;
  readonly #pending = new Map<number, PendingOutcome<SwitchOutcome> & { readonly type: PlanCall['type'] }>();

  /** Sends one; resolves to the host's answer, or to what {@link endAll} says in its place. */
  async ask(send: (message: ToHost) => void, what: PlanCall): Promise<SwitchOutcome> {
    const call = ++this.#calls;
    const pending = { ...pendingOutcome<SwitchOutcome>(), type: what.type };
    this.#pending.set(call, pending);
    send({ ...what, call });
    const outcome = await pending.outcome;
    this.#pending.delete(call);
    return outcome;
  }

  /** Resolves when the requests for another plan that have been made so far are answered. */
  async plansAnswered(): Promise<void> {
    const plans = [...this.#pending.values()].filter(({ type }) => type === 'update');
    await Promise.all(plans.map(({ outcome }) => outcome));
  }

  answered(call: number, outcome: SwitchOutcome): void {
    this.#pending.get(call)?.settle(outcome);
  }

  /** Nobody will answer any more. */
  endAll(outcome: PlanChangeOutcome): void {
    for (const { settle } of this.#pending.values()) settle(outcome);
  }
}
