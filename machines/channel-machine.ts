/**
 * The channel machine: the lifecycle of one channel, and the only place that decides whether and when a lost
 * decoder is started again. It is pure. Times and random numbers come in its events; what it wants done goes out
 * as emitted effects, which the source supervisor carries out and answers with further events.
 *
 * What its states mean stands with each of them; docs/channel-machine.md is made from this file and shows the whole
 * (`npm run docs:machine`). It has no transition that cannot happen: generated paths take every one of them in the
 * real source supervisor (test/supervisors/channel/machine-paths.test.ts).
 */
import { assign, emit, type SnapshotFrom, setup } from 'xstate';
import type { ChannelEffect, ChannelEvent } from './channel-events.js';
import {
  backoffDelayMs,
  budgetRemaining,
  nextRestartSlotMs,
  type RestartLimits,
  restartsInWindow,
} from './restart-policy.js';

/** Why the channel is on slate or has nothing to air, as a condition for alerts. */
export type ChannelCondition = 'NoScheduledContent' | 'BudgetExhausted' | 'Unusable';

export interface ChannelContext {
  readonly limits: RestartLimits;
  /** Monotonic times of the restarts that may still count; outlives plans, stops and hosts. */
  readonly restarts: readonly number[];
  /** Restarts in a row since the channel was last stable. */
  readonly consecutive: number;
  /** Exponent of the next backoff. */
  readonly backoffStep: number;
  /** The channel has been ready for `stableMs`: the next restart is immediate. */
  readonly stable: boolean;
  /** Filler has aired since the channel was last ready: content returns only once the ready threshold is staged. */
  readonly fillerAired: boolean;
  /** The channel was ready when its decoder was lost; with no filler aired since, one frame makes it ready again. */
  readonly wasReady: boolean;
  /** When the pending restart is due, monotonic; null: none is pending. */
  readonly retryAtMs: number | null;
  readonly condition: ChannelCondition | null;
  /** The last loss or refusal in words; kept until the channel is ready again. */
  readonly reason: string;
  /** When the current state was entered, monotonic. */
  readonly sinceMs: number;
}

export interface ChannelInput {
  readonly limits: RestartLimits;
  /** Restarts of earlier hosts of this channel. */
  readonly restarts: readonly number[];
  readonly atMs: number;
}

export type ChannelSnapshotOf = SnapshotFrom<typeof channelMachine>;

