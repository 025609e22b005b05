/**
 * What the engine knows of a channel's as-run lines: those that hosts have ended, and the one under way as the last
 * snapshot told it. It ends that one for a host that did not live to do so, and tells of the time without a host.
 */
import { type AsRunLine, noHostLine } from '../channel/as-run-line.js';
import { shownHandle } from '../channel/shown-handle.js';
import type { MasterClock } from '../master-clock.js';
import { SNAPSHOT_INTERVAL_MS } from './host-protocol.js';

export interface AsRunMemoryOptions {
  readonly channelId: number;
  readonly clock: MasterClock;
  readonly planHandle: () => string;
  readonly onLine: (line: AsRunLine) => void;
}

export class AsRunMemory {
  readonly #options: AsRunMemoryOptions;
  #underWay: AsRunLine | undefined;
  /** The end of the last line. */
  #knownUntil: string | undefined;
  /** Since when, and why, there is no host. */
  #without: { readonly start: string; readonly why: readonly string[] } | undefined;

  constructor(options: AsRunMemoryOptions) {
    this.#options = options;
  }

  /** A host tells what it has aired of what is scheduled now. */
  underWay(line: AsRunLine | undefined): void {
    if (line !== undefined) this.#hostBack(line.start);
    this.#underWay = line;
  }

  /** A host has told a whole line; the caller passes it on. To be called before that. */
  ended(line: AsRunLine): void {
    this.#hostBack(line.start);
    this.#underWay = undefined;
    this.#knownUntil = line.end;
  }

  /** A host is gone without having ended its line. */
  hostLost(reason: string): void {
    const why = `${reason}; what it aired in its last ${SNAPSHOT_INTERVAL_MS} ms or so is not known`;
    this.#endUnderWay('host_lost', why);
    // One that follows on another which never aired anything adds its reason.
    const { start, why: before } = this.#without ?? {
      start: this.#knownUntil ?? this.#now(),
      why: [],
    };
    this.#without = { start, why: before.includes(reason) ? before : [...before, reason].slice(-5) };
  }

  /** The channel is off the air; its host may have had to be killed. */
  stopped(): void {
    this.#endUnderWay('stop', 'its host did not stop in time and was killed');
    if (this.#without !== undefined) this.#tellWithout(this.#now(), 'stop');
    this.#knownUntil = undefined;
  }

  #endUnderWay(endedBy: 'host_lost' | 'stop', why: string): void {
    const line = this.#underWay;
    this.#underWay = undefined;
    if (line === undefined) return;
    this.#knownUntil = line.end;
    this.#options.onLine({ ...line, endedBy, why: [...line.why, why] });
  }

  #hostBack(at: string): void {
    if (this.#without !== undefined) this.#tellWithout(at, 'schedule');
  }

  #tellWithout(end: string, endedBy: 'schedule' | 'stop'): void {
    const { channelId: channel, planHandle, onLine } = this.#options;
    const about = this.#without;
    this.#without = undefined;
    if (about === undefined) return;
    onLine(noHostLine({ channel, ...about, end, endedBy, planHandle: shownHandle(planHandle()) }));
  }

  #now(): string {
    return new Date(this.#options.clock.utcMs()).toISOString();
  }
}
