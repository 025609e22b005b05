/**
 * The life of a supervisor as a child of something else: it runs, then it ends once, for one reason, and is gone
 * when its children are. What outlives its end is named in its exit, so that it reaches whoever asked.
 */
import { deferred } from '../deferred.js';
import type { Child, ChildExit } from './child.js';
import { reasonOf } from './describe.js';
import type { KillSwitch } from './kill-switch.js';

export interface Lifecycle extends Child {
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** True from the first reason to end. */
  ending(): boolean;
  /** Stops the children, then exits like this; only the first call counts. */
  end(exit: ChildExit): void;
}

/**
 * @param killSwitch pulled by `kill`, so that stops under way are cut short.
 * @param stopChildren stops all children and resolves to the ids of those that are still running.
 */
export function createLifecycle(
  killSwitch: KillSwitch,
  stopChildren: () => Promise<readonly string[]>,
): Lifecycle {
  let ending = false;
  const { promise: exited, resolve: resolveExited } = deferred<ChildExit>();

  const end = (exit: ChildExit): void => {
    if (ending) return;
    ending = true;
    stopChildren().then(
      (left) => resolveExited(left.length === 0 ? exit : leaving(exit, left)),
      // Stopping never rejects; were it to, the supervisor must still be seen to end.
      (cause) => resolveExited({ kind: 'abnormal', reason: reasonOf(cause), cause }),
    );
  };

  return {
    exited,
    ending: () => ending,
    end,
    async stop() {
      end({ kind: 'shutdown', reason: 'shutdown' });
      await exited;
    },
    async kill() {
      killSwitch.pull();
      end({ kind: 'abnormal', reason: 'killed' });
      await exited;
    },
  };
}

function leaving(exit: ChildExit, left: readonly string[]): ChildExit {
  return { ...exit, kind: 'abnormal', reason: `${exit.reason}, but still running: ${left.join(', ')}` };
}
