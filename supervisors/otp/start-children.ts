/** The first start of a supervisor's children. */
import { failureExit } from './child.js';
import { forgetTemporary } from './child-orders.js';
import type { Slot, SlotKeeper } from './child-slot.js';
import type { Refusals } from './refusals.js';
import type { Report } from './report.js';
import { abortStarts } from './stop-children.js';
import type { SupervisorError } from './supervisor-error.js';

/**
 * Starts one after the other until one fails or `signal` fires, and resolves to why it did not get to the end.
 * Nothing is undone here.
 */
export async function startInOrder(
  slots: Slot[],
  keeper: SlotKeeper,
  report: Report,
  refusals: Refusals,
  signal: AbortSignal | undefined,
): Promise<SupervisorError | undefined> {
  const abort = () => abortStarts(slots, keeper);
  signal?.addEventListener('abort', abort);
  try {
    for (const slot of [...slots]) {
      const outcome = signal?.aborted ? ({ kind: 'aborted' } as const) : await keeper.start(slot);
      if (outcome.kind === 'running') continue;
      slot.status = 'stopped';
      if (outcome.kind === 'failed') report('start_error', slot.spec, failureExit(outcome.cause));
      if (outcome.kind !== 'ignored') return refusals.notStarted(slot.spec.id, outcome);
      forgetTemporary(slots, slot);
    }
    return undefined;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
