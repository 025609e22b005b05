/**
 * A metric that is computed when it is scraped and keeps nothing in between. prom-client's own counters and
 * histograms count for themselves; ours are counted where they happen, in another process, and arrive as totals.
 * Because nothing is kept, the series of a channel that is gone are gone with it.
 */
import type { Metric, Registry } from 'prom-client';

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
  readonly samples: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Adds `metric` to what `registry` shows. */
export function registerComputed(registry: Registry, metric: ComputedMetric): void {
  const { name, help, type, samples } = metric;
  const source = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: async () => ({ name, help, type, aggregator: 'sum', values: await samples() }),
  };
  // A registry asks of a metric no more than its name and get(); the declared type names its four classes only.
  registry.registerMetric(source as unknown as Metric);
}
