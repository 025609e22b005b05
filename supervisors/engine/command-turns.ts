/**
 * The order of one channel's commands: starts are carried out one after the other, what else may have to wait waits for
 * those that came before it, and a stop pre-empts all that waits or prepares.
 */
import { stoppedMeanwhile } from './answers.js';
import type { CommandOutcome, StartOutcome } from './channel-commands.js';

/** A start whose outcome is not known yet. */
interface PendingStart {
  readonly planHandle: string;
  readonly port: number;
  readonly outcome: Promise<StartOutcome>;
}

export class CommandTurns {
  readonly #channelId: number;
  #over: Promise<unknown> = Promise.resolve();
  /** The latest start, while it is under way; identical ones share its outcome. */
  #latest: PendingStart | undefined;
  /** Counts stops. */
  #stops = 0;

  constructor(channelId: number) {
    this.#channelId = channelId;
  }

  /** Settles when the starts so far are carried out, and what was stopped is gone. */
  get over(): Promise<unknown> {
    return this.#over;
  }

  /**
   * Has a start wait for its turn.
   * @param carryOut called when its turn has come; must not reject
   */
  start(planHandle: string, port: number, carryOut: () => Promise<StartOutcome>): Promise<StartOutcome> {
    const latest = this.#latest;
    if (latest?.planHandle === planHandle && latest.port === port) return latest.outcome;
    const outcome = this.#over.then(carryOut);
    this.#over = outcome;
    const mine = { planHandle, port, outcome };
    this.#latest = mine;
    void outcome.then(() => {
      if (this.#latest === mine) this.#latest = undefined;
    });
    return outcome;
  }

  /** Carries out, once the starts before it are over, what keeps no other command waiting. */
  async after<Outcome>(carryOut: () => Outcome | Promise<Outcome>): Promise<Outcome | CommandOutcome> {
    const preempted = this.preemption();
    await this.#over;
    return preempted() ?? carryOut();
  }

  /** For a command that is about to wait. @returns what tells, from the next stop on, how to answer the command */
  preemption(): () => CommandOutcome | undefined {
    const stops = this.#stops;
    return () => (stops === this.#stops ? undefined : stoppedMeanwhile(this.#channelId));
  }

  /** A stop has come: what waits or prepares is void, and no start shares an outcome from before it. */
  stop(): void {
    this.#stops++;
    this.#latest = undefined;
  }

  /** What comes next waits for `gone` too. */
  wait(gone: Promise<unknown>): void {
    this.#over = Promise.all([this.#over, gone]);
  }
}
