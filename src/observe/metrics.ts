/**
 * Everything that `/metrics` shows: the channels', the engine's own, and those of its Node process (`process_*`,
 * `nodejs_*`). All of it is read at the moment of the scrape; there is nothing to keep up to date and nothing to close.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ChannelViews } from '../../supervisors/engine/channel-commands.js';
import { channelMetrics } from './channel-metrics.js';
import {
  type ComputedMetric,
  type ProcessCounts,
  type Reading,
  registerComputed,
} from './computed-metric.js';

export interface MetricsOptions {
  readonly views: Pick<ChannelViews, 'snapshots'>;
  readonly build: {
    readonly version: string;
    readonly apiVersion: string;
    readonly ffmpegVersion: string;
  };
  /** Undefined where they cannot be counted: then there are no series of them. */
  readonly processes: () => ProcessCounts | undefined | Promise<ProcessCounts | undefined>;
}

export interface Metrics {
  readonly registry: {
    /** The type to serve the text under. */
    readonly contentType: string;
    /**
     * The text, made from one reading of the engine. Whoever asks while it is being made gets the same one, so that a
     * crowd of scrapers costs no more than one of them. Rejects if a source does.
     */
    metrics(): Promise<string>;
  };
}

/** The metrics of an engine. */
export function createMetrics({ views, build, processes }: MetricsOptions): Metrics {
  let reading: Reading = { channels: [], processes: undefined };
  const own = new Registry();
  const metrics: ComputedMetric[] = [
    ...channelMetrics(),
    ...processMetrics(),
    {
      name: 'retrovue_playout_build_info',
      help: 'Always 1; the labels tell what runs.',
      type: 'gauge',
      samples: () => [
        {
          labels: {
            version: build.version,
            api_version: build.apiVersion,
            ffmpeg_version: build.ffmpegVersion,
          },
          value: 1,
        },
      ],
    },
  ];
  for (const metric of metrics) registerComputed(own, metric, () => reading);
  const all = Registry.merge([own, nodeMetrics()]);

  const scrape = async () => {
    const counted = await processes();
    reading = { channels: views.snapshots(), processes: counted };
    return all.metrics();
  };
  let underWay: Promise<string> | undefined;
  return {
    registry: {
      contentType: all.contentType,
      metrics() {
        underWay ??= scrape().finally(() => {
          underWay = undefined;
        });
        return underWay;
      },
    },
  };
}

function processMetrics(): ComputedMetric[] {
  const gauge = (name: string, help: string, field: keyof ProcessCounts): ComputedMetric => ({
    name: `retrovue_playout_${name}`,
    help,
    type: 'gauge',
    samples: ({ processes }) => (processes === undefined ? [] : [{ labels: {}, value: processes[field] }]),
  });
  return [
    gauge('children_expected', 'Child processes the engine should have: hosts and decoders.', 'expected'),
    gauge('children_actual', 'Child processes the engine has, zombies not counted.', 'actual'),
    gauge('zombies', 'Dead child processes that nobody has reaped.', 'zombies'),
  ];
}

/**
 * Gauges of prom-client whose names end like a counter's, which `promtool check metrics` complains of. Each is the sum of
 * one that stays (`nodejs_active_handles{type}` and the like).
 */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

let ofThisProcess: Registry | undefined;

/**
 * prom-client's default metrics watch the event loop and the garbage collector and cannot be told to stop, so there
 * is one set of them for the life of the process, however often metrics are created. They do not keep it alive.
 */
function nodeMetrics(): Registry {
  if (ofThisProcess === undefined) {
    ofThisProcess = new Registry();
    collectDefaultMetrics({ register: ofThisProcess });
    for (const name of MISNAMED) ofThisProcess.removeSingleMetric(name);
  }
  return ofThisProcess;
}
