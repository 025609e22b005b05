/** What a viewer has to see, by the model and by the plans; written without a look at how the supervisor does it. */

import type { AiringSource } from '../../../../supervisors/channel/snapshot.js';
import type { Aired, InlineChannel } from '../../../support/inline-channel.js';
import type { Channel } from './world.js';
import { slotOf } from './world-plans.js';

/** What may air from now on until the next event. */
export function mayAir({ machine, world }: Channel): AiringSource[] {
  const { plan, startMs, nowMs, segment, attempt } = world;
  const inError = machine.hasTag('error');
  if (plan === undefined || startMs === undefined) return [inError ? 'slate' : 'pad'];
  if (plan === 'later' && startMs > nowMs) {
    // Its beginning is no event to a machine that has not said before that nothing is scheduled.
    return machine.context.condition === 'NoScheduledContent' ? ['pad'] : ['pad', 'content'];
  }
  if (slotOf(plan, segment) === undefined) return ['pad'];
  if (machine.hasTag('unhealthy') && (machine.context.fillerAired || startMs > nowMs)) return ['slate'];
  if (machine.context.fillerAired) return ['hold', 'slate'];
  return attempt === 'over' ? ['content', 'pad'] : ['content'];
}

/** Content shows the very frame that the plan on air names for its tick. */
export function isOnSchedule(
  { source, tick, asset, frame }: Aired,
  { reports, plans }: InlineChannel,
): boolean {
  if (source !== 'content') return true;
  const started = reports.flatMap((report) => (report.event === 'plan_on_air' ? report : []));
  const onAir = started.findLast(({ startTick }) => startTick <= tick);
  if (onAir === undefined) return false;
  let segmentFrame = tick - onAir.startTick;
  for (const [name, frames] of plans[onAir.planHandle]?.segments ?? []) {
    if (segmentFrame < frames) return name === asset && segmentFrame === frame;
    segmentFrame -= frames;
  }
  return false;
}
