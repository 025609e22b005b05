/** What airs when follows the monotonic clock alone: steps of the wall clock move not a frame. */
import t from 'tap';
import type { Format } from '../../../supervisors/channel/format.js';
import { inlineChannel } from '../../support/inline-channel.js';

const NTSC: Format = { width: 16, height: 16, fpsNum: 30_000, fpsDen: 1001 };
const START_UTC_MS = 1_795_334_400_000;
/** A minute at 30000/1001, to the nearest frame: no whole number of frames is exactly one. */
const FRAMES = 1798;
const SEGMENTS = 10;

/** A plan that is bound to the clock, with the wall clock stepped in the middle of each of its segments. */
async function airPlan(t: Parameters<typeof inlineChannel>[0], stepsMs: readonly number[]) {
  const air = await inlineChannel(t, {
    settings: { format: NTSC },
    startUtcMs: START_UTC_MS,
    plans: {
      p: {
        segments: [
          ['a', FRAMES],
          ['b', FRAMES],
        ],
        loop: true,
        startUtcMs: START_UTC_MS + 5_000,
      },
    },
  });
  await air.startAndAir('p');
  await air.run(35_000);
  for (let i = 0; i < SEGMENTS; i++) {
    air.clock.stepUtc(stepsMs[i % stepsMs.length] ?? 0);
    await air.run(60_000);
  }
  await air.stop();
  return {
    boundaries: air.aired.filter(
      ({ asset, source }, i) => asset !== air.aired[i - 1]?.asset || source !== air.aired[i - 1]?.source,
    ),
    planned: air.reports.flatMap((report) =>
      report.event === 'as_run' && report.line.plannedStart !== null
        ? [[report.line.assetUri, report.line.plannedStart]]
        : [],
    ),
  };
}

t.test('an hour ahead, an hour and a bit back: every boundary stays on its tick', async (t) => {
  const still = await airPlan(t, [0]);
  const stepsMs = [3_600_000, -3_600_123, 17];
  const stepped = await airPlan(t, stepsMs);
  t.same(stepped.boundaries, still.boundaries, 'tick, frame and monotonic time of each');
  const content = stepped.boundaries.filter(({ source }) => source === 'content');
  t.equal(content.length, SEGMENTS + 1);
  t.same(
    content.map(({ asset, tick, frame }) => [asset, tick, frame]),
    content.map((_, i) => [i % 2 === 0 ? 'a' : 'b', 150 + i * FRAMES, 0]),
  );
  t.same(stepped.planned, still.planned, 'and what was planned is what it was');
  t.equal(still.planned.length, SEGMENTS + 1);
});
