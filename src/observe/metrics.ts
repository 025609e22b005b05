/**
 * Everything that `/metrics` shows: the channels', the engine's own, and those of its Node process (`process_*`,
 * `nodejs_*`). All of it is read at the moment of the scrape; there is nothing to keep up to date and nothing to close.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ChannelViews } from '../../supervisors/engine/channel-commands.js';
import { channelMetrics } from './channel-metrics.js';
import { type ComputedMetric, registerComputed } from './computed-metric.js';

/** Child processes of the engine at all depths: hosts and decoders. */
export interface ProcessCounts {
  /** How many there should be. */
  readonly expected: number;
  /** How many live; zombies do not. */
  readonly actual: number;
  /** Dead ones that nobody has reaped. */
  readonly zombies: number;
}

export interface MetricsOptions {
  readonly views: ChannelViews;
  readonly build: {
    readonly version: string;
    readonly apiVersion: string;
    readonly ffmpegVersion: string;
  };
  /** Undefined where they cannot be counted: then there are no series of them. */
  readonly processes: () => ProcessCounts | undefined | Promise<ProcessCounts | undefined>;
}

export interface Metrics {
  /** Its `metrics()` is the text and its `contentType` the type to serve it under. */
  readonly registry: Registry;
}

/** The metrics of an engine. */
export function createMetrics({ views, build, processes }: MetricsOptions): Metrics {
  const registry = new Registry();
  const metrics: ComputedMetric[] = [
    ...channelMetrics(() => views.snapshots()),
    ...processMetrics(processes),
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
  for (const metric of metrics) registerComputed(registry, metric);
  return { registry: Registry.merge([registry, nodeMetrics()]) };
}

function processMetrics(processes: MetricsOptions['processes']): ComputedMetric[] {
  let counting: Promise<ProcessCounts | undefined> | undefined;
  // One count for all the gauges of a scrape, or expected and actual would differ whenever one has just changed.
  const count = () => {
    counting ??= (async () => processes())().finally(() => {
      counting = undefined;
    });
    return counting;
  };
  const gauge = (name: string, help: string, field: keyof ProcessCounts): ComputedMetric => ({
    name: `retrovue_playout_${name}`,
    help,
    type: 'gauge',
    samples: async () => {
      const counts = await count();
      return counts === undefined ? [] : [{ labels: {}, value: counts[field] }];
    },
  });
  return [
    gauge('children_expected', 'Child processes the engine should have: hosts and decoders.', 'expected'),
    gauge('children_actual', 'Child processes the engine has, zombies not counted.', 'actual'),
    gauge('zombies', 'Dead child processes that nobody has reaped.', 'zombies'),
  ];
}

let ofThisProcess: Registry | undefined;

/**
 * prom-client's default metrics watch the event loop and the garbage collector and cannot be told to stop, so there
 * is one set of them for the life of the process, however often metrics are created. They do not keep it alive.
 */
function nodeMetrics(): Registry {
  if (ofThisProcess === undefined) {
    ofThisProcess = new Registry();
    collectDefaultMetrics({ register: ofThisProcess });
  }
  return ofThisProcess;
}
