/**
 * What a supervisor is, with all that takes time left out: its children, its window of restarts, and what it says and
 * does at each event, at once. A child here does as it is told; a start fails when the list of its id says so.
 */
import type { ChildExit } from '../../../supervisors/otp/child.js';
import type { ChildSpec } from '../../../supervisors/otp/child-spec.js';
import type { Strategy } from '../../../supervisors/otp/supervisor.js';

export interface ModelOptions {
  readonly strategy: Strategy | 'dynamic';
  readonly intensity: number;
  readonly periodMs: number;
  readonly restarts: Readonly<Record<string, NonNullable<ChildSpec['restart']>>>;
  /** By id: which of its starts fail, in order; those beyond the list succeed. */
  readonly failures: Readonly<Record<string, readonly boolean[]>>;
}

interface ModelChild {
  readonly id: string;
  running: boolean;
}

export class SupervisorModel {
  nowMs = 0;
  /** It gave up, or was stopped. */
  over = false;
  children: ModelChild[] = [];
  /** As the playground logs: `+a` started, `-a` asked to stop, `.a` gone. */
  readonly log: string[] = [];
  /** `context offender` of every report. */
  readonly told: string[] = [];
  readonly #options: ModelOptions;
  readonly #starts: Record<string, number> = {};
  #restartsMs: number[] = [];

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  /** The first start of all; false if it came to nothing. */
  begin(ids: readonly string[]): boolean {
    this.children = ids.map((id) => ({ id, running: false }));
    for (const child of this.children) {
      if (this.#start(child)) continue;
      this.told.push(`start_error ${child.id}`);
      this.stop();
      return false;
    }
    return true;
  }

  /** A child ends by itself. */
  exit(id: string, kind: ChildExit['kind']): void {
    const child = this.#find(id);
    if (this.over || child?.running !== true) return;
    child.running = false;
    this.log.push(`.${id}`);
    const restart = this.#options.restarts[id];
    const expected = kind !== 'abnormal' && restart !== 'permanent';
    if (!expected) this.told.push(`child_terminated ${id}`);
    if (restart === 'temporary' || (expected && this.#options.strategy === 'dynamic')) this.#forget(child);
    else if (!expected) this.#restart(child);
  }

  /** Each order answers `ok` or the code of its refusal. */
  startChild(id: string): string {
    const present = this.#find(id);
    if (this.over) return 'shutting_down';
    if (present !== undefined) return present.running ? 'already_started' : 'already_present';
    const child = { id, running: false };
    if (!this.#start(child)) return 'failed_to_start_child';
    this.children.push(child);
    return 'ok';
  }

  terminateChild(id: string): string {
    const child = this.#find(id);
    if (this.over) return 'shutting_down';
    if (child === undefined) return 'not_found';
    this.#stop(child);
    if (this.#options.strategy === 'dynamic' || this.#options.restarts[id] === 'temporary')
      this.#forget(child);
    return 'ok';
  }

  restartChild(id: string): string {
    const child = this.#find(id);
    if (this.over) return 'shutting_down';
    if (child === undefined) return 'not_found';
    if (child.running) return 'running';
    return this.#start(child) ? 'ok' : 'failed_to_start_child';
  }

  deleteChild(id: string): string {
    const child = this.#find(id);
    if (this.over) return 'shutting_down';
    if (child === undefined) return 'not_found';
    if (child.running) return 'running';
    this.#forget(child);
    return 'ok';
  }

  stop(): void {
    this.over = true;
    const inTurn = this.#options.strategy === 'dynamic' ? this.children : [...this.children].reverse();
    for (const child of inTurn) this.#stop(child);
    if (this.#options.strategy === 'dynamic') this.children = [];
  }

  #restart(first: ModelChild): void {
    const { strategy } = this.#options;
    const alone = strategy === 'one_for_one' || strategy === 'dynamic';
    const due = new Set<ModelChild>(alone ? [first] : this.#concerned(first));
    for (let from = first; this.#mayRestart(from); ) {
      if (!alone) this.#takeDown(this.#concerned(from), due);
      const failed = this.children.find((child) => due.has(child) && !child.running && !this.#start(child));
      if (failed === undefined) return;
      this.told.push(`start_error ${failed.id}`);
      from = failed;
    }
  }

  #concerned(from: ModelChild): ModelChild[] {
    return this.#options.strategy === 'one_for_all'
      ? [...this.children]
      : this.children.slice(this.children.indexOf(from));
  }

  #takeDown(concerned: readonly ModelChild[], due: Set<ModelChild>): void {
    for (const child of [...concerned].reverse()) {
      this.#stop(child);
      if (this.#options.restarts[child.id] === 'temporary') this.#forget(child);
      else due.add(child);
    }
  }

  #mayRestart(child: ModelChild): boolean {
    const { intensity, periodMs } = this.#options;
    this.#restartsMs = this.#restartsMs.filter((atMs) => atMs > this.nowMs - periodMs);
    if (this.#restartsMs.length < intensity) return this.#restartsMs.push(this.nowMs) > 0;
    this.told.push(`shutdown ${child.id}`);
    this.stop();
    return false;
  }

  #start(child: ModelChild): boolean {
    const { id } = child;
    const count = this.#starts[id] ?? 0;
    this.#starts[id] = count + 1;
    if (this.#options.failures[id]?.[count]) return false;
    child.running = true;
    this.log.push(`+${id}`);
    return true;
  }

  #stop(child: ModelChild): void {
    if (!child.running) return;
    child.running = false;
    this.log.push(`-${child.id}`, `.${child.id}`);
  }

  #find(id: string): ModelChild | undefined {
    return this.children.find((child) => child.id === id);
  }

  #forget(child: ModelChild): void {
    this.children = this.children.filter((other) => other !== child);
  }
}
