/** Plans with a start on the wall clock, on a real engine: joined where the clock stands, or taken when it gets there. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import tap, { test } from 'tap';
import { engineIn } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { READER_MAY_LAG } from '../support/station.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m, type Y4mFrame } from '../support/y4m-reader.js';

const FRAME_MS = 1000 / 30;
const LATEST_FRAMES = 61;
/** Two files of five seconds, told apart by their numbers: 1000..1149 and 2000..2149; one turn lasts ten seconds. */
const LENGTH = 150;

const folder = tempDir(tap);
const ffmpeg = await testFfmpeg();
for (const [name, firstNumber] of [
  ['a.mp4', 1000],
  ['b.mp4', 2000],
] as const) {
  await paintMedia(ffmpeg, { path: path.join(folder, name), frames: LENGTH, firstNumber });
}
const engine = await engineIn(tap, folder, { environment: READER_MAY_LAG });

const numberOf = ({ planes }: Y4mFrame) => readFrameNumber(planes, 320, 180);
const plan = (name: string, content: object) =>
  writeFile(path.join(folder, `${name}.json`), JSON.stringify({ plan_id: name, ...content }));
const both = [
  { asset_uri: 'a.mp4', segment_duration_ms: 5000 },
  { asset_uri: 'b.mp4', segment_duration_ms: 5000 },
];

/** Which of the turn's 300 frames a painted number is. */
const frameOf = (number: number) => (number < 2000 ? number - 1000 : number - 2000 + LENGTH);

test('a loop that began long ago is joined in the turn, the segment and at the frame that the clock says', async (t) => {
  for (const [channelId, segment, intoTurnMs] of [
    [1, 0, 1_000],
    [2, 1, 6_000],
  ] as const) {
    const startUtcMs = Date.now() - 12_340 * 10_000 - intoTurnMs;
    await plan(`began-${segment}`, { loop: true, start_utc_ms: startUtcMs, segments: both });
    const { port } = await engine.client.startChannel({ channelId, planHandle: `began-${segment}`, port: 0 });
    const calledMs = Date.now();
    const renderer = connectY4m(port);
    const frame = await renderer.until((each) => numberOf(each) !== undefined);
    const readMs = Date.now();
    renderer.close();
    // It is never early. A busy machine may send it late, by two seconds at most: beyond that, ticks are skipped.
    const shown = frameOf(numberOf(frame) ?? 0);
    const [earliest, latest] = [calledMs, readMs].map((atMs) => (atMs - startUtcMs) / FRAME_MS);
    const turn = Math.floor((latest ?? 0) / 300);
    const owed = [turn * 300 + shown, (turn - 1) * 300 + shown];
    t.ok(
      owed.some(
        (planFrame) => planFrame >= (earliest ?? 0) - LATEST_FRAMES && planFrame <= (latest ?? 0) + 1,
      ),
      `frame ${shown} of a turn, between ${earliest} and ${latest} of the plan`,
    );
    const { onAir } = await engine.snapshot(channelId);
    t.match(onAir, { segmentIndex: /^[01]$/, turn: /^1234\d$/ });
    // Lateness does not move this: when the segment's first frame was due is known to the tick.
    const { turn: inTurn = 0, segmentIndex = 0, startedUtcMs = 0 } = onAir ?? {};
    const dueUtcMs = startUtcMs + inTurn * 10_000 + segmentIndex * 5_000;
    t.ok(Math.abs(startedUtcMs - dueUtcMs) <= FRAME_MS, `due ${dueUtcMs}, began ${startedUtcMs}`);
    await engine.client.stopChannel({ channelId });
  }
});

test('a plan for later is shown as pending, and takes over on its tick from its first frame', async (t) => {
  await plan('now', { loop: true, segments: [{ asset_uri: 'a.mp4' }] });
  const { port } = await engine.client.startChannel({ channelId: 3, planHandle: 'now', port: 0 });
  const renderer = connectY4m(port);
  await renderer.header;
  const startUtcMs = Date.now() + 4_000;
  await plan('later', { start_utc_ms: startUtcMs, segments: both.slice(1) });
  t.same(await engine.client.updatePlan({ channelId: 3, planHandle: 'later' }), {
    success: true,
    errorMessage: '',
  });
  t.match(await engine.snapshotWhere(3, ({ pendingPlan }) => pendingPlan !== null), {
    planHandle: 'now',
    pendingPlan: { planHandle: 'later', startUtcMs },
  });
  const numbers: number[] = [];
  await renderer.until((frame) => {
    const number = numberOf(frame) ?? -1;
    numbers.push(number);
    return number >= 2000;
  });
  t.ok(Date.now() > startUtcMs - FRAME_MS, 'not before its time');
  numbers.push(...(await renderer.frames(20)).map((frame) => numberOf(frame) ?? -1));
  renderer.close();
  const begun = numbers.indexOf(2000);
  const first = numbers[0] as number;
  t.same(
    numbers,
    numbers.map((_, i) => (i < begun ? 1000 + ((first - 1000 + i) % LENGTH) : 2000 + i - begun)),
    'what airs goes on to the last tick, and the new plan begins with its first frame',
  );
  t.match(await engine.snapshotWhere(3, ({ planHandle }) => planHandle === 'later'), {
    pendingPlan: null,
  });
  await engine.client.stopChannel({ channelId: 3 });
});
