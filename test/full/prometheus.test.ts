/**
 * The engine as a real Prometheus sees it: it takes the rules, has an answer to every query of the dashboard, and raises the
 * alert when decoders are killed until the restarts are spent, and takes it back once the channel airs again.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { frameBytes } from '../../supervisors/channel/format.js';
import { dashboardQueries, mayBeEmpty } from '../support/dashboard.js';
import { endsClean, serverPorts } from '../support/engine-asserts.js';
import { startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { startPrometheus } from '../support/prometheus-server.js';
import { alertRules, skipWithoutPrometheus } from '../support/promtool.js';
import { tempDir } from '../support/temp-dir.js';
import { waywardFfmpeg } from '../support/wayward-ffmpeg.js';
import { connectY4m } from '../support/y4m-reader.js';

const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 } as const;
const WELL = 1;
const VICTIM = 2;
/** The alert's own minute, and a busy machine. */
t.setTimeout(280_000);

t.test('against a real Prometheus', { skip: skipWithoutPrometheus }, async (t) => {
  const folder = tempDir(t);
  const inFolder = (name: string) => path.join(folder, name);
  for (const each of ['tools', 'prometheus']) mkdirSync(inFolder(each));
  const real = await testFfmpeg();
  const wayward = waywardFfmpeg(inFolder('tools'), real, frameBytes(FORMAT) + 'FRAME\n'.length);
  for (const name of ['well.mp4', 'other.mp4', 'victim.mp4'])
    await paintMedia(real, { path: inFolder(name), frames: 300 });
  const engine = await startEngineProcess({ ffmpeg: wayward.path, plans: folder, mediaRoots: [folder] });
  t.teardown(() => engine.stop());
  const prometheus = await startPrometheus(inFolder('prometheus'), engine.http);
  t.teardown(() => prometheus.stop());

  const start = async (channelId: number, name: string) => {
    const outcome = await engine.client.startChannel({ channelId, planHandle: inFolder(name), port: 0 });
    t.match(outcome, { success: true });
    return outcome.port;
  };
  const ports = [await start(WELL, 'well.mp4'), await start(VICTIM, 'victim.mp4')];
  const renderer = connectY4m(ports[0] as number);
  t.teardown(() => renderer.close());
  const watched = renderer.drain();

  await t.test('it takes all rules, and none fails', async (t) => {
    await prometheus.queryUntil('ALERTS or up', (series) => series.length > 0);
    const rules = await prometheus.rules();
    t.same(
      rules.map(({ name }) => name),
      alertRules().map(({ alert }) => alert),
    );
  });

  await t.test('every query of the dashboard is answered', async (t) => {
    // So that there is a swap to be shown, within what rates look back on.
    await prometheus.queryUntil(
      `retrovue_playout_consumers{channel="${WELL}"}`,
      ([one]) => one?.value[1] === '1',
    );
    const update = await engine.client.updatePlan({ channelId: WELL, planHandle: inFolder('other.mp4') });
    t.match(update, { success: true });
    const swaps = `increase(retrovue_playout_plan_swap_seconds_count{channel="${WELL}"}[1m])`;
    await prometheus.queryUntil(swaps, ([one]) => Number(one?.value[1]) > 0);
    const queries = dashboardQueries('10s');
    t.ok(queries.length > 40, `${queries.length} queries`);
    for (const query of queries) {
      const { panel, expr } = query;
      const series = await prometheus.query(expr);
      if (mayBeEmpty(query)) continue;
      const numbers = series.filter(({ value }) => !Number.isNaN(Number(value[1])));
      t.ok(numbers.length > 0, `${panel}: ${expr}`);
    }
  });

  await t.test('with all well, nothing is pending for long or firing', async (t) => {
    const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    t.same(firing, []);
  });

  await t.test('decoders are killed until the restarts are spent: the alert fires, and clears', async (t) => {
    const aboutVictim = ({ labels }: { labels: Readonly<Record<string, string>> }) =>
      labels.alertname === 'RetrovueChannelUnhealthy' && labels.channel === `${VICTIM}`;
    wayward.spoil('victim.mp4', { fault: 'exit1' });
    const { decoders } = await engine.snapshot(VICTIM);
    for (const { pid } of decoders) if (pid !== null) process.kill(pid, 'SIGKILL');
    await engine.snapshotWhere(VICTIM, ({ detail }) => detail.startsWith('BudgetExhausted'));

    const [pending] = (await prometheus.alertsUntil((all) => all.some(aboutVictim))).filter(aboutVictim);
    t.equal(pending?.state, 'pending', 'it waits for a minute, in case the channel recovers');
    const expression = alertRules().find(({ alert }) => alert === 'RetrovueChannelUnhealthy')?.expr ?? '';
    const holds = await prometheus.query(expression);
    t.same(
      holds.map(({ metric }) => metric.channel),
      [`${VICTIM}`],
      'it holds for this channel alone',
    );
    const isFiring = (all: Awaited<ReturnType<typeof prometheus.alerts>>) =>
      all.some((each) => aboutVictim(each) && each.state === 'firing');
    const [firing] = (await prometheus.alertsUntil(isFiring)).filter(aboutVictim);
    t.match(firing?.labels, { severity: 'critical', job: 'retrovue-playout', instance: engine.http });
    t.equal(firing?.annotations.summary, `Channel ${VICTIM} on ${engine.http} cannot do its work`);
    t.match(firing?.annotations.description, `retrovue-playout reset-budget ${VICTIM}`);

    wayward.heal('victim.mp4');
    t.match(await engine.client.resetBudget({ channelId: VICTIM }), { success: true });
    await engine.snapshotWhere(VICTIM, ({ state }) => state === 'ready');
    await prometheus.alertsUntil((all) => !all.some(aboutVictim));
    const restarts = await prometheus.query(
      `sum(increase(retrovue_playout_decoder_restarts_total{channel="${VICTIM}"}[5m])) > 4`,
    );
    t.equal(restarts.length, 1, 'its restarts have been counted');
  });

  await t.test('all that it evaluated meanwhile was well, the other channel too', async (t) => {
    for (const { name, health, lastError } of await prometheus.rules())
      t.match({ name, health, lastError: lastError ?? '' }, { name, health: 'ok', lastError: '' });
    t.match(await engine.snapshot(WELL), { state: 'ready', counters: { decodeFailures: 0 } });
  });

  await t.test('nothing is left behind', async (t) => {
    renderer.close();
    await watched;
    t.equal(await prometheus.stop(), 0);
    await endsClean(t, engine, [...serverPorts(engine), ...ports], folder);
  });
});
