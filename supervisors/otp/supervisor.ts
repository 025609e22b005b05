/**
 * The supervisor: keeps a list of children running, in the sense of Erlang/OTP's `supervisor`. It starts them in
 * order (or, if one fails, undoes the start in reverse), restarts those that end according to its strategy, gives
 * up when that happens too often, and stops them in reverse order. It is a child itself, so trees nest.
 *
 * A child that is starting or restarting can be terminated, and the whole be stopped or killed, at any moment. Under
 * `one_for_one` a child whose restart takes long keeps no other from being restarted.
 */
import type { Child } from './child.js';
import { type ChildOrders, createChildOrders, forgetTemporary } from './child-orders.js';
import { createSlot, createSlotKeeper } from './child-slot.js';
import { type ChildSpec, type CompleteChildSpec, completeChildSpecs } from './child-spec.js';
import { createKillSwitch } from './kill-switch.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { createOperationQueue } from './operation-queue.js';
import { createRefusals } from './refusals.js';
import { createReport } from './report.js';
import { createAskRestart, isToRestart, restartAlone } from './restart.js';
import { restartTogether } from './restart-together.js';
import { startInOrder } from './start-children.js';
import { abortStarts, stopInReverse, stopTogether } from './stop-children.js';
import { completeFlags, invalidFlag, type SupervisorFlags } from './supervisor-flags.js';
import { type ChildCounts, type ChildInfo, countChildren, whichChildren } from './which-children.js';

/**
 * Who is restarted when a child is. `one_for_one`: it alone. `one_for_all`: all. `rest_for_one`: it and those that
 * were started after it.
 */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

export interface SupervisorOptions extends SupervisorFlags {
  /** Default `one_for_one`. */
  readonly strategy?: Strategy;
  /** In start order; ids must differ. */
  readonly children: readonly ChildSpec[];
  /** A supervisor that is itself a child hands on the `signal` of its ChildContext: it cuts the start short. */
  readonly signal?: AbortSignal;
}

export interface Supervisor extends Child, ChildOrders {
  /** Stops all children in reverse order; resolves when they are gone. */
  stop(): Promise<void>;
  /** Kills all children at once, also in the middle of a stop; resolves when they are gone. */
  kill(): Promise<void>;
  /** A child's spec with its defaults filled in; undefined if there is none. */
  childSpec(id: string): CompleteChildSpec | undefined;
  whichChildren(): readonly ChildInfo[];
  countChildren(): ChildCounts;
}

const STRATEGIES: readonly unknown[] = ['one_for_one', 'one_for_all', 'rest_for_one'];

/**
 * Starts a supervisor with its children; resolves when all have started.
 * @throws SupervisorError `invalid_supervisor_flags`, `invalid_child_spec` or `duplicate_child_name` before anything was
 * started; `failed_to_start_child` or `aborted` once everything that was started has been stopped again.
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const flags = completeFlags(options);
  const { strategy = 'one_for_one', signal } = options;
  if (!STRATEGIES.includes(strategy)) {
    throw invalidFlag(flags.name, 'strategy', strategy, 'one_for_one, one_for_all or rest_for_one');
  }
  const slots = completeChildSpecs(options.children).map((spec) => createSlot(spec, flags.clock));
  const report = createReport(flags.name, options.onReport);
  const refusals = createRefusals(flags.name);
  const killSwitch = createKillSwitch();
  const queue = createOperationQueue();
  let started = false;

  const keeper = createSlotKeeper({
    clock: flags.clock,
    report,
    killSwitch,
    childExited(slot, run, exit) {
      const handle = async () => {
        if (lifecycle.ending() || slot.run !== run) return;
        slot.run = undefined;
        slot.status = 'stopped';
        if (!isToRestart(slot, exit, report)) forgetTemporary(slots, slot);
        else if (strategy === 'one_for_one') void restartAlone(slot, exit, keeper, ask, report);
        else
          await restartTogether(slot, exit, {
            strategy,
            slots,
            keeper,
            ask,
            report,
            ending: lifecycle.ending,
          });
      };
      // Children that are bound to each other take turns, with the orders too; so does everything during the start.
      void (strategy === 'one_for_one' && started ? handle() : queue(handle));
    },
  });
  const lifecycle: Lifecycle = createLifecycle(killSwitch, async () => {
    abortStarts(slots, keeper);
    await queue(() => stopInReverse(slots, keeper));
    return keeper.stopsDone();
  });
  const ask = createAskRestart(flags, report, lifecycle);

  await queue(async () => {
    const failure = await startInOrder(slots, keeper, report, refusals, signal);
    started = true;
    // Said in the same breath, so that no child's exit that waits in the queue is answered by a restart.
    if (failure !== undefined) lifecycle.end({ kind: 'abnormal', reason: failure.message, cause: failure });
  });
  if (lifecycle.ending()) throw (await lifecycle.exited).cause;

  const orders = createChildOrders({
    slots,
    clock: flags.clock,
    keeper,
    queue,
    refusals,
    ending: lifecycle.ending,
  });
  return {
    ...orders,
    exited: lifecycle.exited,
    stop: lifecycle.stop,
    kill() {
      const ended = lifecycle.kill();
      // Not in turn: an order or a restart may be waiting for a child that cannot be killed.
      void stopTogether(slots, keeper);
      return ended;
    },
    childSpec: (id) => slots.find(({ spec }) => spec.id === id)?.spec,
    whichChildren: () => whichChildren(slots),
    countChildren: () => countChildren(slots),
  };
}
