/**
 * A small model of what a channel lives in: which events can come to its machine next, and which must come first.
 * Without it, paths through the machine alone would be full of nonsense: frames of decoders that were never started,
 * a queue that runs dry an hour late. It knows of time, because most of what happens is a matter of which deadline
 * comes first: the retry, the end of the staged frames, the end of the segment.
 *
 * Together with the machine it is a transition system of its own for `xstate/graph` to walk. Nothing in here is taken
 * on trust: every path is replayed against the real source supervisor, which must agree with it event by event.
 */
import { transition } from 'xstate';
import type { ChannelEvent } from '../../../../machines/channel-events.js';
import { type ChannelSnapshotOf, channelMachine } from '../../../../machines/channel-machine.js';
import { budgetRemaining } from '../../../../machines/restart-policy.js';
import {
  type Channel,
  comesByItself,
  FIRST_FRAMES,
  LIMITS,
  type Step,
  UPDATE_FRAMES,
  type World,
} from './world.js';
import { LATER_MS, type PlanName, TICK_MS } from './world-plans.js';
import {
  AT_ONCE_MS,
  atSlot,
  deadlines,
  endMs,
  isScheduled,
  pass,
  QUEUE_MS,
  timeOf,
  toleranceMs,
} from './world-time.js';

/** Deadlines nearer to each other than this have no certain order. */
const NEAR_MS = 150;
/** A restart is aimed ahead of the air; so near the end of its segment none is made. */
const AIM_MS = 600;

/** Everything that can come next. */
export function possible(channel: Channel): Step[] {
  const { machine, world } = channel;
  const [following] = world.following;
  if (following !== undefined) return [{ type: following, by: 'itself' }];
  const [first, second] = deadlines(channel);
  if (first === undefined) return atWill(machine, world, Number.POSITIVE_INFINITY);
  const uncertain = second !== undefined && second.atMs - first.atMs < NEAR_MS;
  const inVain = first.step.type === 'retry.due' && endMs(world) - first.atMs < AIM_MS;
  if (uncertain || inVain) return [];
  const spareMs = first.atMs - world.nowMs - NEAR_MS;
  return [first.step, ...(spareMs < AT_ONCE_MS ? [] : atWill(machine, world, spareMs))];
}

/** What comes before anything else could. */
export function atOnce(channel: Channel): Step | undefined {
  const [next, ...others] = possible(channel);
  if (next === undefined || others.length > 0 || !comesByItself(next)) return undefined;
  return timeOf(channel, next) - channel.world.nowMs < AT_ONCE_MS ? next : undefined;
}

/** What somebody or something may do now, with `spareMs` to spare before anything comes by itself. */
function atWill(machine: ChannelSnapshotOf, world: World, spareMs: number): Step[] {
  if (world.ended) return [];
  const steps: Step[] = [
    { type: 'channel.stop', by: 'stop' },
    { type: 'budget.reset', by: 'reset' },
  ];
  const { attempt } = world;
  if (machine.value === 'stopped') {
    for (const plan of ['lasting', 'ending', 'gap', 'missing', 'later', 'unknown'] as const) {
      steps.push({ type: 'channel.start', by: `start ${plan}` });
    }
    return steps;
  }
  if (machine.value === 'ready') {
    // An attempt that has given everything can neither die nor be late.
    const incomplete = attempt === 'running' && endMs(world) - world.nowMs > QUEUE_MS + NEAR_MS;
    if (incomplete) steps.push({ type: 'decoder.lost', by: 'crash' });
    if (incomplete && spareMs > QUEUE_MS + AT_ONCE_MS) steps.push({ type: 'queue.dry', by: 'hold' });
    return steps;
  }
  steps.push({ type: 'plan.adopted', by: 'update' });
  const found: Step = { type: 'asset.found', by: 'asset found' };
  if (mayBeFound(machine, world, timeOf({ machine, world }, found), spareMs)) steps.push(found);
  if (machine.value === 'buffering') {
    const alive = attempt === 'open' || attempt === 'held' || attempt === 'running';
    if (alive) steps.push({ type: 'decoder.lost', by: 'crash' });
    const frames: Step = { type: 'threshold.reached', by: 'frames' };
    if (alive && isScheduled(world) && spareMs > toleranceMs({ machine, world }, frames)) steps.push(frames);
  } else if (attempt === 'open' && world.plan === undefined) {
    steps.push({ type: 'plan.unusable', by: 'plan unknown' }, { type: 'plan.adopted', by: 'plan found' });
  } else if (attempt === 'open') {
    steps.push(
      { type: 'decoder.delivered', by: 'frames' },
      { type: 'decoder.lost', by: 'crash' },
      { type: 'segment.unusable', by: 'asset missing' },
      { type: 'segment.due', by: 'asset over' },
    );
  }
  return steps;
}

