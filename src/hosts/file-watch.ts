/**
 * Notices when this process can no longer reach any file. Node does its file calls on a few threads; each call into a
 * file system that does not answer (a dead mount) keeps one for ever, and once all are kept, files on healthy disks
 * cannot be had either. The event loop turns on all the while, so no heartbeat would tell.
 */
import { stat } from 'node:fs/promises';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/** How often to try; a try costs a few microseconds. */
const INTERVAL_MS = 1_000;

export interface FileWatch {
  stop(): void;
}

/**
 * @param limitMs how long the root directory, which is always in memory, may take to answer
 * @param onHung called once, when it did not
 */
export function watchFiles(clock: MasterClock, limitMs: number, onHung: () => void): FileWatch {
  let timer: Timer;
  let stopped = false;
  const look = () => {
    timer = clock.at(clock.nowMs() + limitMs, () => {
      // If it was this process that was held up, the answer lies unread: one turn of the loop to read it.
      timer = clock.at(clock.nowMs(), () => {
        stopped = true;
        onHung();
      });
    });
    const again = () => {
      timer.cancel();
      if (!stopped) timer = clock.at(clock.nowMs() + INTERVAL_MS, look);
    };
    // Any answer will do: that there is one is what counts.
    stat('/').then(again, again);
  };
  timer = clock.at(clock.nowMs() + INTERVAL_MS, look);
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}
