/**
 * What a supervisor expects of a child; this is all of it, in prose at {@link Child}.
 */
import { reasonOf, show } from './describe.js';

/**
 * A child is started by its spec's `start`, which resolves once the child is ready to work, or rejects having
 * left nothing behind. From then on `exited` is pending for exactly as long as anything of the child lives; it
 * resolves once, whatever ended it. `stop` asks the child to end in its own time, `kill` makes it end now. Neither
 * says when it is over: only `exited` does. Both may be called late, twice, or one after the other, without harm.
 *
 * A supervisor is a child as well, so trees nest.
 */
export interface Child {
  readonly exited: Promise<ChildExit>;
  stop(): void | Promise<void>;
  kill(): void | Promise<void>;
}

/**
 * How a child ended. `normal`: it had nothing left to do. `shutdown`: it was asked to, or gave up in an orderly
 * way. `abnormal`: anything else. Only the last makes a supervisor restart a `transient` child.
 */
export interface ChildExit {
  readonly kind: 'normal' | 'shutdown' | 'abnormal';
  /** One line for people. */
  readonly reason: string;
  /** What was thrown, where something was. */
  readonly cause?: unknown;
}

/** What `start` is given. */
export interface ChildContext {
  /**
   * Fires when the start is no longer wanted (the child is terminated, the supervisor stops). The start should
   * then undo what it did and reject, within the spec's `shutdown` (`brutal_kill`: as fast as a child that is killed);
   * a child that it returns all the same is stopped.
   */
  readonly signal: AbortSignal;
}

/** What `exited` gave, made fit for use: a rejection or nonsense counts as an abnormal end. */
export function exitOf(exited: Promise<ChildExit>): Promise<ChildExit> {
  return Promise.resolve(exited)
    .then(
      (exit): ChildExit =>
        isExit(exit)
          ? exit
          : { kind: 'abnormal', reason: `exited resolved to no ChildExit but ${show(exit)}` },
    )
    .catch(failureExit);
}

/** The abnormal exit that a thrown value amounts to. */
export function failureExit(cause: unknown): ChildExit {
  return { kind: 'abnormal', reason: reasonOf(cause), cause };
}

/** True for something that looks like a child. */
export function isChild(value: unknown): value is Child {
  if (typeof value !== 'object' || value === null) return false;
  const { exited, stop, kill } = value as Partial<Record<keyof Child, unknown>>;
  return (
    typeof (exited as Partial<Promise<unknown>> | null | undefined)?.then === 'function' &&
    typeof stop === 'function' &&
    typeof kill === 'function'
  );
}

function isExit(value: unknown): value is ChildExit {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, reason } = value as Partial<Record<keyof ChildExit, unknown>>;
  return (kind === 'normal' || kind === 'shutdown' || kind === 'abnormal') && typeof reason === 'string';
}
