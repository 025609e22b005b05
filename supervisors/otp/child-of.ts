/** A child made of a way to end it. */
import { deferred } from '../deferred.js';
import { type Child, type ChildExit, failureExit } from './child.js';

/**
 * A child that ends when it is asked to, or when `failed` says so.
 * @param end called once; the child is gone when it resolves, and was lost when it rejects
 */
export function childOf(end: () => Promise<void>, failed?: Promise<ChildExit>): Child {
  const ended = deferred<ChildExit>();
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= end().then(
      () => ended.resolve({ kind: 'shutdown', reason: 'asked to stop' }),
      (error: unknown) => ended.resolve(failureExit(error)),
    );
    return ending;
  };
  const exited = failed === undefined ? ended.promise : Promise.race([failed, ended.promise]);
  return { exited, stop, kill: stop };
}
