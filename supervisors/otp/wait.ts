/** Waiting with a limit, on the injected clock, leaving neither timers nor listeners behind. */
import type { MasterClock } from '../master-clock.js';

/**
 * Waits for `event` (which must not reject), at most `limitMs`, and no longer than until `signal` fires.
 * Resolves to whether the event came; an event that is there already wins over a limit of 0 and a fired signal.
 */
export function waitFor(
  event: Promise<unknown>,
  limitMs: number | 'infinity',
  clock: MasterClock,
  signal?: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (came: boolean) => {
      timer?.cancel();
      signal?.removeEventListener('abort', giveUp);
      resolve(came);
    };
    const giveUp = () => finish(false);
    const timer = limitMs === 'infinity' ? undefined : clock.at(clock.nowMs() + limitMs, giveUp);
    signal?.addEventListener('abort', giveUp);
    void event.then(() => finish(true));
    if (signal?.aborted) void Promise.resolve().then(giveUp);
  });
}
