/**
 * A slot is a supervisor's place for one child, through all its lives. The keeper made here does the two things that every
 * kind of supervisor does with a slot, start and stop, such that either can be cut short at any moment, nothing
 * that was ever started is lost sight of, and no id ever has two lives at once.
 */
import type { MasterClock } from '../master-clock.js';
import { type Child, type ChildExit, isChild } from './child.js';
import type { CompleteChildSpec } from './child-spec.js';
import { show } from './describe.js';
import type { KillSwitch } from './kill-switch.js';
import type { Report } from './report.js';
import { createRun, KILL_GRACE_MS, type Run, stopChild } from './stop-child.js';
import { waitFor } from './wait.js';

/**
 * `starting`: on an order, for the first time or after a terminate. `restarting`: by the supervisor, a start in
 * flight or the next one due. `stopping`: asked or killed, not gone yet. `stopped`: not running, its spec kept.
 */
export type ChildStatus = 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped';

export interface Slot {
  readonly spec: CompleteChildSpec;
  status: ChildStatus;
  /** Since when the status is what it is, monotonic milliseconds. */
  readonly sinceMs: number;
  /** How often it has come to `restarting`, on its own account or with a sibling; attempts that fail count as one. */
  readonly restarts: number;
  /** Present exactly while a child runs that nobody is stopping. */
  run: Run | undefined;
  /** Present while a start is in flight or the next one waits for its turn. */
  attempt: Attempt | undefined;
  /** Present while what ran or was starting is being stopped. */
  ending: Promise<boolean> | undefined;
}

interface Attempt {
  readonly controller: AbortController;
  /** Undefined between two starts, and while what is left of an earlier life is being stopped. */
  readonly began: Promise<Child | 'ignore'> | undefined;
}

export type StartOutcome =
  | { readonly kind: 'running'; readonly child: Child }
  | { readonly kind: 'ignored' | 'aborted' }
  | { readonly kind: 'failed'; readonly cause: unknown };

export interface SlotKeeper {
  /**
   * Starts the slot's child, once nothing is left of an earlier child of that id, or it has been given up on. After `failed` and `aborted` the status is the caller's to set. Never rejects.
   */
  start(slot: Slot): Promise<StartOutcome>;
  /** Lets the event loop turn between two starts, unless a stop comes first: look at the status. Never rejects. */
  pause(slot: Slot): Promise<void>;
  /**
   * Ends whatever goes on in the slot: at once its status says so, and no exit of its child is told any more.
   * Failures are reported. Resolves, once all is gone or given up on, to whether all is gone. Never rejects.
   */
  stop(slot: Slot): Promise<boolean>;
  /** Resolves when no stop is under way any more: to the ids of the children that outlived theirs. */
  stopsDone(): Promise<string[]>;
}

export interface SlotKeeperOptions {
  readonly clock: MasterClock;
  readonly report: Report;
  /** Pulled when the supervisor is killed: from then on nobody is asked, and nothing waited for longer than needed. */
  readonly killSwitch: KillSwitch;
  /** A child ended that nobody was stopping. */
  readonly childExited: (slot: Slot, run: Run, exit: ChildExit) => void;
}

export function createSlot(spec: CompleteChildSpec, clock: MasterClock): Slot {
  let status: ChildStatus = 'starting';
  let sinceMs = clock.nowMs();
  let restarts = 0;
  return {
    spec,
    get status() {
      return status;
    },
    set status(next) {
      if (next === status) return;
      if (next === 'restarting') restarts++;
      status = next;
      sinceMs = clock.nowMs();
    },
    get sinceMs() {
      return sinceMs;
    },
    get restarts() {
      return restarts;
    },
    run: undefined,
    attempt: undefined,
    ending: undefined,
  };
}

