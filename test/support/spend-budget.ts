/** Spends a channel's restarts as bad luck does: by killing its decoders. */
import type { EngineProcess } from './engine-process.js';

/** Settings with which that takes a moment: attempts follow each other quickly. */
export const QUICK_ATTEMPTS = {
  RETROVUE_PLAYOUT_DECODER__BACKOFF__BASE_MS: '10',
  RETROVUE_PLAYOUT_DECODER__BACKOFF__MAX_MS: '50',
};

/** Kills the decoders that the channel has, one after the other, until it has given up. */
export async function spendBudget(engine: EngineProcess, channelId: number): Promise<void> {
  const killed = new Set<number>();
  const spent = (detail: string) => detail.startsWith('BudgetExhausted');
  for (;;) {
    const { detail, decoders } = await engine.snapshotWhere(
      channelId,
      (it) => spent(it.detail) || it.decoders.some(({ pid }) => pid !== null && !killed.has(pid)),
    );
    if (spent(detail)) return;
    for (const { pid } of decoders) {
      if (pid === null || killed.has(pid)) continue;
      killed.add(pid);
      killIfThere(pid);
    }
  }
}

/** What a snapshot names may be gone by now: it has lost the restart all the same. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
