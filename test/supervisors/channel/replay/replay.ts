/**
 * Replays a path in a real channel: what causes an event is done in the world around it, and the event itself is left
 * to come. Nothing else may come, the machine must be where the path says, and what airs must agree.
 */
import type { Test } from 'tap';
import type { ChannelEvent } from '../../../../machines/channel-events.js';
import { type ChannelSnapshotOf, channelMachine } from '../../../../machines/channel-machine.js';
import { inlineChannel } from '../../../support/inline-channel.js';
import { isOnSchedule, mayAir } from './on-air.js';
import { type Path, transitionsFor } from './paths.js';
import { createStage } from './stage.js';
import { comesByItself, LIMITS, newChannel } from './world.js';
import { toleranceMs } from './world-time.js';

/** An event that the machine has taken. */
interface Taken {
  readonly before: ChannelSnapshotOf;
  readonly event: ChannelEvent;
  readonly after: ChannelSnapshotOf;
}

/** Decoders fail because the path says so, never because they keep somebody waiting. */
const PATIENT = { stallMs: 1e9, firstFrameMs: 1e9, maxLagMs: 1e9 };
/** No path waits longer for an event: the longest wait is a probe's, for room in the window. */
const AT_MOST_MS = 61_000;
/** How long a replay goes on after its path. */
const LAST_TICKS = 3;

/** Answers the names of the transitions that the real machine has taken. */
export async function replay(t: Test, path: Path): Promise<string[]> {
  const air = await inlineChannel(t, { plans: {}, settings: PATIENT });
  const stage = createStage(air);
  const log = recordEvents(t);
  const names: string[] = [];
  let before = newChannel();
  let sinceMs = air.clock.nowMs();
  const checkAired = (untilMs: number, what: string) => {
    const expected = mayAir(before);
    const between = air.aired.filter(({ atMs }) => atMs > sinceMs && atMs < untilMs);
    const wrong = between.filter(({ source }) => !expected.includes(source));
    t.same(wrong, [], `until ${what}, ${expected.join(' or ')} airs`);
  };
  for (const { step, channel } of path) {
    const what = `${step.type} (${step.by})`;
    if (!comesByItself(step)) {
      t.same(typesOf(log), [], `nothing comes before ${what}`);
      stage.act(step);
    }
    await air.runUntil(() => log.length > 0, AT_MOST_MS);
    const [taken] = log.splice(0, 1) as [Taken];
    const { atMs } = taken.event;
    t.equal(taken.event.type, step.type, `${what} comes`);
    t.same(essence(taken.after), essence(channel.machine), `${what} leads where the path says`);
    const offMs = atMs - sinceMs - (channel.world.nowMs - before.world.nowMs);
    t.ok(isExact(taken) && Math.abs(offMs) <= toleranceMs(before, step), `${what} comes in its time`);
    checkAired(atMs, what);
    names.push(...transitionsFor(taken.before, taken.event));
    before = channel;
    sinceMs = atMs;
    await stage.settle(step);
  }
  await air.runTicks(LAST_TICKS);
  checkAired(air.clock.nowMs(), 'the end');
  t.same(typesOf(log), [], 'nothing comes after the path');
  const ticks = air.aired.map(({ tick }) => tick);
  t.same(ticks, [...ticks.keys()], 'every tick has aired, and once');
  t.equal(air.channel.stats.ticksMissed, 0);
  t.same(
    air.aired.filter((tick) => !isOnSchedule(tick, air)),
    [],
    'content is what the schedule names',
  );
  return names;
}

/** Writes down what the machine of the channel takes, from wherever it comes; a timer may not even go off in vain. */
function recordEvents(t: Test): Taken[] {
  const log: Taken[] = [];
  const { transition } = channelMachine;
  channelMachine.transition = (before, event, scope) => {
    const after = transition(before, event, scope);
    const isTimers = event.type === 'retry.due' || event.type === 'stable.reached';
    const isTaken = channelMachine.getTransitionData(before, event).length > 0;
    if (isTaken || isTimers) log.push({ before, event, after });
    return after;
  };
  t.teardown(() => {
    channelMachine.transition = transition;
  });
  return log;
}

const typesOf = (log: readonly Taken[]) => log.map(({ event }) => event.type);

/** All of a machine that does not depend on the exact time of things. */
function essence({ value, context }: ChannelSnapshotOf) {
  const { restarts, retryAtMs, reason: _reason, sinceMs: _sinceMs, limits: _limits, ...rest } = context;
  return { value, ...rest, restarts: restarts.length, retryWaits: retryAtMs !== null };
}

/** A timer goes off neither early nor late. */
function isExact({ before, event }: Taken): boolean {
  const { retryAtMs, sinceMs } = before.context;
  if (event.type === 'retry.due') return event.atMs === retryAtMs;
  return event.type !== 'stable.reached' || event.atMs === sinceMs + LIMITS.stableMs;
}
