/**
 * What the engine remembers of a channel for its next host: the plan and its place in the schedule, the plan that is
 * promised for later, when ticks are due, the window of restarts, and what an operator has taken off the air. It follows what hosts tell.
 */
import type { ChannelReport } from '../channel/channel-event.js';
import type { PlanCopy } from '../channel/plan.js';
import { orderAfter, type PlanOrder } from '../channel/plan-order.js';
import type { StartOrder } from './host-protocol.js';
import { RestartWindow } from './restart-window.js';

/** A plan that a host has armed, as it was then. */
export interface PromisedPlan {
  readonly planHandle: string;
  readonly promised: PlanCopy | undefined;
}

export class ChannelMemory {
  /** Survives plans, stops and hosts: the contract's five a minute are the channel id's. */
  readonly window = new RestartWindow();
  #planHandle = '';
  #order: PlanOrder = { planHandle: '', startTick: undefined };
  #armed: (PromisedPlan & { readonly planHash: string }) | undefined;
  #operatorSlateSinceUtcMs: number | undefined;
  #epochMs = 0;

  /** The plan on air, or asked for by the last start; empty before any. */
  get planHandle(): string {
    return this.#planHandle;
  }

  /** The plan that is promised for later; a host that takes over is asked for it again. */
  get armed(): PromisedPlan | undefined {
    if (this.#armed === undefined) return undefined;
    const { planHandle, promised } = this.#armed;
    return { planHandle, promised };
  }

  /** The channel goes on air, from the beginning of a plan. @param epochMs when its tick 0 is due, monotonic */
  begin(planHandle: string, epochMs: number): void {
    this.#planHandle = planHandle;
    this.#order = { planHandle, startTick: undefined };
    this.#armed = undefined;
    this.#operatorSlateSinceUtcMs = undefined;
    this.#epochMs = epochMs;
  }

  follow(report: ChannelReport): void {
    if (report.event === 'restart') this.window.follow(report.restarts);
    if (report.event === 'first_attempt') this.window.lastFirstAttemptMs = report.atMs;
    this.#order = orderAfter(this.#order, report);
    if (report.event === 'plan_on_air') this.#planHandle = report.planHandle;
    if (report.event === 'operator_slate') this.#operatorSlateSinceUtcMs = report.sinceUtcMs;
    if (report.event === 'operator_return') this.#operatorSlateSinceUtcMs = undefined;
    if (report.event === 'plan_armed') {
      const { planHandle, planHash } = report;
      // The next host arms the same plan again.
      const promised = this.#armed?.planHash === planHash ? this.#armed.promised : undefined;
      this.#armed = { planHandle, planHash, promised };
    }
    if (report.event === 'plan_copied' && report.planHash === this.#armed?.planHash)
      this.#armed = { ...this.#armed, promised: report.copy };
    const past = report.event === 'plan_on_air' || report.event === 'plan_disarmed';
    if (past && report.planHandle === this.#armed?.planHandle) this.#armed = undefined;
  }

  /** What the next host is told. */
  orderFor(channelId: number, port: number): StartOrder {
    const { restarts, lastFirstAttemptMs } = this.window;
    return {
      channelId,
      port,
      epochMs: this.#epochMs,
      order: this.#order,
      restarts,
      lastFirstAttemptMs,
      operatorSlateSinceUtcMs: this.#operatorSlateSinceUtcMs,
    };
  }
}
