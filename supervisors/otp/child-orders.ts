/**
 * The orders about single children that a supervisor takes while it runs. They are carried out one after the
 * other, each on what the one before it left; only what would wait for a start that may hang is answered at once.
 */
import type { MasterClock } from '../master-clock.js';
import type { Child } from './child.js';
import { createSlot, type Slot, type SlotKeeper } from './child-slot.js';
import { type ChildSpec, completeChildSpec } from './child-spec.js';
import type { OperationQueue } from './operation-queue.js';
import type { Refusals } from './refusals.js';

/** Each rejects with a SupervisorError whose code says why. */
export interface ChildOrders {
  /** Adds a child after all others and starts it; if it fails, the spec is dropped again. */
  startChild<C extends Child>(spec: ChildSpec<C>): Promise<C | 'ignore'>;
  /** Stops a child, keeping its spec unless it is temporary. No error if it does not run. */
  terminateChild(id: string): Promise<void>;
  /** Starts a child that does not run; if it fails, the spec is kept. */
  restartChild(id: string): Promise<Child | 'ignore'>;
  /** Drops the spec of a child that does not run. */
  deleteChild(id: string): Promise<void>;
}

export interface ChildOrdersOptions {
  /** In start order; changed in place. */
  readonly slots: Slot[];
  readonly clock: MasterClock;
  readonly keeper: SlotKeeper;
  readonly queue: OperationQueue;
  readonly refusals: Refusals;
  readonly ending: () => boolean;
}

export function createChildOrders({
  slots,
  clock,
  keeper,
  queue,
  refusals,
  ending,
}: ChildOrdersOptions): ChildOrders {
  const find = (id: string): Slot | undefined => slots.find(({ spec }) => spec.id === id);

  const inTurn = async <T>(id: string, carryOut: (slot: Slot | undefined) => Promise<T>): Promise<T> => {
    const checked = async () => {
      if (ending()) throw refusals.shuttingDown();
      return carryOut(find(id));
    };
    return ending() || find(id)?.status === 'restarting' ? checked() : queue(checked);
  };

  const known = (slot: Slot | undefined, id: string): Slot => {
    if (slot === undefined) throw refusals.notFound(id);
    return slot;
  };

  const idle = (slot: Slot | undefined, id: string): Slot => {
    const { status } = known(slot, id);
    if (status === 'running' || status === 'restarting') throw refusals.busy(status, id);
    return known(slot, id);
  };

  const start = async (slot: Slot): Promise<Child | 'ignore'> => {
    slot.status = 'starting';
    const outcome = await keeper.start(slot);
    if (outcome.kind === 'running') return outcome.child;
    slot.status = 'stopped';
    if (outcome.kind !== 'ignored') throw refusals.notStarted(slot.spec.id, outcome);
    forgetTemporary(slots, slot);
    return 'ignore';
  };

  return {
    async startChild<C extends Child>(spec: ChildSpec<C>) {
      const complete = completeChildSpec(spec);
      return inTurn(complete.id, async (present) => {
        if (present !== undefined) throw refusals.present(present);
        const slot = createSlot(complete, clock);
        slots.push(slot);
        try {
          // It is what this very spec's start returned.
          return (await start(slot)) as C | 'ignore';
        } catch (error) {
          forget(slots, slot);
          throw error;
        }
      });
    },

    async terminateChild(id) {
      const terminate = async (found: Slot | undefined) => {
        const slot = known(found, id);
        const gone = await keeper.stop(slot);
        forgetTemporary(slots, slot);
        if (!gone) throw refusals.stillRunning(id);
      };
      const slot = find(id);
      return slot?.status === 'starting' && !ending() ? terminate(slot) : inTurn(id, terminate);
    },

    restartChild: (id) => inTurn(id, async (slot) => start(idle(slot, id))),

    deleteChild: (id) => inTurn(id, async (slot) => forget(slots, idle(slot, id))),
  };
}

/** Drops the slot of a temporary child that ended: such a child is never started again. */
export function forgetTemporary(slots: Slot[], slot: Slot): void {
  if (slot.spec.restart === 'temporary') forget(slots, slot);
}

function forget(slots: Slot[], slot: Slot): void {
  const index = slots.indexOf(slot);
  if (index >= 0) slots.splice(index, 1);
}
