/** A real Prometheus that a test starts for itself: on loopback, with all it writes in a folder of the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parse, stringify } from 'yaml';
import { spawnPrefix } from '../../src/media/child-prefix.js';
import { PROMETHEUS_FILES } from './promtool.js';

/** One series of an answer; its value at the time of the question. */
export interface QueriedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface LiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

export interface LiveRule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

export interface PrometheusServer {
  /** @throws Error in Prometheus's words when it does not take the query */
  query(query: string): Promise<readonly QueriedSeries[]>;
  /** Asks over and over, as Prometheus scrapes, until the answer satisfies `wanted`. */
  queryUntil(
    query: string,
    wanted: (series: readonly QueriedSeries[]) => boolean,
  ): Promise<readonly QueriedSeries[]>;
  alerts(): Promise<readonly LiveAlert[]>;
  /** Asks over and over until what is pending or firing satisfies `wanted`. */
  alertsUntil(wanted: (alerts: readonly LiveAlert[]) => boolean): Promise<readonly LiveAlert[]>;
  rules(): Promise<readonly LiveRule[]>;
  /** Ends it; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** How often it scrapes and judges. */
const INTERVAL = '500ms';
const ASK_AGAIN_MS = 200;

/**
 * Starts Prometheus with the example of a configuration, rules included, changed in nothing but the engine's address and how
 * often it looks.
 *
 * @param folder the caller's to remove
 * @param target the engine's HTTP address
 */
export async function startPrometheus(folder: string, target: string): Promise<PrometheusServer> {
  const config = parse(readFileSync(path.join(PROMETHEUS_FILES, 'prometheus.yml'), 'utf8'));
  config.global = { scrape_interval: INTERVAL, evaluation_interval: INTERVAL };
  config.rule_files = config.rule_files.map((file: string) => path.join(PROMETHEUS_FILES, file));
  config.scrape_configs[0].static_configs[0].targets = [target];
  const configFile = path.join(folder, 'prometheus.yml');
  writeFileSync(configFile, stringify(config));

  const [command = '', ...args] = [
    ...[...spawnPrefix(), 'prometheus', `--config.file=${configFile}`, '--web.listen-address=127.0.0.1:0'],
    `--storage.tsdb.path=${path.join(folder, 'data')}`,
  ];
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const lines: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    let listening: string | undefined;
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      listening ??= /msg="Listening on" address=(\S+)/.exec(line)?.[1];
      if (listening !== undefined && line.includes('Server is ready')) resolve(listening);
    });
    void closed.then((code) => reject(new Error(`Prometheus exited with ${code}: ${lines.join('\n')}`)));
  });

  const ask = async (pathAndQuery: string) => {
    const response = await fetch(`http://${address}/api/v1/${pathAndQuery}`);
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: Record<string, unknown>;
      error?: string;
    };
    if (status !== 'success') throw new Error(error);
    return data;
  };
  const until = async <T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> => {
    for (;;) {
      const now = await read();
      if (wanted(now)) return now;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  };
  const query: PrometheusServer['query'] = async (text) =>
    (await ask(`query?query=${encodeURIComponent(text)}`)).result as readonly QueriedSeries[];
  const alerts = async () => (await ask('alerts')).alerts as readonly LiveAlert[];
  return {
    query,
    queryUntil: (text, wanted) => until(() => query(text), wanted),
    alerts,
    alertsUntil: (wanted) => until(alerts, wanted),
    rules: async () => ((await ask('rules')).groups as { rules: LiveRule[] }[]).flatMap(({ rules }) => rules),
    stop() {
      child.kill('SIGTERM');
      return closed;
    },
  };
}
