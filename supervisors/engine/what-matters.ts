/**
 * Tells news from progress: of two snapshots of a channel, does the later one say anything but that time has passed?
 * Positions, ages, counts of frames and depths are progress; what an operator would look up for is news.
 */
import type { ChannelView } from './channel-view.js';

/** Equal for two snapshots of a channel exactly when there is no news in the later one. */
export function whatMatters(snapshot: ChannelView): string {
  const { machine, onAir, decoders, pendingPlan, preview, planAssetProblems, lastExit, conditions } =
    snapshot;
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
    // Their messages may count down seconds.
    conditions.map(({ type, status, reason }) => [type, status, reason]),
  ]);
}
