/** What a real engine shows at `/metrics`: its form, its names, how long, and to how many at once. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import tap, { test } from 'tap';
import { serverPorts } from '../support/engine-asserts.js';
import {
  alertRules,
  alertTests,
  metricNamesIn,
  packageRoot,
  promtool,
  queryNames,
  readScrape,
  skipWithoutPrometheus,
} from '../support/promtool.js';
import { BYSTANDER, openStation } from '../support/station.js';

/** Long enough to be seen while it lasts, also on a machine that is busy. */
const RETENTION_MS = 5000;
const station = await openStation(tap, {
  RETROVUE_PLAYOUT_CHANNELS__STOPPED_RETENTION_MS: `${RETENTION_MS}`,
});
const { engine } = station;
const ours = async () =>
  readScrape(await engine.metrics()).filter(({ name }) => name.startsWith('retrovue_playout_'));

test('promtool has nothing to complain of', { skip: skipWithoutPrometheus }, async (t) => {
  const { code, text } = promtool(['check', 'metrics'], await engine.metrics());
  t.equal(text, '');
  t.equal(code, 0);
});

test('docs/metrics.md lists what there is, with its type and labels, and nothing else', async (t) => {
  const page = readFileSync(path.join(packageRoot, 'docs/metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(retrovue_\w+)` \| (\w+) \|([^|]*)\| (.*\S.*) \|$/gm)];
  const listed = rows.map(([, name, type, labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  }));
  const shown = (await ours()).map(({ name, type, labels }) => ({ name, type, labels }));
  const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) =>
    `${a.name}`.localeCompare(`${b.name}`);
  t.same(listed.sort(byName), shown.sort(byName));
});

test('whatever alerts and their tests read is there', async (t) => {
  const shown = await ours();
  const names = new Set(shown.flatMap(queryNames));
  for (const { alert, expr } of alertRules()) {
    for (const name of metricNamesIn(expr)) t.ok(names.has(name), `${alert} reads ${name}`);
  }
  const known = new Set(shown.flatMap(({ series }) => series.map(withoutPlace)));
  for (const series of new Set(alertTests().series.map(withoutPlace))) {
    if (series.startsWith('up{')) continue;
    t.ok(known.has(series), `${series} is a series that an engine shows`);
  }
});

/** A series without the labels that tell which engine and channel it is of, so that those of tests and of engines compare. */
function withoutPlace(series: string): string {
  const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series) ?? [];
  const kept = labels.split(/, ?/).filter((label) => label !== '' && !/^(channel|instance|job)=/.test(label));
  return `${name}{${kept.join(',')}}`;
}

test('a stopped channel is shown with state 0 for the retention time, then not at all', async (t) => {
  const { client } = engine;
  const channelId = 1;
  t.match(await client.startChannel({ channelId, planHandle: 'mock', port: 0 }), { success: true });
  const seriesOf = (text: string) => text.split('\n').filter((line) => line.includes('channel="1"'));
  const onAir = seriesOf(await engine.metrics());
  t.match(await client.stopChannel({ channelId }), { success: true });
  const stopped = seriesOf(await engine.metrics());
  t.ok(stopped.includes('retrovue_playout_channel_state{channel="1"} 0'));
  t.same(stopped.map(nameAndLabels), onAir.map(nameAndLabels), 'all of its series stay');
  let left = stopped;
  while (left.length > 0) {
    t.ok(left.includes('retrovue_playout_channel_state{channel="1"} 0'));
    left = seriesOf(await engine.metrics());
  }
  t.equal((await fetch(`http://${engine.http}/channels/1`)).status, 404, 'it is unknown everywhere');
  t.match(await engine.snapshot(BYSTANDER), { state: 'ready' });
});

const nameAndLabels = (line: string) => line.slice(0, line.lastIndexOf(' '));

test('a thousand scrapes at once are each answered in full, or turned away, and no tick suffers', async (t) => {
  const before = await engine.snapshot(BYSTANDER);
  const [, httpPort] = serverPorts(engine);
  const outcomes = await Promise.all(Array.from({ length: 1000 }, () => scrapeOnce(httpPort as number)));
  const counted = new Map<string, number>();
  for (const outcome of outcomes) counted.set(outcome, (counted.get(outcome) ?? 0) + 1);
  t.comment(JSON.stringify([...counted]));
  t.ok((counted.get('200 whole') ?? 0) > 0, 'some are answered');
  const refusals = ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', '503 with a reason'];
  const odd = [...counted.keys()].filter((outcome) => outcome !== '200 whole' && !refusals.includes(outcome));
  t.same(odd, [], 'the others are turned away, and none is answered by half');

  t.match(await engine.metrics(), 'retrovue_playout_channel_state{channel="900"} 2\n', 'the next is served');
  const after = await engine.snapshot(BYSTANDER);
  t.equal(after.hostPid, before.hostPid);
  t.equal(after.counters.bufferUnderruns, 0);
  t.same(
    engine.log.filter(({ event }) => event === 'ticks_skipped' || event === 'page_failed'),
    [],
  );
  const [, rss] = /^process_resident_memory_bytes (\d+)$/m.exec(await engine.metrics()) ?? [];
  t.ok(Number(rss) < 300e6, `the engine takes ${Number(rss) / 1e6} MB, not one scrape for each who asked`);
});

/** In a word or two what becomes of one request on a connection of its own. */
async function scrapeOnce(port: number): Promise<string> {
  try {
    const request = get({ host: '127.0.0.1', port, path: '/metrics', agent: false });
    const [response] = await once(request, 'response');
    let body = '';
    for await (const part of response.setEncoding('utf8')) body += part;
    const whole =
      body.length === Number(response.headers['content-length']) && body.includes('channel="900"');
    if (response.statusCode === 200) return whole ? '200 whole' : '200 in part';
    return `${response.statusCode} ${/\S/.test(body) ? 'with a reason' : 'without a reason'}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

test('through all of it the bystander aired every frame, and nothing is left behind', (t) =>
  station.close(t));
