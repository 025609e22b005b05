/**
 * The metrics of channels: each is one reading of a channel's snapshot, so that metrics and snapshots can never
 * disagree. Label `channel` is the id; no path, pid, port or plan handle is ever a label.
 *
 * A pad, slate that the schedule asks for, counts as slate among the frames aired, because that is the picture that
 * left; `slate_active` is about faults and stays 0 during a pad. So is slate that an operator has taken, which has a gauge of
 * its own, whatever airs beneath it.
 */
import {
  CHANNEL_STATE_NUMBER,
  type ChannelCounters,
  type HistogramSnapshot,
} from '../../supervisors/channel/snapshot.js';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { holds } from '../dashboard/channel-facts.js';
import type { ComputedMetric, Sample } from './computed-metric.js';

const PREFIX = 'retrovue_playout_';

/** Reasons that are shown as 0 before they occur, so that the first occurrence is an increase. */
const DROP_REASONS = ['late', 'plan_swap', 'preview', 'stopped', 'filler', 'skipped', 'operator_slate'];
const RESTART_REASONS = [
  'crashed',
  'ended_early',
  'stalled',
  'no_frames',
  'too_slow',
  'unusable',
  'operator',
];

type Read<T> = (channel: ChannelView) => T;

/** Every metric that follows from the snapshots. */
export function channelMetrics(): ComputedMetric[] {
  const labelled =
    (samplesOf: Read<Sample[]>): ComputedMetric['samples'] =>
    ({ channels }) =>
      channels.flatMap(samplesOf);
  const labelOf = ({ channelId }: ChannelView) => ({ channel: channelId });

  const gauge = (name: string, help: string, read: Read<number>): ComputedMetric => ({
    name: PREFIX + name,
    help,
    type: 'gauge',
    samples: labelled((channel) => [{ labels: labelOf(channel), value: read(channel) }]),
  });

  const counter = (
    name: string,
    help: string,
    read: (counters: ChannelCounters) => number,
  ): ComputedMetric => ({
    ...gauge(`${name}_total`, help, (channel) => read(channel.counters)),
    type: 'counter',
  });

  const counterBy = (
    label: string,
    name: string,
    help: string,
    read: (counters: ChannelCounters) => Readonly<Record<string, number>>,
  ): ComputedMetric => ({
    name: `${PREFIX}${name}_total`,
    help,
    type: 'counter',
    samples: labelled((channel) =>
      Object.entries(read(channel.counters)).map(([key, value]) => ({
        labels: { ...labelOf(channel), [label]: key },
        value,
      })),
    ),
  });

  const histogram = (
    name: string,
    help: string,
    read: (counters: ChannelCounters) => HistogramSnapshot,
  ): ComputedMetric => ({
    name: PREFIX + name,
    help,
    type: 'histogram',
    samples: labelled((channel) => histogramSamples(PREFIX + name, labelOf(channel), read(channel.counters))),
  });

  return [
    gauge(
      'channel_state',
      'State of the channel: 0 stopped, 1 buffering, 2 ready, 3 error.',
      ({ state }) => CHANNEL_STATE_NUMBER[state],
    ),
    {
      name: `${PREFIX}channel_in_state`,
      help: 'Whether the channel is in the state that the label names: 1 or 0.',
      type: 'gauge',
      samples: labelled((channel) =>
        Object.keys(CHANNEL_STATE_NUMBER).map((state) => ({
          labels: { ...labelOf(channel), state },
          value: channel.state === state ? 1 : 0,
        })),
      ),
    },
    gauge(
      'frame_gap_seconds',
      'Due time of the last frame on the MasterClock minus the time it was sent; negative is late.',
      ({ frameGapSeconds }) => frameGapSeconds,
    ),
    gauge(
      'buffer_depth_frames',
      'Decoded frames staged for the coming ticks.',
      ({ bufferDepthFrames }) => bufferDepthFrames,
    ),
    gauge(
      'buffer_capacity_frames',
      'How many frames may be staged; 0 while no process runs the channel.',
      ({ hostPid, queueFrames }) => (hostPid === null ? 0 : queueFrames),
    ),
    gauge('channel_health', 'Whether the channel can do its work: 1 or 0.', ({ healthy }) =>
      healthy ? 1 : 0,
    ),
    gauge(
      'slate_active',
      'Whether slate airs because content is missing (1); a scheduled pad is 0.',
      ({ airing }) => (airing === 'slate' ? 1 : 0),
    ),
    gauge('no_scheduled_content', 'Whether no plan has anything to air now: 1 or 0.', (channel) =>
      holds(channel, 'NoScheduledContent') ? 1 : 0,
    ),
    gauge(
      'operator_slate_active',
      'Whether an operator has slate on air in place of what is scheduled: 1 or 0.',
      ({ operatorSlate }) => (operatorSlate === null ? 0 : 1),
    ),
    gauge(
      'plan_asset_problems',
      'Segments on air or due within the hour whose asset is known to be missing or unusable.',
      ({ planAssetProblems }) => planAssetProblems.count,
    ),
    gauge(
      'restart_budget_remaining',
      'Decoder restarts that the current window still allows.',
      ({ budget }) => budget.remaining,
    ),
    gauge('consumers', 'Renderers connected to the channel.', ({ consumers }) => consumers),
    gauge(
      'channel_uptime_seconds',
      'How long the channel has been up.',
      ({ uptimeSeconds }) => uptimeSeconds,
    ),
    gauge(
      'clock_offset_seconds',
      "How far the system's wall clock has moved against the MasterClock since the plan was put on air.",
      ({ clockOffsetSeconds }) => clockOffsetSeconds,
    ),
    counterBy(
      'source',
      'frames_aired',
      "Frames sent, by what they showed; scheduled pads and the operator's slate count as slate.",
      ({ framesAired }) => framesAired,
    ),
    counter('frames_decoded', 'Whole frames that decoders delivered.', ({ framesDecoded }) => framesDecoded),
    counterBy('reason', 'frames_dropped', 'Decoded frames that were never sent.', ({ framesDropped }) =>
      withZeros(DROP_REASONS, framesDropped),
    ),
    counter(
      'ticks_missed',
      'Ticks sent over one interval late, or skipped.',
      ({ ticksMissed }) => ticksMissed,
    ),
    counter(
      'buffer_underrun',
      'Times that a tick was owed content and the queue was empty.',
      ({ bufferUnderruns }) => bufferUnderruns,
    ),
    counter('decode_failures', 'Decoders that were lost.', ({ decodeFailures }) => decodeFailures),
    counterBy(
      'reason',
      'decoder_restarts',
      'Restarts of decoders, by what was lost.',
      ({ decoderRestarts }) => withZeros(RESTART_REASONS, decoderRestarts),
    ),
    counter('plan_rejections', 'Plans that were refused.', ({ planRejections }) => planRejections),
    counter(
      'consumer_frames_dropped',
      'Whole frames that consumers lost because they did not keep up.',
      ({ consumerFramesDropped }) => consumerFramesDropped,
    ),
    histogram(
      'decode_latency_seconds',
      'From the order for a decoder to its first frame.',
      ({ decodeLatencySeconds }) => decodeLatencySeconds,
    ),
    histogram(
      'tick_lateness_seconds',
      'How long after its due time a frame was handed to the output.',
      ({ tickLatenessSeconds }) => tickLatenessSeconds,
    ),
    histogram(
      'plan_swap_seconds',
      'From the request for another plan to its first frame on air.',
      ({ planSwapSeconds }) => planSwapSeconds,
    ),
  ];
}

function withZeros(
  reasons: readonly string[],
  counts: Readonly<Record<string, number>>,
): Record<string, number> {
  return { ...Object.fromEntries(reasons.map((reason) => [reason, 0])), ...counts };
}

function histogramSamples(
  name: string,
  labels: Sample['labels'],
  { bounds, counts, sum, count }: HistogramSnapshot,
): Sample[] {
  const bucket = (le: string, value: number) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  return [
    ...bounds.map((bound, index) => bucket(String(bound), counts[index] ?? 0)),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
