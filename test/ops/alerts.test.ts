/** The alerts: what Prometheus's own tool says of them, and that each is tested both ways and explained. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'tap';
import { alertRules, alertTests, packageRoot, promtool, skipWithoutPrometheus } from '../support/promtool.js';

const withPrometheus = { skip: skipWithoutPrometheus };
const rules = alertRules();

test(
  'promtool finds nothing wrong with the rules or the example of a configuration',
  withPrometheus,
  async (t) => {
    for (const [what, file] of [
      ['rules', 'alerts.yml'],
      ['config', 'prometheus.yml'],
    ] as const) {
      const { code, text } = promtool(['check', what, file]);
      t.equal(code, 0, text);
      t.notMatch(text, /FAILED|WARN/i);
    }
  },
);

test('each alert fires when it should and is silent when it should be', withPrometheus, async (t) => {
  const { code, text } = promtool(['test', 'rules', 'alerts.test.yml']);
  t.equal(code, 0, text);
});

test('every alert is tested both ways, and nothing else is', async (t) => {
  const { cases } = alertTests();
  for (const { alert } of rules) {
    for (const fires of [true, false]) {
      const found = cases.some((each) => each.alert === alert && each.fires === fires);
      t.ok(found, `${alert} ${fires ? 'fires' : 'is silent'} in a case`);
    }
  }
  const known = new Set(rules.map(({ alert }) => alert));
  t.same(
    cases.filter(({ alert }) => !known.has(alert)),
    [],
    'no case is about an alert that there is not',
  );
});

test('every alert says what it is about and what to do, and points to its part of the page', async (t) => {
  const page = readFileSync(path.join(packageRoot, 'docs/alerts.md'), 'utf8');
  const parts = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
  );
  for (const { alert, labels, annotations } of rules) {
    t.match(labels.severity, /^(critical|warning)$/, alert);
    t.match(annotations.summary, /\S/);
    t.match(annotations.description, /\S/);
    t.equal(annotations.runbook, `docs/alerts.md#${alert.toLowerCase()}`);
    const part = parts.get(alert) ?? '';
    for (const answer of ['Means', 'Viewers see', 'Do', 'Clears'])
      t.match(part, `**${answer}**: `, `the page says of ${alert}: ${answer}`);
    t.match(page, `| [${alert}](#${alert.toLowerCase()}) | ${labels.severity} |`, 'it is in the table');
  }
  t.same(
    [...parts.keys()],
    rules.map(({ alert }) => alert),
    'the page has no other, and the same order',
  );
});
