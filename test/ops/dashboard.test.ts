/** The Grafana dashboard: that it works with any Prometheus, and shows every metric there is. Its queries are run in test/full/. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'tap';
import { dashboardQueries, mayBeEmpty, readDashboard } from '../support/dashboard.js';
import { metricNamesIn, packageRoot } from '../support/promtool.js';

const CHOSEN = { type: 'prometheus', uid: '$' + '{datasource}' };
const dashboard = readDashboard();

test('whoever imports it chooses the Prometheus, and then engines and channels', async (t) => {
  t.match(dashboard.templating.list, [
    { name: 'datasource', type: 'datasource', query: 'prometheus' },
    { name: 'instance', type: 'query', datasource: CHOSEN },
    { name: 'channel', type: 'query', datasource: CHOSEN },
  ]);
  for (const { title, type, datasource, targets = [] } of dashboard.panels) {
    if (type === 'row') continue;
    t.ok(targets.length > 0, `${title} asks for something`);
    for (const each of [{ datasource }, ...targets]) t.same(each.datasource, CHOSEN, title);
  }
});

test('it shows every metric that the page lists, and asks for no other', async (t) => {
  const page = readFileSync(path.join(packageRoot, 'docs/metrics.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(retrovue_\w+)`/gm)].map(([, name]) => name);
  const asked = new Set<string | undefined>();
  for (const { expr } of dashboardQueries('1m'))
    for (const name of metricNamesIn(expr)) asked.add(name.replace(/_(bucket|sum|count)$/, ''));
  t.same([...asked].sort(), listed.sort());
});

test('nothing of Grafana is left in a query, and only what shows faults may be empty', async (t) => {
  for (const { expr } of dashboardQueries('1m')) t.notMatch(expr, /\$/);
  const panel = 'any';
  t.notOk(mayBeEmpty({ panel, expr: 'retrovue_playout_consumers{channel=~".*", state!="stopped"}' }));
  t.ok(mayBeEmpty({ panel, expr: 'retrovue_playout_zombies{instance="a"} > 0' }));
  t.ok(mayBeEmpty({ panel, expr: 'ALERTS{alertstate="firing"}' }));
});
