/**
 * Paths through the channel machine in its world, made by `xstate/graph`: one to every kind of step there is, as short
 * as can be. A kind is a transition of the machine, why its event comes, and the circumstances in which it does.
 */
import { fromTransition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { ChannelEvent } from '../../../../machines/channel-events.js';
import { type ChannelSnapshotOf, channelMachine } from '../../../../machines/channel-machine.js';
import { budgetRemaining } from '../../../../machines/restart-policy.js';
import { transitionsOf } from '../../../support/machine-transitions.js';
import { type Channel, comesByItself, LIMITS, newChannel, type Step } from './world.js';
import { after, atOnce, possible } from './world-model.js';

/** A step, and the channel as the model has it afterwards. */
export interface PathStep {
  readonly step: Step;
  readonly channel: Channel;
}

export type Path = readonly PathStep[];

/** Far more than there are; reached only if {@link situation} told apart what never comes back. */
const MOST_STEPS = 100_000;

const names = new Map(transitionsOf(channelMachine).map(({ name, definition }) => [definition, name]));

/** The names of the transitions that the machine takes for an event. */
export function transitionsFor(machine: ChannelSnapshotOf, event: ChannelEvent): string[] {
  return channelMachine.getTransitionData(machine, event).flatMap((taken) => names.get(taken) ?? []);
}

/** What makes two moments of a channel the same one: all that decides what can come next, and what it leads to. */
function situation({ machine, world }: Channel): string {
  const { condition, fillerAired, wasReady, stable, consecutive, retryAtMs, restarts } = machine.context;
  const { plan, startMs, nowMs, segment, attempt, following, ended } = world;
  const inARow = LIMITS.maxConsecutive - consecutive;
  const restartsLeft = Math.max(0, Math.min(inARow, budgetRemaining(restarts, nowMs, LIMITS)));
  const begun = startMs === undefined ? 'undecided' : startMs <= nowMs;
  const seen = [machine.value, condition, fillerAired, wasReady, stable, retryAtMs !== null, restartsLeft];
  return JSON.stringify([...seen, plan, begun, segment, attempt, following, ended]);
}

function kindOf({ machine, world }: Channel, step: Step): string {
  const { nowMs } = after({ machine, world }, step).world;
  const event = { type: step.type, atMs: nowMs, random: 0, reason: '' } as ChannelEvent;
  const taken = transitionsFor(machine, event);
  if (taken.length === 0) throw new Error(`the model sends ${step.type} where the machine does not take it`);
  const { fillerAired, stable } = machine.context;
  return JSON.stringify([machine.value, taken, step.by, world.attempt, fillerAired, stable]);
}

function kindsOf(path: Path): string[] {
  return path.map(({ step }, i) => kindOf(path[i - 1]?.channel ?? newChannel(), step));
}

/**
 * Follows steps from the start, and then time, until something comes by itself and what follows from it at once. Undefined
 * where one of the steps is not possible.
 */
function follow(steps: readonly Step[]): Path | undefined {
  let channel = newChannel();
  const path: PathStep[] = [];
  const take = (step: Step | undefined) => {
    if (step === undefined) return;
    channel = after(channel, step);
    path.push({ step, channel });
  };
  const takeAllAtOnce = () => {
    while (atOnce(channel) !== undefined) take(atOnce(channel));
  };
  for (const step of steps) {
    if (!possible(channel).some(({ type, by }) => type === step.type && by === step.by)) return undefined;
    take(step);
  }
  takeAllAtOnce();
  take(possible(channel).find(comesByItself));
  takeAllAtOnce();
  return path;
}

/** Paths that together take every kind of step; none is the beginning of another. */
export function generatePaths(): Path[] {
  const logic = fromTransition((channel: Channel, step: Step) => after(channel, step), newChannel());
  const ways = getShortestPaths(logic, {
    events: ({ context }) => possible(context),
    serializeState: ({ context }) => situation(context),
    limit: MOST_STEPS,
  });
  const shortest = new Map<string, Path>();
  for (const { state, steps } of ways.sort((a, b) => a.weight - b.weight)) {
    for (const next of possible(state.context)) {
      const kind = kindOf(state.context, next);
      if (shortest.has(kind)) continue;
      // Situations that count as the same differ a little in time: the way is walked again to make sure.
      const path = follow([...steps.slice(1).map(({ event }) => event), next]);
      if (path !== undefined && kindsOf(path).includes(kind)) shortest.set(kind, path);
    }
  }
  const chosen: Path[] = [];
  const covered = new Set<string>();
  // The longest first: it takes what the shorter ones would.
  for (const [kind, path] of [...shortest].reverse()) {
    if (covered.has(kind)) continue;
    chosen.push(path);
    for (const each of kindsOf(path)) covered.add(each);
  }
  return chosen.reverse();
}
