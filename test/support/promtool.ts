/** How tests run promtool, and what they read of the files that are made for Prometheus and Grafana. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { protoDirectory } from '../../src/control/proto-files.js';
import { executableOnPath } from '../../src/media/child-prefix.js';

export const packageRoot = path.dirname(protoDirectory());
export const PROMETHEUS_FILES = path.join(packageRoot, 'ops/prometheus');

/** What to hand to tap's `skip` in tests that need Prometheus. */
export const skipWithoutPrometheus = ['promtool', 'prometheus'].every((name) => executableOnPath(name))
  ? false
  : 'promtool and prometheus are not on PATH: apt-get install prometheus';

/** Runs promtool in the folder of the rules to its end; `text` is all that it said. */
export function promtool(args: readonly string[], input = ''): { code: number | null; text: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, {
    cwd: PROMETHEUS_FILES,
    input,
    encoding: 'utf8',
  });
  if (error) throw error;
  return { code: status, text: `${stdout}${stderr}` };
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rules of `alerts.yml`. */
export function alertRules(): AlertRule[] {
  const { groups } = readYaml('alerts.yml') as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** One question that `alerts.test.yml` asks of an alert. */
export interface AlertCase {
  readonly alert: string;
  readonly fires: boolean;
}

export interface AlertTests {
  readonly cases: readonly AlertCase[];
  /** The series that are fed in. */
  readonly series: readonly string[];
}

export function alertTests(): AlertTests {
  const { tests } = readYaml('alerts.test.yml') as {
    tests: {
      input_series: { series: string }[];
      alert_rule_test: { alertname: string; exp_alerts: unknown[] }[];
    }[];
  };
  return {
    cases: tests.flatMap((test) =>
      test.alert_rule_test.map((each) => ({ alert: each.alertname, fires: each.exp_alerts.length > 0 })),
    ),
    series: tests.flatMap((test) => test.input_series.map(({ series }) => series)),
  };
}

function readYaml(name: string): unknown {
  return parse(readFileSync(path.join(PROMETHEUS_FILES, name), 'utf8'));
}

/** One metric as a scrape shows it. */
export interface ScrapedMetric {
  readonly name: string;
  readonly type: string;
  /** Names of the labels of its series, sorted; `le` left out. */
  readonly labels: readonly string[];
  /** Its series, without their values, just as they are written. */
  readonly series: readonly string[];
}

/** Reads the text format as far as our own exposition uses it. */
export function readScrape(text: string): ScrapedMetric[] {
  const lines = text.split('\n');
  const metrics = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ').slice(2));
  return metrics.map(([name = '', type = '']) => {
    const suffix = type === 'histogram' ? '(?:_bucket|_sum|_count)' : '';
    const pattern = new RegExp(`^${name}${suffix}(?:\\{.*\\})? `);
    const series = lines
      .filter((line) => pattern.test(line))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));
    const labels = new Set(
      series.flatMap((each) => [...each.matchAll(/([a-z_]+)="/g)].map(([, label]) => label)),
    );
    labels.delete('le');
    return { name, type, labels: [...labels].sort() as string[], series };
  });
}

/** The names of our metrics, as they can stand in a query, that occur in a text. */
export function metricNamesIn(text: string): Set<string> {
  return new Set(text.match(/retrovue_playout_[a-z_]+/g));
}

/** What a query may name of a metric. */
export function queryNames({ name, type }: ScrapedMetric): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
