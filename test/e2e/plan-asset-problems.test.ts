/** A bad asset of the coming hour is heard of while there is time: in the log, in the metrics, in the snapshot. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'tap';
import { engineIn } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';

test('a missing file is told half an hour ahead, and nothing on air suffers from it', async (t) => {
  const ffmpeg = await testFfmpeg();
  const folder = tempDir(t);
  await paintMedia(ffmpeg, { path: path.join(folder, 'a.mp4'), frames: 900 });
  const halfAnHour = { segment_duration_ms: 1_800_000 };
  const segments = [
    { asset_uri: 'a.mp4', ...halfAnHour },
    { asset_uri: 'later.mp4', ...halfAnHour },
    { asset_uri: 'never looked at.mp4', ...halfAnHour },
  ];
  await writeFile(path.join(folder, 'p.json'), JSON.stringify({ plan_id: 'p', segments }));
  const engine = await engineIn(t, folder);
  t.match(await engine.client.startChannel({ channelId: 3, planHandle: 'p', port: 0 }), { success: true });
  t.match(await engine.logged(({ event }) => event === 'plan_asset_problem'), {
    channel: 3,
    level: 'warn',
    segment: 1,
    msg: /^channel 3: segment 1, due in 1[78]\d\d s: segments\[1\]\.asset_uri "later\.mp4": .*does not exist/,
  });
  const snapshot = await engine.snapshotWhere(3, ({ planAssetProblems }) => planAssetProblems.count === 1);
  t.match(snapshot, {
    state: 'ready',
    planAssetProblems: { soonest: [{ planHandle: 'p', segmentIndex: 1, assetUri: 'later.mp4' }] },
  });
  t.match(await engine.metrics(), 'retrovue_playout_plan_asset_problems{channel="3"} 1\n');
  t.match(await engine.snapshot(3), { counters: { bufferUnderruns: 0, decodeFailures: 0 } });
});
