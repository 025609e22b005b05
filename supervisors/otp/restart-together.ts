/**
 * Restarts of children that depend on each other (`one_for_all`, `rest_for_one`): those concerned are stopped in
 * reverse order and started in order. Temporary ones are stopped, not started, and forgotten.
 */
import { type ChildExit, failureExit } from './child.js';
import type { Slot, SlotKeeper } from './child-slot.js';
import type { Report } from './report.js';
import type { AskRestart } from './restart.js';

export interface TogetherOptions {
  readonly strategy: 'one_for_all' | 'rest_for_one';
  /** All slots, in start order. */
  readonly slots: Slot[];
  readonly keeper: SlotKeeper;
  readonly ask: AskRestart;
  readonly report: Report;
  readonly ending: () => boolean;
}

/**
 * Restarts what `first`, whose child has ended, takes with it. When one of them does not start, `rest_for_one` goes
 * on from that one, `one_for_all` begins again; each such turn is a restart. One that is terminated on the way
 * stays down, and the others are started without it.
 */
export async function restartTogether(first: Slot, exit: ChildExit, options: TogetherOptions): Promise<void> {
  const { strategy, slots, keeper, ask, report, ending } = options;
  const concerned = (from: Slot) =>
    strategy === 'one_for_all' ? [...slots] : slots.slice(slots.indexOf(from));
  if (!ask(first, exit)) return;
  // Also those that were terminated or ended for good before: OTP starts them too.
  for (const slot of concerned(first)) if (slot.run === undefined) slot.status = 'restarting';

  for (let from: Slot | undefined = first; ; ) {
    if (from !== undefined) await takeDown(concerned(from), slots, keeper, ending);
    const failure = await startWaiting([...slots], keeper, ending);
    if (failure === undefined || ending()) return;
    const why = failureExit(failure.cause);
    report('start_error', failure.slot.spec, why);
    if (failure.slot.status === 'restarting') await keeper.pause(failure.slot);
    // Terminated meanwhile: the rest is started without it, at no charge.
    from = failure.slot.status === 'restarting' ? failure.slot : undefined;
    if (ending() || (from !== undefined && !ask(from, why))) return;
  }
}

async function takeDown(
  concerned: Slot[],
  slots: Slot[],
  keeper: SlotKeeper,
  ending: () => boolean,
): Promise<void> {
  for (const slot of concerned.reverse()) {
    if (ending()) return;
    if (slot.run === undefined) continue;
    await keeper.stop(slot);
    if (slot.spec.restart === 'temporary') slots.splice(slots.indexOf(slot), 1);
    else slot.status = 'restarting';
  }
}

async function startWaiting(
  waiting: readonly Slot[],
  keeper: SlotKeeper,
  ending: () => boolean,
): Promise<{ slot: Slot; cause: unknown } | undefined> {
  for (const slot of waiting) {
    if (ending()) return undefined;
    if (slot.status !== 'restarting') continue;
    const outcome = await keeper.start(slot);
    if (outcome.kind === 'failed') return { slot, cause: outcome.cause };
  }
  return undefined;
}
