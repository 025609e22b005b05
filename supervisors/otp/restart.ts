/**
 * What an exit leads to. A supervisor asks three things in turn: is the child to be restarted, may there be one more restart,
 * and did the new start succeed; as long as the last answer is no, it asks again from the second.
 */
import { type ChildExit, failureExit } from './child.js';
import type { Slot, SlotKeeper } from './child-slot.js';
import { show } from './describe.js';
import type { Lifecycle } from './lifecycle.js';
import { REACHED_MAX_RESTART_INTENSITY, type Report } from './report.js';
import { createRestartIntensity } from './restart-intensity.js';
import { SupervisorError } from './supervisor-error.js';
import type { CompleteFlags } from './supervisor-flags.js';

/** Whether a child that ended like this is restarted; reports the end if it was not to be expected. */
export function isToRestart(slot: Slot, exit: ChildExit, report: Report): boolean {
  const { restart } = slot.spec;
  const expected = exit.kind !== 'abnormal' && restart !== 'permanent';
  if (!expected) report('child_terminated', slot.spec, exit);
  return !expected && restart !== 'temporary';
}

/**
 * Asks for one restart; if it is one too many the supervisor ends, keeping what brought it there. One that ends already
 * (a hook for reports may stop it, say) makes none.
 */
export type AskRestart = (slot: Slot, why: ChildExit) => boolean;

export function createAskRestart(flags: CompleteFlags, report: Report, lifecycle: Lifecycle): AskRestart {
  const { name, intensity, periodMs, clock } = flags;
  const window = createRestartIntensity(intensity, periodMs);
  return (slot, why) => {
    if (lifecycle.ending()) return false;
    if (window.allow(clock.nowMs())) return true;
    slot.status = 'stopped';
    const child = show(slot.spec.id);
    const cause = new SupervisorError(
      'reached_max_restart_intensity',
      `supervisor ${show(name)} gave up: more than ${intensity} restarts in ${periodMs} ms, the last needed by child ${child}: ${lastWords(why)}`,
      { cause: why.cause },
    );
    report('shutdown', slot.spec, { reason: REACHED_MAX_RESTART_INTENSITY, cause });
    lifecycle.end({ kind: 'shutdown', reason: REACHED_MAX_RESTART_INTENSITY, cause });
    return false;
  };
}

/** Restarts one child, its siblings untouched, until it runs, is terminated, or the supervisor gives up. */
export async function restartAlone(
  slot: Slot,
  exit: ChildExit,
  keeper: SlotKeeper,
  ask: AskRestart,
  report: Report,
): Promise<void> {
  for (let why = exit; ; ) {
    if (!ask(slot, why)) return;
    slot.status = 'restarting';
    const outcome = await keeper.start(slot);
    if (outcome.kind !== 'failed') return;
    why = failureExit(outcome.cause);
    report('start_error', slot.spec, why);
    // It may be terminated, or the supervisor be stopped, at any moment of this.
    if (slot.status === 'restarting') await keeper.pause(slot);
    if (slot.status !== 'restarting') return;
  }
}

/** A child supervisor that gave up says no more than that; what counts is what brought it there. */
function lastWords(exit: ChildExit): string {
  const { reason, cause } = exit;
  return cause instanceof SupervisorError && cause.message !== reason
    ? `${reason}: ${cause.message}`
    : reason;
}
