/**
 * A metric that is computed from one reading of the engine when it is scraped, and keeps nothing in between.
 * prom-client's own counters and histograms count for themselves; ours are counted where they happen, in another
 * process, and arrive as totals. Because nothing is kept, the series of a channel that is gone are gone with it.
 */
import type { Metric, Registry } from 'prom-client';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';

/** Child processes of the engine at all depths: hosts and decoders. */
export interface ProcessCounts {
  /** How many there should be. */
  readonly expected: number;
  /** How many live; zombies do not. */
  readonly actual: number;
  /** Dead ones that nobody has reaped. */
  readonly zombies: number;
}

/** What one scrape shows: all of its metrics are made from the same reading, so that none contradicts another. */
export interface Reading {
  readonly channels: readonly ChannelView[];
  /** Undefined where processes cannot be counted. */
  readonly processes: ProcessCounts | undefined;
}

export interface Sample {
  /** Only for the parts of a histogram (`..._bucket`). */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface ComputedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly samples: (reading: Reading) => readonly Sample[];
}

/** Adds `metric` to what `registry` shows; `current` answers the reading of the scrape that is being made. */
export function registerComputed(registry: Registry, metric: ComputedMetric, current: () => Reading): void {
  const { name, help, type, samples } = metric;
  const source = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: async () => ({ name, help, type, aggregator: 'sum', values: samples(current()) }),
  };
  // A registry asks of a metric no more than its name and get(); the declared type names its four classes only.
  registry.registerMetric(source as unknown as Metric);
}
