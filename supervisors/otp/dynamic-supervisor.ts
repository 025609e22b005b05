/**
 * The dynamic supervisor: for children that come and go and have nothing to do with each other, as OTP's
 * `simple_one_for_one`, but each with a spec of its own. It starts empty; a child that ends for good is forgotten, so there
 * is nothing to restart or delete. Orders about one child are carried out in turn; no child ever waits for another, and
 * when the supervisor ends they are all stopped at once.
 */
import type { Child } from './child.js';
import { createSlot, createSlotKeeper, type Slot } from './child-slot.js';
import { type ChildSpec, completeChildSpec } from './child-spec.js';
import { createKillSwitch } from './kill-switch.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { createRefusals } from './refusals.js';
import { createReport } from './report.js';
import { createAskRestart, isToRestart, restartAlone } from './restart.js';
import { abortStarts, stopTogether } from './stop-children.js';
import { completeFlags, invalidFlag, type SupervisorFlags } from './supervisor-flags.js';
import { type ChildCounts, type ChildInfo, countChildren, whichChildren } from './which-children.js';

export interface DynamicSupervisorOptions extends SupervisorFlags {
  /** The most children it may have, those that start, restart or stop included; from 0. Default: no limit. */
  readonly maxChildren?: number;
}

/** Orders reject with a SupervisorError whose code says why. */
export interface DynamicSupervisor extends Child {
  /** Stops all children at once; resolves when they are gone. */
  stop(): Promise<void>;
  /** Kills all children at once, also in the middle of a stop; resolves when they are gone. */
  kill(): Promise<void>;
  /** Starts one more child. */
  startChild<C extends Child>(spec: ChildSpec<C>): Promise<C | 'ignore'>;
  /** Stops a child and forgets it. */
  terminateChild(id: string): Promise<void>;
  /** In the order in which they were ordered. */
  whichChildren(): readonly ChildInfo[];
  countChildren(): ChildCounts;
}

/** @throws SupervisorError `invalid_supervisor_flags`. */
export function createDynamicSupervisor(options: DynamicSupervisorOptions): DynamicSupervisor {
  const flags = completeFlags(options);
  const { maxChildren = Number.POSITIVE_INFINITY } = options;
  if (!(Number.isSafeInteger(maxChildren) || maxChildren === Number.POSITIVE_INFINITY) || maxChildren < 0) {
    throw invalidFlag(flags.name, 'maxChildren', maxChildren, 'a whole number from 0');
  }
  const slots = new Map<string, Slot>();
  const report = createReport(flags.name, options.onReport);
  const refusals = createRefusals(flags.name);
  const killSwitch = createKillSwitch();

  const forget = (slot: Slot): void => {
    if (slots.get(slot.spec.id) === slot) slots.delete(slot.spec.id);
  };
  const keeper = createSlotKeeper({
    clock: flags.clock,
    report,
    killSwitch,
    async childExited(slot, _run, exit) {
      if (lifecycle.ending()) return;
      slot.run = undefined;
      slot.status = 'stopped';
      if (isToRestart(slot, exit, report)) await restartAlone(slot, exit, keeper, ask, report);
      // Not to be restarted, one restart too many, or its start had nothing to run.
      if (slot.status === 'stopped' && slot.ending === undefined) forget(slot);
    },
  });
  const lifecycle: Lifecycle = createLifecycle(killSwitch, async () => {
    abortStarts(slots.values(), keeper);
    await stopTogether([...slots.values()], keeper);
    slots.clear();
    return keeper.stopsDone();
  });
  const ask = createAskRestart(flags, report, lifecycle);

  /** What a new child of that id has to wait for: the end of an earlier one that is being stopped. */
  const occupied = (id: string): Promise<unknown> | undefined => {
    if (lifecycle.ending()) throw refusals.shuttingDown();
    const present = slots.get(id);
    if (present !== undefined && present.ending === undefined) throw refusals.present(present);
    return present?.ending;
  };

  return {
    async startChild<C extends Child>(spec: ChildSpec<C>) {
      const complete = completeChildSpec(spec);
      for (let end = occupied(complete.id); end !== undefined; end = occupied(complete.id)) await end;
      if (slots.size >= maxChildren) throw refusals.full(maxChildren);
      const slot = createSlot(complete, flags.clock);
      slots.set(complete.id, slot);
      const outcome = await keeper.start(slot);
      // It is what this very spec's start returned.
      if (outcome.kind === 'running') return outcome.child as C;
      // Whoever cut the start short forgets the child once nothing is left of it.
      if (outcome.kind !== 'aborted') forget(slot);
      if (outcome.kind === 'ignored') return 'ignore';
      throw refusals.notStarted(complete.id, outcome);
    },

    async terminateChild(id) {
      if (lifecycle.ending()) throw refusals.shuttingDown();
      const slot = slots.get(id);
      if (slot === undefined) throw refusals.notFound(id);
      const gone = await keeper.stop(slot);
      forget(slot);
      if (!gone) throw refusals.stillRunning(id);
    },

    exited: lifecycle.exited,
    stop: lifecycle.stop,
    kill: lifecycle.kill,
    whichChildren: () => whichChildren(slots.values()),
    countChildren: () => countChildren(slots.values()),
  };
}
