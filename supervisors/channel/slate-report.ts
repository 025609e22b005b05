/**
 * The one thing told when slate takes over from content: what failed, how often, and what happens next. It is what
 * whoever is woken by it reads first, so it answers without a look anywhere else.
 */
import type { ChannelSnapshotOf } from '../../machines/channel-machine.js';
import { restartsInWindow } from '../../machines/restart-policy.js';
import type { ChannelReport } from './channel-event.js';
import { type Format, tickMs } from './format.js';
import type { Program } from './program.js';

/** @param live the program on air; undefined while its plan is not resolved. */
export function slateReport(
  { context }: ChannelSnapshotOf,
  live: Program | undefined,
  format: Format,
  nowMs: number,
): Extract<ChannelReport, { event: 'slate' }> {
  const { limits, restarts, condition, reason, retryAtMs } = context;
  const segment = live?.head?.occurrence.segment.index;
  return {
    event: 'slate',
    condition: condition ?? '',
    reason,
    restarts: restartsInWindow(restarts, nowMs, limits.windowMs).length,
    maxRestarts: limits.maxRestarts,
    windowMs: limits.windowMs,
    nextAttemptMs: Math.max(0, (retryAtMs ?? nowMs) - nowMs),
    nextSegment: nextSegment(live, format),
    ...(segment !== undefined && { segment }),
  };
}

function nextSegment(live: Program | undefined, format: Format) {
  const head = live?.head;
  if (live?.startTick === undefined || head === undefined) return null;
  const { endFrame } = head.occurrence;
  const asset = live.timeline.at(endFrame)?.segment.assetUri;
  if (asset === undefined) return null;
  return { asset, inMs: Math.max(0, endFrame - live.airFrame) * tickMs(format) };
}
