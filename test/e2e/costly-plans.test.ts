/** Plans that cost more to read than the time of a tick: not even the channel they are for may lose a frame over them. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import tap, { test } from 'tap';
import { stopsCleanly } from '../support/engine-asserts.js';
import { BYSTANDER, openStation } from '../support/station.js';

// Some of the plans take for ever: what is proven is what happens until the time is over, however long that is.
const station = await openStation(tap, {
  RETROVUE_PLAYOUT_CHANNELS__UPDATE_TIMEOUT_MS: '2000',
  RETROVUE_PLAYOUT_PLANS__TIMEOUT_MS: '1000',
});
const { engine, folder } = station;
const { client } = engine;

const COSTLY_PLANS: readonly (readonly [name: string, content: string, words: RegExp])[] = [
  [
    'costly-numbers.json',
    JSON.stringify({
      plan_id: 'x',
      segments: Array(100_000).fill({ asset_uri: 'bystander.mp4', segment_duration_ms: -1 }),
    }),
    /segments\[0\]\.segment_duration_ms: must be > 0 \(is -1\).*; and 99995 more|could not be read and checked within/,
  ],
  [
    'costly-yaml.yaml',
    `segments: [${'{a: b},'.repeat(140_000)}]`,
    /must hold at most 100000 segments|could not be read|takes more than/,
  ],
  ['deep.yaml', '['.repeat(500_000), /is nested more than 100 levels deep; correct the file$/],
];

for (const [name, content, words] of COSTLY_PLANS) {
  test(`the plan ${name} is refused without costing the channel on air a frame`, async (t) => {
    writeFileSync(path.join(folder, name), content);
    const before = await engine.snapshot(BYSTANDER);
    const planHandle = name.replace(/\.\w+$/, '');
    const update = await client.updatePlan({ channelId: BYSTANDER, planHandle });
    t.equal(update.success, false);
    t.match(update.errorMessage, words);
    const after = await engine.snapshot(BYSTANDER);
    t.equal(after.hostPid, before.hostPid, 'its host lives');
    t.equal(after.onAir?.planHash, before.onAir?.planHash);
  });
}

test('a plan that is nested too deeply is refused as often as it is asked for, and the host lives', async (t) => {
  writeFileSync(path.join(folder, 'nested.yaml'), '['.repeat(1000));
  const { hostPid } = await engine.snapshot(BYSTANDER);
  for (let time = 1; time <= 3; time++) {
    t.match(await client.updatePlan({ channelId: BYSTANDER, planHandle: 'nested' }), {
      success: false,
      errorMessage: /"nested\.yaml" is nested more than 100 levels deep; correct the file$/,
    });
  }
  t.equal((await engine.snapshot(BYSTANDER)).hostPid, hostPid);
});

test('a channel is stopped while such a plan is being read for it, and both calls are answered', async (t) => {
  const { port } = await client.startChannel({ channelId: 1, planHandle: 'bystander', port: 0 });
  t.ok(port > 0);
  const update = client.updatePlan({ channelId: 1, planHandle: 'costly-yaml' });
  await engine.snapshotWhere(1, ({ pendingPlan }) => pendingPlan !== null);
  await stopsCleanly(t, engine, 1);
  t.match(await update, { success: false, errorMessage: /stopped/ });
});

test('through all of it the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
