/** What a channel is to air, as it has to be remembered for whoever goes on with it. */
import type { ChannelReport } from './channel-event.js';
import type { PlanCopy } from './plan.js';

/** What a channel is asked to air, and where in its schedule an earlier host had been. */
export interface PlanOrder {
  readonly planHandle: string;
  /** The tick of the plan's frame 0, if the plan has been on air before. */
  readonly startTick: number | undefined;
  /** Of the plan as it was then; absent: it has not been on air. */
  readonly planHash?: string | undefined;
  /** The plan as it was then; absent: there is no copy, or it was not made yet. */
  readonly copy?: PlanCopy | undefined;
  /** An operator wants nothing of the schedule before this frame of the plan; absent: 0. */
  readonly skippedTo?: number | undefined;
}

/** What is to be remembered once this was told. */
export function orderAfter<Before extends PlanOrder | undefined>(
  order: Before,
  report: ChannelReport,
): PlanOrder | Before {
  switch (report.event) {
    case 'plan_on_air': {
      const { planHandle, planHash, startTick, skippedTo } = report;
      // The same plan at another time is copied already.
      const copy = order?.planHash === planHash ? order.copy : undefined;
      return { planHandle, planHash, startTick, copy, skippedTo };
    }
    case 'plan_copied':
      return order?.planHash === report.planHash ? { ...order, copy: report.copy } : order;
    case 'segment_skipped': {
      const { skippedTo } = report;
      return order === undefined || skippedTo === null ? order : { ...order, skippedTo };
    }
    default:
      return order;
  }
}
