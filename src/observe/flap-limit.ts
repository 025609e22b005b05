/**
 * Keeps something that flaps from burying everything else: of each event of each channel so many lines are told in a
 * row, then one at most per interval, and a line of its own says how many were left out. It decides by counting and
 * by the clock it is given, and writes nothing itself.
 *
 * What begins an incident is never left out: after an interval without trouble on a channel its first trouble finds
 * every allowance of the channel full again. An event that was never told before has its whole allowance, too.
 */
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** What was left out since the last such account. */
export interface Suppressed {
  /** Undefined: it is the engine's own. */
  readonly channel: number | undefined;
  /** The event whose lines were left out. */
  readonly of: string;
  readonly lines: number;
}

export interface FlapLimitOptions {
  readonly clock: Pick<MasterClock, 'nowMs' | 'at'>;
  /** Lines of one event of one channel that are told in a row. */
  readonly burst: number;
  /** After them, the time for each further one. */
  readonly intervalMs: number;
  /** Told at the end of each interval in which lines were left out. */
  readonly onSuppressed: (suppressed: Suppressed) => void;
}

export interface FlapLimit {
  /** Whether this line is to be written. `trouble`: it is a warning or worse. */
  admit(line: {
    readonly channel: number | undefined;
    readonly event: string;
    readonly trouble: boolean;
  }): boolean;
  /** Accounts for what is outstanding; afterwards everything is admitted and no timer is left. */
  close(): void;
}

interface Allowance {
  left: number;
  suppressed: number;
  /** Runs while the allowance is not full. */
  timer: Timer | undefined;
}

interface Channel {
  readonly allowances: Map<string, Allowance>;
  lastTroubleMs: number;
}

export function createFlapLimit(options: FlapLimitOptions): FlapLimit {
  const { clock, burst, intervalMs, onSuppressed } = options;
  const channels = new Map<number | undefined, Channel>();
  let closed = false;

  function account(channel: number | undefined, of: string, allowance: Allowance): void {
    const lines = allowance.suppressed;
    allowance.suppressed = 0;
    if (lines > 0) onSuppressed({ channel, of, lines });
  }

  /** One more may be told; what is full is forgotten, so that only what is happening takes memory. */
  function refill(id: number | undefined, channel: Channel, event: string, allowance: Allowance): void {
    account(id, event, allowance);
    allowance.left++;
    if (allowance.left < burst) wait(id, channel, event, allowance);
    else {
      channel.allowances.delete(event);
      if (channel.allowances.size === 0) channels.delete(id);
    }
  }

  function wait(id: number | undefined, channel: Channel, event: string, allowance: Allowance): void {
    const due = () => refill(id, channel, event, allowance);
    allowance.timer = clock.at(clock.nowMs() + intervalMs, due);
  }

  function forget(id: number | undefined, channel: Channel): void {
    for (const [event, allowance] of channel.allowances) {
      allowance.timer?.cancel();
      account(id, event, allowance);
    }
    channel.allowances.clear();
  }

  return {
    admit({ channel: id, event, trouble }) {
      if (closed) return true;
      const channel = channels.get(id) ?? { allowances: new Map(), lastTroubleMs: Number.NEGATIVE_INFINITY };
      channels.set(id, channel);
      if (trouble) {
        const nowMs = clock.nowMs();
        if (nowMs - channel.lastTroubleMs >= intervalMs) forget(id, channel);
        channel.lastTroubleMs = nowMs;
      }
      let allowance = channel.allowances.get(event);
      if (allowance === undefined) {
        allowance = { left: burst, suppressed: 0, timer: undefined };
        channel.allowances.set(event, allowance);
        wait(id, channel, event, allowance);
      }
      if (allowance.left === 0) {
        allowance.suppressed++;
        return false;
      }
      allowance.left--;
      return true;
    },
    close() {
      closed = true;
      for (const [id, channel] of channels) forget(id, channel);
      channels.clear();
    },
  };
}
