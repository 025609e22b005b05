/** What hosts under test are booted with: the defaults, as the engine would send them. */
import { DEFAULT_RESTART_LIMITS } from '../../../machines/restart-policy.js';
import type { Format } from '../../../supervisors/channel/format.js';
import type { HostSettings } from '../../../supervisors/engine/host-protocol.js';

export function hostSettings(
  options: { readonly format: Format } & Partial<Omit<HostSettings, 'channel'>>,
): HostSettings {
  const { format, ...changes } = options;
  return {
    channel: {
      format,
      queueFrames: 60,
      preparingFrames: 15,
      readyFrames: 30,
      holdMs: 1000,
      slateMinMs: 1000,
      stallMs: 1000,
      firstFrameMs: 5000,
      maxLagMs: 1000,
      leadMs: 5000,
      updateTimeoutMs: 5000,
      restarts: DEFAULT_RESTART_LIMITS,
    },
    ffmpegPath: 'ffmpeg',
    decoderNice: 10,
    planDirectory: '/nonexistent/plans',
    planStore: null,
    mediaRoots: ['/nonexistent/media'],
    consumerMaxPinnedFrames: 4,
    consumerStallMs: 10_000,
    ...changes,
  };
}