export const channelMachine = setup({
  types: {
    context: {} as ChannelContext,
    events: {} as ChannelEvent,
    emitted: {} as ChannelEffect,
    input: {} as ChannelInput,
    tags: {} as 'stopped' | 'buffering' | 'ready' | 'error' | 'unhealthy',
  },
  guards: {
    mayRestart: ({ context, event }) =>
      budgetRemaining(context.restarts, event.atMs, context.limits) > 0 &&
      context.consecutive < context.limits.maxConsecutive,
    /**
     * The window need not be asked again: a retry is planned for a time at which it has room, and until then no
     * other restart is counted.
     */
    retryIsDue: ({ context, event }) => context.retryAtMs !== null && event.atMs >= context.retryAtMs,
    /** If not, the attempt is under way. */
    retryWaits: ({ context }) => context.retryAtMs !== null,
    /** What waits for its time may come sooner, as far as the window allows. */
    mayRetryNow: ({ context, event }) =>
      context.retryAtMs !== null && budgetRemaining(context.restarts, event.atMs, context.limits) > 0,
    unnoticed: ({ context }) => context.wasReady && !context.fillerAired,
  },
  actions: {
    noteState: assign({ sinceMs: ({ event }) => event.atMs }),
    noteReason: assign({
      reason: ({ event, context }) => ('reason' in event ? event.reason : context.reason),
    }),
    noteFiller: assign({ fillerAired: true }),
    /** What aired before is nothing to the content that takes over now: it returns with its first frame. */
    forgetFiller: assign({ fillerAired: false }),
    notReady: assign({ wasReady: false }),
    clearCondition: assign({ condition: null }),
    nothingScheduled: assign({ condition: 'NoScheduledContent' }),
    exhausted: assign({ condition: 'BudgetExhausted' }),
    unusable: assign({ condition: 'Unusable' }),
    onAir: assign({ fillerAired: false, wasReady: true, condition: null, reason: '' }),
    becameStable: assign({ stable: true, consecutive: 0, backoffStep: 0 }),
    /** The first restart of a stable decoder is immediate; later ones back off. */
    planRetry: assign(({ context, event }) => {
      if (event.type !== 'decoder.lost') return {};
      const delayMs = context.stable ? 0 : backoffDelayMs(context.backoffStep, event.random, context.limits);
      return {
        retryAtMs: event.atMs + delayMs,
        stable: false,
        backoffStep: context.stable ? 0 : context.backoffStep + 1,
      };
    }),
    /** On slate: try again slowly, and never beyond the window. */
    planProbe: assign(({ context, event }) => ({
      retryAtMs: Math.max(
        event.atMs + context.limits.probeMs,
        nextRestartSlotMs(context.restarts, event.atMs, context.limits),
      ),
      stable: false,
    })),
    planRetryNow: assign(({ event }) => ({ retryAtMs: event.atMs })),
    scheduleRetry: emit(({ context, event }) => ({
      type: 'retry.schedule' as const,
      dueMs: context.retryAtMs ?? event.atMs,
    })),
    dropRetry: assign({ retryAtMs: null }),
    cancelRetry: emit({ type: 'retry.cancel' }),
    countRestart: assign(({ context, event }) => ({
      restarts: [...restartsInWindow(context.restarts, event.atMs, context.limits.windowMs), event.atMs],
      consecutive: context.consecutive + 1,
      retryAtMs: null,
    })),
    startRetry: emit({ type: 'retry.start' }),
    forgetRestarts: assign({ restarts: [], consecutive: 0, backoffStep: 0 }),
    watchStability: emit(({ context, event }) => ({
      type: 'stable.schedule' as const,
      dueMs: event.atMs + context.limits.stableMs,
    })),
    stopWatchingStability: emit({ type: 'stable.cancel' }),
  },
}).createMachine({
  id: 'channel',
  initial: 'stopped',
  context: ({ input }) => ({
    limits: input.limits,
    restarts: input.restarts,
    consecutive: 0,
    backoffStep: 0,
    stable: false,
    fillerAired: false,
    wasReady: false,
    retryAtMs: null,
    condition: null,
    reason: '',
    sinceMs: input.atMs,
  }),
  on: {
    'budget.reset': { actions: 'forgetRestarts' },
    'channel.stop': { target: '.stopping' },
  },
  states: {
    stopped: {
      description: 'Off the air.',
      tags: ['stopped'],
      entry: 'noteState',
      on: {
        'channel.start': { target: 'buffering' },
      },
    },
    buffering: {
      description:
        'Content is owed and not enough is staged (start, underrun), or none is scheduled now (condition `NoScheduledContent`: plan not begun, plan over).',
      tags: ['buffering'],
      entry: ['noteState', 'notReady'],
      on: {
        'threshold.reached': { target: 'ready' },
        'queue.dry': { actions: 'noteFiller' },
        'schedule.empty': { actions: 'nothingScheduled' },
        'schedule.resumed': { actions: 'clearCondition' },
        'plan.adopted': { actions: ['clearCondition', 'forgetFiller'] },
        'plan.unusable': { target: '#channel.error.slate', actions: ['noteReason', 'unusable'] },
        'segment.unusable': { target: '#channel.error.slate', actions: ['noteReason', 'unusable'] },
        'decoder.lost': [
          {
            guard: 'mayRestart',
            target: '#channel.error.recovering',
            actions: ['noteReason', 'planRetry', 'scheduleRetry'],
          },
          { target: '#channel.error.slate', actions: ['noteReason', 'exhausted'] },
        ],
      },
    },
    ready: {
      description: 'What the schedule asks for is on air, a pad included.',
      tags: ['ready'],
      entry: ['noteState', 'onAir', 'watchStability'],
      exit: 'stopWatchingStability',
      on: {
        'queue.dry': { target: 'buffering', actions: 'noteFiller' },
        'schedule.empty': { target: 'buffering', actions: 'nothingScheduled' },
        'segment.unusable': { target: '#channel.error.slate', actions: ['noteReason', 'unusable'] },
        'stable.reached': { actions: 'becameStable' },
        'decoder.lost': [
          {
            guard: 'mayRestart',
            target: '#channel.error.recovering',
            actions: ['noteReason', 'planRetry', 'scheduleRetry'],
          },
          { target: '#channel.error.slate', actions: ['noteReason', 'exhausted'] },
        ],
      },
    },
    error: {
      description: 'A decoder is lost, or the plan or the segment on air cannot be used.',
      tags: ['error'],
      entry: 'noteState',
      exit: ['dropRetry', 'cancelRetry'],
      initial: 'recovering',
      on: {
        'queue.dry': { actions: 'noteFiller' },
        'plan.adopted': { target: 'buffering', actions: ['clearCondition', 'forgetFiller'] },
        'segment.due': { target: 'buffering', actions: ['clearCondition', 'forgetFiller'] },
        'schedule.resumed': { actions: 'clearCondition' },
      },
      states: {
        recovering: {
          description: 'Its restart waits or starts; staged frames go on airing, then filler.',
          on: {
            'retry.due': { guard: 'retryIsDue', actions: ['countRestart', 'startRetry'] },
            'decoder.delivered': [
              { guard: 'unnoticed', target: '#channel.ready' },
              { target: '#channel.buffering' },
            ],
            'decoder.lost': [
              { guard: 'mayRestart', actions: ['noteReason', 'planRetry', 'scheduleRetry'] },
              { target: 'slate', actions: ['noteReason', 'exhausted'] },
            ],
            'segment.unusable': { target: 'slate', actions: ['noteReason', 'unusable'] },
            'plan.unusable': { target: 'slate', actions: ['noteReason', 'unusable'] },
          },
        },
        slate: {
          description:
            'The budget is spent or the plan unusable: slate airs, and a slow probe goes on trying.',
          tags: ['unhealthy'],
          entry: ['planProbe', 'scheduleRetry'],
          on: {
            'retry.due': { guard: 'retryIsDue', actions: ['countRestart', 'startRetry'] },
            'decoder.delivered': { target: '#channel.buffering', actions: 'clearCondition' },
            'decoder.lost': { target: 'slate', reenter: true, actions: 'noteReason' },
            'segment.unusable': { target: 'slate', reenter: true, actions: 'noteReason' },
            'plan.unusable': { target: 'slate', reenter: true, actions: 'noteReason' },
            'asset.found': { guard: 'mayRetryNow', actions: ['planRetryNow', 'scheduleRetry'] },
            'budget.reset': [
              {
                guard: 'retryWaits',
                target: 'recovering',
                actions: ['forgetRestarts', 'clearCondition', 'planRetryNow', 'scheduleRetry'],
              },
              { target: 'recovering', actions: ['forgetRestarts', 'clearCondition'] },
            ],
          },
        },
      },
    },
    stopping: {
      description: 'StopChannel was called; decoders are on their way out.',
      tags: ['stopped'],
      entry: 'noteState',
      on: {
        'channel.stopped': { target: 'stopped' },
      },
    },
  },
});

/** The state as everyone sees it: the four words of the contract. */
export function seenState(snapshot: ChannelSnapshotOf): 'stopped' | 'buffering' | 'ready' | 'error' {
  if (snapshot.hasTag('ready')) return 'ready';
  if (snapshot.hasTag('buffering')) return 'buffering';
  return snapshot.hasTag('error') ? 'error' : 'stopped';
}

/** Where the machine is, as one word: `ready`, `error.slate`. */
export function stateName(value: ChannelSnapshotOf['value']): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([state, inner]) => `${state}.${inner}`)
    .join(' ');
}
