/**
 * The operator's restart of the decoder whose frames are needed next: it is killed, and the channel machine decides
 * about another one as about every decoder that was lost. So it counts against the restart budget, and is refused
 * where that is spent.
 */
import { budgetRemaining, nextRestartSlotMs } from '../../machines/restart-policy.js';
import { deferred } from '../deferred.js';
import type { MasterClock } from '../master-clock.js';
import type { ChannelSettings } from './channel-settings.js';
import type { MachineRunner } from './machine-runner.js';
import type { PlanChangeOutcome } from './plan-change.js';
import type { Program } from './program.js';
import type { Source } from './source.js';

export interface OperatorRestartOptions {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly machine: MachineRunner;
  readonly desk: { readonly live: Program | undefined };
}

interface Asked {
  readonly source: Source;
  /** The attempts that had been made when it was asked for. */
  readonly attempts: number;
  readonly outcome: Promise<PlanChangeOutcome>;
  readonly settle: (outcome: PlanChangeOutcome) => void;
}

export class OperatorRestart {
  readonly #options: OperatorRestartOptions;
  #asked: Asked | undefined;

  constructor(options: OperatorRestartOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the new decoder has given its first frame, or with the reason why none did. A call while one is
   * under way shares its outcome.
   */
  ask(): Promise<PlanChangeOutcome> {
    if (this.#asked !== undefined) return this.#asked.outcome;
    const head = this.#options.desk.live?.head;
    const refusal = this.#refusal(head);
    if (head === undefined || refusal !== undefined) return Promise.resolve(failure(refusal ?? ''));
    const { promise: outcome, resolve: settle } = deferred<PlanChangeOutcome>();
    this.#asked = { source: head, attempts: head.attempts, outcome, settle };
    head.giveUp({ kind: 'operator', reason: 'was restarted by an operator' });
    return outcome;
  }

  /** Whether it has come to something. Called once per tick, and when a decoder has given its first frame. */
  look(): void {
    if (this.#asked === undefined) return;
    const { source, attempts } = this.#asked;
    if (source.status === 'closed') {
      this.#answer(
        failure(
          'its segment was over, or something else took the air, before its decoder had given a frame; what airs now has a decoder of its own',
        ),
      );
    } else if (source.attempts > attempts) {
      if (source.deliveredFrames > 0 || source.finished) this.#answer({ success: true, errorMessage: '' });
      else if (source.loss !== undefined) this.#answer(failure(`the new one failed: ${source.lossText}`));
    }
  }

  close(): void {
    this.#answer(failure('the channel was stopped'));
  }

  #answer(outcome: PlanChangeOutcome): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.settle(outcome);
  }

  #refusal(head: Source | undefined): string | undefined {
    const { settings, clock, machine } = this.#options;
    const { restarts: limits } = settings;
    const { restarts, consecutive, retryAtMs } = machine.snapshot.context;
    const nowMs = clock.nowMs();
    if (retryAtMs !== null) {
      const sooner = machine.snapshot.hasTag('unhealthy') ? '; ResetBudget has it tried at once' : '';
      const why = head?.loss === undefined ? '' : `: ${head.lossText}`;
      return `no decoder runs${why}; the next attempt comes in ${seconds(retryAtMs - nowMs)}${sooner}`;
    }
    if (head === undefined) return 'no decoder runs: nothing is scheduled that one could decode';
    if (head.status !== 'decoding') {
      return head.status === 'opening'
        ? 'no decoder runs: one is just being started'
        : `no decoder runs: ${head.lossText}`;
    }
    if (budgetRemaining(restarts, nowMs, limits) === 0) {
      const inMs = nextRestartSlotMs(restarts, nowMs, limits) - nowMs;
      return `the restart budget is spent: the next restart is possible in ${seconds(inMs)}; ResetBudget gives all of them back at once`;
    }
    if (consecutive >= limits.maxConsecutive || machine.snapshot.hasTag('unhealthy')) {
      return `the channel has had ${consecutive} restarts without being ready for ${seconds(limits.stableMs)} in between; wait until it has been, or call ResetBudget`;
    }
    return undefined;
  }
}

function failure(errorMessage: string): PlanChangeOutcome {
  return { success: false, errorMessage };
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.ceil(ms / 1000))} s`;
}
