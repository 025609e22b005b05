/**
 * Runs a channel machine against the real world: puts times and random numbers into its events, and turns its
 * timer effects into timers of the MasterClock. Holds no rules of its own.
 */
import { createActor } from 'xstate';
import type { ChannelEvent } from '../../machines/channel-events.js';
import { type ChannelSnapshotOf, channelMachine, seenState } from '../../machines/channel-machine.js';
import type { RestartLimits } from '../../machines/restart-policy.js';
import type { MasterClock, Timer } from '../master-clock.js';
import type { ChannelState } from './snapshot.js';

type Timeless<E> = E extends unknown ? Omit<E, 'atMs' | 'random'> : never;

export interface MachineRunner {
  send(event: Timeless<ChannelEvent>): void;
  readonly snapshot: ChannelSnapshotOf;
  readonly state: ChannelState;
  /** Cancels its timers; the machine takes no further events. */
  stop(): void;
}

export function runChannelMachine(options: {
  readonly limits: RestartLimits;
  readonly restarts: readonly number[];
  readonly clock: MasterClock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The machine wants another attempt, now; it has been counted. */
  readonly onRetry: () => void;
  readonly onTransition: (snapshot: ChannelSnapshotOf, before: ChannelSnapshotOf, cause: string) => void;
}): MachineRunner {
  const { clock } = options;
  const actor = createActor(channelMachine, {
    input: { limits: options.limits, restarts: options.restarts, atMs: clock.nowMs() },
  });
  let retry: Timer | undefined;
  let stable: Timer | undefined;
  let cause = 'init';

  const send: MachineRunner['send'] = (event) => {
    const before = actor.getSnapshot();
    cause = event.type;
    actor.send({ ...event, atMs: clock.nowMs(), random: options.random() } as ChannelEvent);
    const after = actor.getSnapshot();
    if (JSON.stringify(before.value) !== JSON.stringify(after.value)) {
      options.onTransition(after, before, cause);
    }
  };

  actor.on('retry.schedule', ({ dueMs }) => {
    retry?.cancel();
    retry = clock.at(dueMs, () => send({ type: 'retry.due' }));
  });
  actor.on('retry.cancel', () => retry?.cancel());
  actor.on('retry.start', () => options.onRetry());
  actor.on('stable.schedule', ({ dueMs }) => {
    stable?.cancel();
    stable = clock.at(dueMs, () => send({ type: 'stable.reached' }));
  });
  actor.on('stable.cancel', () => stable?.cancel());
  actor.start();

  return {
    send,
    get snapshot() {
      return actor.getSnapshot();
    },
    get state() {
      return seenState(actor.getSnapshot());
    },
    stop() {
      retry?.cancel();
      stable?.cancel();
      actor.stop();
    },
  };
}
