/** A loop so short that it would keep the machine busy with starting decoders is refused; a short plan is not. */
import t from 'tap';
import { withoutShortLoop } from '../../../src/plan/short-loop.js';
import { createTimeline } from '../../../src/plan/timeline.js';

const FORMAT = { width: 320, height: 180, fpsNum: 25, fpsDen: 1 };

const plan = (ms: number, loop: boolean) =>
  createTimeline(
    {
      handle: 'p',
      hash: 'h',
      startUtcMs: undefined,
      loop,
      segments: [
        { segment: { index: 0, assetUri: 'a', offsetMs: 0, segmentType: 'content' }, length: { ms } },
      ],
    },
    FORMAT,
  );

t.test('a loop shorter than half a second is refused with its length and a remedy', async (t) => {
  t.throws(() => withoutShortLoop(plan(40, true), FORMAT), {
    code: 'invalid_plan',
    message: /lasts 40 ms and must last at least 500; name a longer file/,
  });
  t.throws(() => withoutShortLoop(plan(460, true), FORMAT), { message: /lasts 480 ms/ });
});

t.test('a loop of half a second, and a single frame that airs once, are taken', async (t) => {
  for (const timeline of [plan(500, true), plan(40, false)]) {
    t.equal(withoutShortLoop(timeline, FORMAT), timeline);
  }
});
