/** Snapshots of a real engine, in every state that a channel can be in, held to the schema to the letter. */
import tap, { type Test, test } from 'tap';
import { snapshotForm } from '../../src/observe/snapshot-schema.js';
import { BYSTANDER, openStation } from '../support/station.js';
import { connectY4m } from '../support/y4m-reader.js';

const station = await openStation(tap);
const { engine } = station;

function conforms(t: Test, snapshot: unknown): void {
  const { error } = snapshotForm.safeParse(snapshot);
  t.equal(error === undefined ? '' : JSON.stringify(error.issues), '');
}

const conditionsOf = (snapshot: object) =>
  (snapshot as { conditions: { type: string; status: boolean }[] }).conditions
    .filter(({ status }) => status)
    .map(({ type }) => type);

test('on air, with a preview loaded, a Renderer, a plan to come, and a decoder lost and replaced', async (t) => {
  await station.writePlan('titled', {
    loop: true,
    segments: [
      { asset_uri: 'bystander.mp4', segment_duration_ms: 4000, title: 'The Bee \u{1F41D}' },
      { asset_uri: 'bystander.mp4', segment_duration_ms: 600_000 },
      { asset_uri: 'gone.mp4', segment_duration_ms: 1000 },
    ],
  });
  await station.writePlan('tonight', {
    start_utc_ms: Date.now() + 3_600_000,
    segments: [{ asset_uri: 'bystander.mp4', segment_duration_ms: 1000 }],
  });
  const { port } = await engine.client.startChannel({ channelId: 1, planHandle: 'titled', port: 0 });
  const renderer = connectY4m(port);
  t.teardown(() => renderer.close());
  await renderer.frames(1);
  t.match(await engine.client.updatePlan({ channelId: 1, planHandle: 'tonight' }), { success: true });
  t.match(await engine.client.loadPreview({ channelId: 1, assetPath: 'bystander.mp4' }), { success: true });
  const { decoders } = await engine.snapshotWhere(1, ({ decoders }) =>
    decoders.some(({ role, pid, segmentIndex }) => role !== 'prepared' && segmentIndex === 1 && pid !== null),
  );
  const victim = decoders.find(({ role, segmentIndex }) => role !== 'prepared' && segmentIndex === 1);
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  const snapshot = await engine.snapshotWhere(
    1,
    ({ state, lastExit, decoders, planAssetProblems }) =>
      state === 'ready' &&
      lastExit !== null &&
      planAssetProblems.count > 0 &&
      decoders.some(({ usage }) => usage !== null),
  );
  conforms(t, snapshot);
  t.match(snapshot, {
    state: 'ready',
    pendingPlan: { planHandle: 'tonight' },
    preview: { loaded: true },
    lastExit: { pid: victim?.pid, how: 'crashed', signal: 'SIGKILL', code: null },
    budget: { used: 1 },
    consumers: 1,
    consumerList: [{ address: /^127\.0\.0\.1:\d+$/ }],
  });
  t.match(
    snapshot.coming.find(({ segmentIndex }) => segmentIndex === 2),
    { title: 'gone.mp4', problem: /gone\.mp4.*does not exist/ },
  );
  t.same(conditionsOf(snapshot), ['Ready', 'AssetProblemAhead']);
  await engine.client.stopChannel({ channelId: 1 });
  const stopped = await engine.snapshot(1);
  conforms(t, stopped);
  t.match(stopped, { state: 'stopped', hostPid: null, lastExit: { pid: victim?.pid } });
});

test('on slate, over, refused, and without a host', async (t) => {
  t.match(await engine.client.startChannel({ channelId: 2, planHandle: 'nowhere', port: 0 }), {
    success: false,
  });
  const onSlate = await engine.snapshotWhere(2, ({ airing }) => airing === 'slate');
  conforms(t, onSlate);
  t.match(onSlate, { state: 'error', healthy: false, lastExit: null });
  t.same(conditionsOf(onSlate), ['SlateActive']);

  await station.writePlan('short', { segments: [{ asset_uri: 'bystander.mp4', segment_duration_ms: 500 }] });
  await engine.client.startChannel({ channelId: 3, planHandle: 'short', port: 0 });
  const over = await engine.snapshotWhere(3, ({ detail }) => detail.startsWith('NoScheduledContent'));
  conforms(t, over);
  t.match(over, { state: 'buffering', onAir: null, coming: [] });

  await engine.client.startChannel({ channelId: 4, planHandle: 'mock', port: station.bystanderPort });
  const refused = await engine.snapshot(4);
  conforms(t, refused);
  t.match(refused, { state: 'error', hostPid: null, port: 0, machine: null });
  t.same(conditionsOf(refused), ['NoHost']);

  const { hostPid } = await engine.snapshot(3);
  process.kill(hostPid ?? 0, 'SIGSTOP');
  const hung = await engine.snapshotWhere(
    3,
    (snapshot) => Number((snapshot as { ageMs?: number }).ageMs) > 600,
  );
  conforms(t, hung);
  process.kill(hostPid ?? 0, 'SIGKILL');
  const lost = await engine.snapshotWhere(3, (snapshot) => snapshot.hostPid !== hostPid);
  conforms(t, lost);
  for (const channelId of [2, 3, 4]) await engine.client.stopChannel({ channelId });
});

test('all of them, in one answer', async (t) => {
  const all = (await (await fetch(`http://${engine.http}/channels`)).json()) as { channelId: number }[];
  for (const snapshot of all) conforms(t, snapshot);
  t.same(
    all.map(({ channelId }) => channelId),
    [1, 2, 3, 4, BYSTANDER],
  );
});

test('the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
