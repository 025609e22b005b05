/** Lets a child have what processor time the frames on air leave over. */
import { setPriority } from 'node:os';

/** @param nice 0 to 19. Never throws: priority is a courtesy, not a condition. */
export function lowerPriority(pid: number, nice: number): void {
  try {
    setPriority(pid, nice);
  } catch {
    // It is gone already, or we may not.
  }
}
