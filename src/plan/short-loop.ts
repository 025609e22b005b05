/**
 * The least length of a loop. Every turn takes a decoder of its own, and starting one takes about a tenth of a second
 * of a processor: a loop of a single frame would start thirty a second and starve all channels of the machine.
 */
import { type Format, tickMs } from '../../supervisors/channel/format.js';
import { PlanError, type Timeline } from '../../supervisors/channel/plan.js';

const SHORTEST_TURN_MS = 500;

/**
 * Answers the timeline itself.
 * @throws PlanError `invalid_plan` when it loops and one turn is shorter than half a second
 */
export function withoutShortLoop(timeline: Timeline, format: Format): Timeline {
  const turnMs = Math.round(timeline.turnFrames * tickMs(format));
  if (!timeline.loop || turnMs >= SHORTEST_TURN_MS) return timeline;
  throw new PlanError(
    'invalid_plan',
    `one turn of the loop lasts ${turnMs} ms and must last at least ${SHORTEST_TURN_MS}; name a longer file, or air it ` +
      'from a plan that gives its segments more time (segment_duration_ms)',
  );
}
