/** The model's sense of time: what comes by itself, and when. */
import type { ChannelSnapshotOf } from '../../../../machines/channel-machine.js';
import { LOOK_EVERY_MS } from '../../../../supervisors/channel/asset-look.js';
import { SETTINGS } from '../../../support/inline-channel.js';
import type { Cause, Channel, Step, World } from './world.js';
import { slotOf, TICK_MS } from './world-plans.js';

/** How long a full queue lasts, and one that is enough to be ready. */
export const QUEUE_MS = SETTINGS.queueFrames * TICK_MS;
const READY_MS = SETTINGS.readyFrames * TICK_MS;
/** What takes no time in the model takes less than this in the world. */
export const AT_ONCE_MS = 250;

interface Deadline {
  readonly step: Step;
  readonly atMs: number;
}

/** By how much the world may be later than the model with a step. */
export function toleranceMs({ machine }: Channel, { type }: Step): number {
  // Slate that is up stays for a while.
  const waits = type === 'threshold.reached' && machine.context.fillerAired;
  return AT_ONCE_MS + (waits ? SETTINGS.slateMinMs : 0);
}

/** What comes by itself, in order of time. */
export function deadlines({ machine, world }: Channel): Deadline[] {
  const found: Deadline[] = [];
  const add = (type: Step['type'], by: Cause, atMs: number | null | undefined) => {
    if (atMs != null && Number.isFinite(atMs)) found.push({ step: { type, by }, atMs });
  };
  if (world.ended) return found;
  add('retry.due', 'time', machine.context.retryAtMs);
  add('stable.reached', 'time', world.stableMs);
  add('queue.dry', 'time', dryMs(machine, world));
  const [atSlotEnd] = atSlot(machine, world).events;
  if (atSlotEnd !== undefined) add(atSlotEnd, 'slot', slotMs(world));
  return found.sort((a, b) => a.atMs - b.atMs);
}

/** When a tick will be owed content and have none. It is told once, until content is back. */
function dryMs({ context }: ChannelSnapshotOf, world: World): number | undefined {
  const { startMs, attempt, nowMs, stagedMs } = world;
  const supplied = attempt === 'running' || attempt === 'over' || attempt === 'none';
  if (context.fillerAired || startMs === undefined || supplied) return undefined;
  return Math.max(startMs, nowMs) + stagedMs;
}

/** What the schedule brings next: the plan's beginning, or the end of the segment, and what follows it at once. */
export function atSlot(
  machine: ChannelSnapshotOf,
  world: World,
): { events: Step['type'][]; change: Partial<World> } {
  const { plan, segment, attempt, nowMs, startMs, stagedMs } = world;
  if (plan === undefined || startMs === undefined) return { events: [], change: {} };
  const events: Step['type'][] = [];
  if (nowMs < startMs) {
    if (machine.context.condition === 'NoScheduledContent') events.push('schedule.resumed');
    const enough = attempt === 'running' || attempt === 'over' || stagedMs > READY_MS;
    if (machine.value === 'buffering' && enough) events.push('threshold.reached');
    return { events, change: {} };
  }
  if (slotOf(plan, segment) === undefined) return { events: [], change: {} };
  const inError = machine.hasTag('error');
  if (inError) events.push('segment.due');
  const next = slotOf(plan, segment + 1);
  if (next === undefined) {
    events.push('schedule.empty');
    return { events, change: { segment: segment + 1, attempt: 'none' } };
  }
  if (next.missing) {
    events.push('segment.unusable');
    return { events, change: { segment: segment + 1, attempt: 'failed', stagedMs: 0 } };
  }
  // Its decoder was started long before; of one that is late there is no talk here.
  if (machine.value !== 'ready') events.push('threshold.reached');
  return { events, change: { segment: segment + 1, attempt: 'running', stagedMs: QUEUE_MS } };
}

/** Time goes on to `atMs`; a segment's end that is no event is passed. */
export function pass({ machine, world }: Channel, atMs: number): World {
  const { nowMs, startMs, attempt, stagedMs } = world;
  const onAirMs = startMs === undefined ? 0 : Math.max(0, atMs - Math.max(nowMs, startMs));
  const left = attempt === 'running' ? stagedMs : Math.max(0, stagedMs - onAirMs);
  const moved = slotMs(world) <= atMs ? atSlot(machine, world) : { events: [], change: {} };
  return { ...world, stagedMs: left, ...(moved.events.length === 0 && moved.change), nowMs: atMs };
}

export function timeOf(channel: Channel, { type, by }: Step): number {
  const { nowMs } = channel.world;
  if (by === 'hold') return nowMs + QUEUE_MS;
  if (by === 'asset found') return Math.max(nowMs, (channel.world.unusableMs ?? nowMs) + LOOK_EVERY_MS);
  if (by !== 'time' && by !== 'slot') return nowMs;
  const due = deadlines(channel).find(({ step }) => step.type === type && step.by === by);
  if (due === undefined) throw new Error(`${type} is not to come`);
  return Math.max(due.atMs, nowMs);
}

/** When the plan begins, or else when the segment ends; infinite where neither is known. */
function slotMs(world: World): number {
  const { startMs, nowMs } = world;
  return startMs !== undefined && nowMs < startMs ? startMs : endMs(world);
}

/** When the segment ends. */
export function endMs({ plan, startMs, segment }: World): number {
  const slot = plan === undefined || startMs === undefined ? undefined : slotOf(plan, segment);
  return slot === undefined || startMs === undefined ? Number.POSITIVE_INFINITY : startMs + slot.endMs;
}

/** The coming tick is owed something, or will be as soon as there is something to begin with. */
export function isScheduled({ plan, startMs, nowMs, segment }: World): boolean {
  if (plan === undefined) return false;
  return startMs === undefined || (startMs <= nowMs && slotOf(plan, segment) !== undefined);
}
