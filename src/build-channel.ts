/**
 * Builds one channel's subtree with the real parts plugged in: ffmpeg, the frame pool, the pacer, sockets. The host
 * process does it with the system's clock; a test may do the same inline.
 */
import type net from 'node:net';
import type { ChannelReport } from '../supervisors/channel/channel-event.js';
import { RESERVED_SLOTS } from '../supervisors/channel/channel-settings.js';
import { type Channel, startChannel } from '../supervisors/channel/channel-supervisor.js';
import type { StartDecoder } from '../supervisors/channel/decoder.js';
import type { FrameSlot } from '../supervisors/channel/frame-slot.js';
import type { FramePool } from '../supervisors/channel/frame-store.js';
import type { PlanSource } from '../supervisors/channel/plan.js';
import type { HostSettings } from '../supervisors/engine/host-protocol.js';
import type { MasterClock } from '../supervisors/master-clock.js';
import type { SupervisorReport } from '../supervisors/otp/report.js';
import { createFramePool } from './frames/frame-pool.js';
import { createFrameQueue } from './frames/frame-queue.js';
import { startPacer } from './frames/pacer.js';
import { createOutput } from './output/output.js';

export interface ChannelParts {
  readonly plans: PlanSource;
  readonly startDecoder: StartDecoder;
  readonly pool: FramePool;
  /** Kept for the channel's whole life. */
  readonly slate: FrameSlot;
}

/** Allocates a channel's frame memory; once per host. */
export function createPool(settings: HostSettings): FramePool {
  const { format, queueFrames, preparingFrames } = settings.channel;
  return createFramePool(format, queueFrames + preparingFrames);
}

export function buildChannel(options: {
  readonly channelId: number;
  readonly settings: HostSettings;
  readonly parts: ChannelParts;
  readonly clock: MasterClock;
  readonly epochMs: number;
  readonly restarts: readonly number[];
  readonly lastFirstAttemptMs: number | undefined;
  readonly operatorSlateSinceUtcMs: number | undefined;
  readonly random: () => number;
  readonly report: (report: ChannelReport) => void;
  readonly onSupervision: (report: SupervisorReport) => void;
}): Promise<Channel<net.Socket>> {
  const { settings, clock, epochMs } = options;
  const { slate, ...parts } = options.parts;
  const { format, preparingFrames } = settings.channel;
  return startChannel<net.Socket>({
    channelId: options.channelId,
    settings: settings.channel,
    clock,
    epochMs,
    ...parts,
    createQueue: createFrameQueue,
    ports: {
      openOutput: () =>
        createOutput(
          {
            format,
            maxPinnedFrames: settings.consumerMaxPinnedFrames,
            maxPinnedSlots: preparingFrames - RESERVED_SLOTS,
            stallMs: settings.consumerStallMs,
          },
          clock,
        ),
      startPacer: (order) => startPacer({ ...order, format, epochMs, clock, slate }),
    },
    restarts: options.restarts,
    lastFirstAttemptMs: options.lastFirstAttemptMs,
    operatorSlateSinceUtcMs: options.operatorSlateSinceUtcMs,
    random: options.random,
    report: options.report,
    onSupervision: options.onSupervision,
  });
}
