/**
 * Tells news from progress: of two snapshots of a channel, does the later one say anything but that time has passed?
 * Positions, ages, counts of frames and depths are progress; what an operator would look up for is news.
 */
import type { ChannelSnapshot } from '../channel/snapshot.js';

/** Equal for two snapshots of a channel exactly when there is no news in the later one. */
export function whatMatters(snapshot: ChannelSnapshot): string {
  const { machine, onAir, decoders, pendingPlan, preview, planAssetProblems, lastExit } = snapshot;
  return JSON.stringify([
    snapshot.state,
    snapshot.healthy,
    snapshot.detail,
    machine?.value,
    snapshot.airing,
    snapshot.operatorSlate,
    snapshot.planHandle,
    snapshot.port,
    snapshot.hostPid,
    snapshot.consumers,
    snapshot.budget.used,
    onAir === null ? null : [onAir.planHash, onAir.segmentIndex, onAir.turn, onAir.segmentType],
    pendingPlan,
    preview,
    planAssetProblems,
    lastExit?.atUtcMs,
    decoders.map(({ incarnation, role, pid }) => [incarnation, role, pid]),
    conditionsOf(snapshot),
  ]);
}

/** What is said to hold of the channel, and why; since when is told by a number, which is no news. */
function conditionsOf(snapshot: object): unknown {
  const { conditions } = snapshot as { readonly conditions?: unknown };
  return JSON.stringify(conditions, (_key, value) => (typeof value === 'number' ? undefined : value));
}