/** Slate airs for want of an asset, and there is time to look for it once more, and for a restart. */
function mayBeFound(machine: ChannelSnapshotOf, world: World, foundMs: number, spareMs: number): boolean {
  const { retryAtMs, restarts } = machine.context;
  if (!machine.hasTag('unhealthy') || world.unusableMs === undefined || retryAtMs === null) return false;
  if (foundMs - world.nowMs > spareMs || endMs(world) - foundMs < AIM_MS) return false;
  return budgetRemaining(restarts, foundMs, LIMITS) > 0;
}

/** The channel after a step that is {@link possible}. */
export function after(channel: Channel, step: Step): Channel {
  const atMs = timeOf(channel, step);
  const event = { type: step.type, atMs, random: 0, reason: '' } as ChannelEvent;
  const [machine] = transition(channelMachine, channel.machine, event);
  const passed = { ...pass(channel, atMs), following: channel.world.following.slice(1) };
  const changed = step.by === 'slot' ? slotTaken(channel) : consequences(passed, step, machine);
  const world = { ...passed, ...changed };
  return { machine, world: { ...world, ...rules(channel.machine, machine, world) } };
}

function slotTaken({ machine, world }: Channel): Partial<World> {
  const { events, change } = atSlot(machine, world);
  return { ...change, following: events.slice(1) };
}

/** What the step itself changes in the world. */
function consequences(world: World, { type, by }: Step, machine: ChannelSnapshotOf): Partial<World> {
  switch (type) {
    case 'channel.start':
      return started(world, by.slice('start '.length) as PlanName);
    case 'channel.stop':
      return { following: ['channel.stopped'], ended: true };
    case 'plan.adopted':
      return by === 'update' ? updated(world) : { plan: 'unknown', attempt: 'open' };
    case 'threshold.reached':
      return {
        startMs: world.startMs ?? world.nowMs,
        ...(world.attempt !== 'over' && { attempt: 'running', stagedMs: QUEUE_MS }),
      };
    case 'decoder.delivered':
      return machine.value === 'ready'
        ? { attempt: 'running', stagedMs: QUEUE_MS }
        : { attempt: 'held', stagedMs: world.stagedMs + FIRST_FRAMES * TICK_MS };
    case 'stable.reached':
      return { stableMs: undefined };
    case 'queue.dry':
      return { stagedMs: 0, ...(by === 'hold' && { attempt: 'held' }) };
    case 'asset.found':
      return { following: ['retry.due', 'decoder.delivered'] };
    case 'retry.due':
      return { attempt: 'open' };
    case 'segment.due':
      return { attempt: 'over', following: isScheduled(world) ? ['threshold.reached'] : [] };
    case 'segment.unusable':
      return { attempt: 'failed', unusableMs: world.nowMs };
    case 'decoder.lost':
    case 'plan.unusable':
      return { attempt: 'failed', unusableMs: undefined };
    default:
      return {};
  }
}

function started(world: World, plan: PlanName): Partial<World> {
  if (plan === 'unknown') return { following: ['plan.unusable'] };
  if (plan === 'missing') return { plan, attempt: 'failed', following: ['segment.unusable'] };
  if (plan !== 'later') return { plan, attempt: 'open' };
  return { plan, startMs: world.nowMs + LATER_MS, attempt: 'running', stagedMs: QUEUE_MS };
}

function updated(world: World): Partial<World> {
  const stagedMs = UPDATE_FRAMES * TICK_MS;
  return { plan: 'update', startMs: world.nowMs, segment: 0, attempt: 'held', stagedMs };
}

/** What holds whatever the step was. */
function rules(before: ChannelSnapshotOf, machine: ChannelSnapshotOf, world: World): Partial<World> {
  const { nowMs, plan, following } = world;
  const ready = machine.value === 'ready';
  const stableMs = !ready ? undefined : before.value === 'ready' ? world.stableMs : nowMs + LIMITS.stableMs;
  // Where its first segment cannot be had, a plan's clock runs all the same.
  const startMs =
    world.startMs ?? (plan !== undefined && machine.hasTag('unhealthy') ? nowMs + TICK_MS : undefined);
  const unsaid = machine.value === 'buffering' && machine.context.condition !== 'NoScheduledContent';
  return {
    stableMs,
    startMs,
    ...(unsaid &&
      plan !== undefined &&
      !isScheduled(world) &&
      following.length === 0 && { following: ['schedule.empty'] }),
  };
}
