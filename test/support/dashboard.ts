/** The queries of the Grafana dashboard, as Grafana would send them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from './promtool.js';

export interface DashboardQuery {
  readonly panel: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource?: unknown;
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[];
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[];
  };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(path.join(packageRoot, 'ops/grafana/retrovue-playout.json'), 'utf8'));
}

/** All queries, those of variables too, with everything chosen. @param rateInterval what `$__rate_interval` is, such as `10s` */
export function dashboardQueries(rateInterval: string): DashboardQuery[] {
  const { panels, templating } = readDashboard();
  const filled = (text: string) =>
    text.replaceAll('$__rate_interval', rateInterval).replaceAll(/\$(?:instance|channel)\b/g, '.*');
  const ofPanels = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ panel: title, expr: filled(expr) })),
  );
  const ofVariables = templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => {
      // Grafana asks for the label's values; the series that have them are what must be there.
      const [, series = ''] = /^label_values\((.*), \w+\)$/.exec((query as { query: string }).query) ?? [];
      return { panel: `variable ${name}`, expr: filled(series) };
    });
  return [...ofPanels, ...ofVariables];
}

/** What compares, or reads alerts, shows only what is wrong: no answer is good news. */
export function mayBeEmpty({ expr }: DashboardQuery): boolean {
  const withoutMatchers = expr.replaceAll(/\{[^}]*\}/g, '');
  return /\bALERTS\b|[<>]|[=!]=/.test(withoutMatchers);
}
