/**
 * What must hold between keys that are each valid by themselves. A configuration that breaks one of these would
 * start, and fail in a way that nobody would trace back to it.
 */

import { backoffDelayMs, DEFAULT_RESTART_LIMITS } from '../../machines/restart-policy.js';
import { RESERVED_SLOTS } from '../../supervisors/channel/channel-settings.js';
import type { ConfigInFile } from './config-schema.js';

/** A rule that is broken: the keys that together break it, and what to do. */
export interface CrossProblem {
  readonly keys: readonly string[];
  readonly message: string;
}

const TERMS_SHOWN = 6;

/** Every rule that `config` breaks. */
export function crossChecks(config: ConfigInFile): CrossProblem[] {
  return [
    ...queueProblems(config),
    ...poolProblems(config),
    ...backoffProblems(config),
    ...storeProblems(config),
  ];
}

function queueProblems({ queue }: ConfigInFile): CrossProblem[] {
  if (queue.ready_frames <= queue.frames) return [];
  return [
    {
      keys: ['queue.ready_frames', 'queue.frames'],
      message: `must be <= queue.frames (${queue.ready_frames} > ${queue.frames}), or no channel could become ready`,
    },
  ];
}

/** A consumer's share of the pool must never eat into what a plan swap needs. */
function poolProblems({ queue, output }: ConfigInFile): CrossProblem[] {
  const least = RESERVED_SLOTS + output.consumer_max_pinned_frames;
  if (queue.preparing_frames >= least) return [];
  return [
    {
      keys: ['queue.preparing_frames', 'output.consumer_max_pinned_frames'],
      message: `must be >= ${RESERVED_SLOTS} + output.consumer_max_pinned_frames (${queue.preparing_frames} < ${least}), or lagging consumers could keep an UpdatePlan from its frames`,
    },
  ];
}

/**
 * If the restarts of a whole budget took longer than its window, the budget could never be spent, and a decoder that
 * dies for ever would be restarted for ever. The slowest case counts: every restart delayed, with full jitter.
 */
function backoffProblems({ decoder: { backoff, restarts } }: ConfigInFile): CrossProblem[] {
  const limits = {
    ...DEFAULT_RESTART_LIMITS,
    backoffBaseMs: backoff.base_ms,
    backoffMaxMs: backoff.max_ms,
    backoffJitter: backoff.jitter,
  };
  const delaysMs = Array.from({ length: restarts.max }, (_, step) => backoffDelayMs(step, 1, limits));
  const totalMs = Math.ceil(delaysMs.reduce((sum, delayMs) => sum + delayMs, 0));
  if (totalMs < restarts.window_ms) return [];
  const terms = delaysMs.slice(0, TERMS_SHOWN).map((delayMs) => `${Math.ceil(delayMs)}`);
  const sum = [...terms, ...(delaysMs.length > TERMS_SHOWN ? ['...'] : [])].join(' + ');
  return [
    {
      keys: [
        'decoder.restarts.window_ms',
        'decoder.restarts.max',
        'decoder.backoff.base_ms',
        'decoder.backoff.max_ms',
        'decoder.backoff.jitter',
      ],
      message:
        `must be longer than its restarts can take: ${restarts.max} restarts wait ${sum} = ${totalMs} ms, the window ` +
        `is ${restarts.window_ms} ms, so the budget could never be spent; raise decoder.restarts.window_ms above ` +
        `${totalMs}, or lower decoder.restarts.max, decoder.backoff.base_ms or decoder.backoff.max_ms`,
    },
  ];
}

/** Whoever waits for UpdatePlan is to hear what is wrong with the store, not that time was up. */
function storeProblems({ plans, channels }: ConfigInFile): CrossProblem[] {
  if (plans.url_template === null || plans.timeout_ms < channels.update_timeout_ms) return [];
  return [
    {
      keys: ['plans.timeout_ms', 'channels.update_timeout_ms', 'plans.url_template'],
      message: `must be < channels.update_timeout_ms (${plans.timeout_ms} >= ${channels.update_timeout_ms}), or UpdatePlan would be given up before the store is`,
    },
  ];
}