export function createSlotKeeper({ clock, report, killSwitch, childExited }: SlotKeeperOptions): SlotKeeper {
  /** The stops under way, by the child's id: a slot may be dropped, and another made, before its child is gone. */
  const endings = new Map<string, Promise<boolean>>();
  /** What outlived its stop and still lives, by what will tell of its end, to its id. */
  const outlived = new Map<Promise<unknown>, string>();

  const letGo = (spec: CompleteChildSpec, end: Promise<unknown>): false => {
    outlived.set(end, spec.id);
    void end.then(() => outlived.delete(end));
    return false;
  };

  const stopRun = async (spec: CompleteChildSpec, run: Run): Promise<boolean> => {
    const failure = await killSwitch.guard((killed) => stopChild(run, spec, clock, killed));
    if (failure !== undefined) report('shutdown_error', spec, failure);
    return failure?.stillRunning === true ? letGo(spec, run.exited) : true;
  };

  const stopAttempt = async (spec: CompleteChildSpec, { controller, began }: Attempt): Promise<boolean> => {
    controller.abort();
    if (began === undefined) return true;
    const ended = began.catch(() => 'ignore' as const);
    const late = ended.then((child) => child === 'ignore' || stopRun(spec, createRun(child)));
    // Nothing harder than its abort can be done to a start: where a child would be killed, that has to do.
    const graceMs = KILL_GRACE_MS[spec.type];
    const limitMs = spec.shutdown === 'brutal_kill' ? graceMs : spec.shutdown;
    if (await killSwitch.guard((killed) => waitFor(ended, limitMs, clock, killed))) return late;
    if (killSwitch.pulled && (await waitFor(ended, graceMs, clock))) return late;
    const reason = 'its start did not end when it was aborted; what it may yet start will be stopped';
    report('shutdown_error', spec, { reason });
    return letGo(spec, late);
  };

  return {
    async start(slot) {
      const controller = new AbortController();
      const { signal } = controller;
      slot.attempt = { controller, began: undefined };
      const left = endings.get(slot.spec.id);
      if (left !== undefined) await waitFor(left, 'infinity', clock, signal);
      if (signal.aborted) return { kind: 'aborted' };
      // Once the attempt is noted, for the start may itself lead to its being cut short.
      const began = Promise.resolve().then(() => begin(slot.spec, signal));
      slot.attempt = { controller, began };
      const outcome = await outcomeOf(began, signal);
      if (signal.aborted) return { kind: 'aborted' };
      slot.attempt = undefined;
      if (outcome.kind === 'ignored') slot.status = 'stopped';
      if (outcome.kind === 'running') {
        const run = createRun(outcome.child);
        slot.run = run;
        slot.status = 'running';
        void run.exited.then((exit) => {
          if (slot.run === run) childExited(slot, run, exit);
        });
      }
      return outcome;
    },

    async pause(slot) {
      const controller = new AbortController();
      slot.attempt = { controller, began: undefined };
      await waitFor(new Promise(() => {}), 0, clock, controller.signal);
      if (!controller.signal.aborted) slot.attempt = undefined;
    },

    stop(slot) {
      const { attempt, run, spec } = slot;
      if (attempt === undefined && run === undefined) {
        // Nothing new to stop, but an earlier stop may not be done.
        if (slot.status !== 'stopping') slot.status = 'stopped';
        return slot.ending ?? Promise.resolve(true);
      }
      slot.attempt = undefined;
      slot.run = undefined;
      slot.status = run === undefined ? 'stopped' : 'stopping';
      const stopped = [
        endings.get(spec.id),
        attempt && stopAttempt(spec, attempt),
        run && stopRun(spec, run),
      ];
      const ending = Promise.all(stopped).then((gone) => {
        if (endings.get(spec.id) === ending) endings.delete(spec.id);
        if (slot.ending === ending) {
          slot.ending = undefined;
          if (slot.status === 'stopping') slot.status = 'stopped';
        }
        return !gone.includes(false);
      });
      endings.set(spec.id, ending);
      slot.ending = ending;
      return ending;
    },

    async stopsDone() {
      await Promise.all(endings.values());
      return [...outlived.values()];
    },
  };
}

/** Calls `start`; rejects for everything that is not a child or `'ignore'`. */
async function begin(spec: CompleteChildSpec, signal: AbortSignal): Promise<Child | 'ignore'> {
  signal.throwIfAborted();
  const child: unknown = await spec.start({ signal });
  if (child === 'ignore' || isChild(child)) return child;
  throw new TypeError(`start must return a child (exited, stop, kill) or 'ignore', not ${show(child)}`);
}

function outcomeOf(began: Promise<Child | 'ignore'>, signal: AbortSignal): Promise<StartOutcome> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
    began.then(
      (child) => resolve(child === 'ignore' ? { kind: 'ignored' } : { kind: 'running', child }),
      (cause: unknown) => resolve({ kind: 'failed', cause }),
    );
  });
}
