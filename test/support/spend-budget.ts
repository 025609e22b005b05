/** Spends a channel's restart budget, as a decoder that crashes over and over does. */
import type { EngineProcess } from './engine-process.js';

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
      process.kill(pid, 'SIGKILL');
    }
  }
}
