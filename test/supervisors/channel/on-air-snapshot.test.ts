/** What is on air of the schedule and what comes next, told in segments, titles and times. */
import t from 'tap';
import { createTimeline } from '../../../src/plan/timeline.js';
import {
  comingSegments,
  onAirSnapshot,
  type ScheduleFacts,
} from '../../../supervisors/channel/on-air-snapshot.js';
import type { Timeline } from '../../../supervisors/channel/plan.js';
import type { Program } from '../../../supervisors/channel/program.js';

const FORMAT = { width: 16, height: 16, fpsNum: 30, fpsDen: 1 };
/** When tick 0 is due. */
const EPOCH = 1_000_000;

/** 10, 20 and 30 s; the second has a title. */
function plan(loop: boolean, uris = ['shows/a.mp4', 'b.mp4', 'c.mp4']): Timeline {
  const segments = uris.map((assetUri, index) => ({
    segment: {
      index,
      assetUri,
      offsetMs: 0,
      segmentType: 'content',
      ...(index === 1 ? { title: 'The Bee' } : {}),
    },
    length: { frames: 300 * (index + 1) },
  }));
  return createTimeline({ handle: 'p', hash: 'h', startUtcMs: undefined, loop, segments }, FORMAT);
}

function facts(
  timeline: Timeline,
  at: { startTick: number | undefined; airFrame: number; joinFrame?: number },
  more: Partial<ScheduleFacts> = {},
): ScheduleFacts {
  const live = { timeline, joinFrame: 0, ...at } as unknown as Program;
  return { live, plan: live, problemOf: () => undefined, format: FORMAT, epochUtcMs: EPOCH, ...more };
}

const indexes = (coming: ReturnType<typeof comingSegments>) => coming.map(({ segmentIndex }) => segmentIndex);

t.test('in the middle of a segment, position and times are the schedule’s', async (t) => {
  const shown = facts(plan(false), { startTick: 90, airFrame: 450 });
  t.same(onAirSnapshot(shown), {
    planHandle: 'p',
    planHash: 'h',
    segmentIndex: 1,
    segmentType: 'content',
    title: 'The Bee',
    assetUri: 'b.mp4',
    segmentFrame: 150,
    segmentFrames: 600,
    positionMs: 5000,
    durationMs: 20_000,
    startedUtcMs: EPOCH + 3000 + 10_000,
    endsUtcMs: EPOCH + 3000 + 30_000,
    turn: 0,
  });
  t.same(comingSegments(shown, 541), [
    {
      segmentIndex: 2,
      segmentType: 'content',
      title: 'c.mp4',
      assetUri: 'c.mp4',
      startsUtcMs: EPOCH + 3000 + 30_000,
      durationMs: 30_000,
      problem: null,
    },
  ]);
});

t.test('a segment without a title goes by its file, else by its whole name', async (t) => {
  const title = (uri: string) =>
    onAirSnapshot(facts(plan(false, [uri]), { startTick: 0, airFrame: 0 }))?.title;
  t.equal(title('shows/season 1/a.mp4'), 'a.mp4');
  t.equal(title('a.mp4'), 'a.mp4');
  t.equal(title('shows/'), 'shows/');
});

t.test('nothing follows the last segment, unless the plan loops: then ten at most are told', async (t) => {
  const last = { startTick: 0, airFrame: 1000 };
  t.same(comingSegments(facts(plan(false), last), 1001), []);
  const coming = comingSegments(facts(plan(true), last), 1001);
  t.same(indexes(coming), [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
  t.equal(coming[0]?.startsUtcMs, EPOCH + 60_000);
  t.equal(onAirSnapshot(facts(plan(true), { startTick: 0, airFrame: 1850 }))?.turn, 1);
});

t.test('a plan that has not begun is all to come; one that is over has nothing', async (t) => {
  const armed = facts(plan(false), { startTick: 600, airFrame: -590 });
  t.equal(onAirSnapshot(armed), null);
  const coming = comingSegments(armed, 10);
  t.same(indexes(coming), [0, 1, 2]);
  t.match(coming[0], { startsUtcMs: EPOCH + 20_000, durationMs: 10_000 });
  const over = facts(plan(false), { startTick: 0, airFrame: 1800 });
  t.equal(onAirSnapshot(over), null);
  t.same(comingSegments(over, 1800), []);
});

t.test('until the join, the segment that is joined is to come, from where it is joined', async (t) => {
  const joining = facts(plan(false), { startTick: 0, airFrame: 120, joinFrame: 129 });
  t.equal(onAirSnapshot(joining), null);
  t.match(comingSegments(joining, 120), [
    { segmentIndex: 0, startsUtcMs: EPOCH + 4000, durationMs: 6000 },
    { segmentIndex: 1 },
    { segmentIndex: 2 },
  ]);
  const provisional = facts(plan(false), { startTick: undefined, airFrame: 0 });
  t.equal(onAirSnapshot(provisional), null);
  t.same(comingSegments(provisional, 5), [], 'where it will lie is not decided');
});

t.test('with a preview on air, what follows is the plan beneath, from where the preview ends', async (t) => {
  const preview = createTimeline(
    {
      handle: 'x',
      hash: 'y',
      startUtcMs: undefined,
      loop: false,
      segments: [
        {
          segment: { index: 0, assetUri: 'x.mp4', offsetMs: 0, segmentType: 'preview' },
          length: { frames: 240 },
        },
      ],
    },
    FORMAT,
  );
  const shown = facts(
    preview,
    { startTick: 210, airFrame: 30 },
    { plan: { timeline: plan(false), startTick: 0 } },
  );
  t.match(onAirSnapshot(shown), {
    planHandle: 'p',
    assetUri: 'x.mp4',
    segmentType: 'preview',
    positionMs: 1000,
  });
  t.match(comingSegments(shown, 241), [
    { segmentIndex: 1, startsUtcMs: EPOCH + 15_000, durationMs: 15_000 },
    { segmentIndex: 2, startsUtcMs: EPOCH + 30_000 },
  ]);
});

t.test('what is wrong with an asset stands with every airing of it', async (t) => {
  const problemOf = (index: number) => (index === 1 ? 'is missing' : undefined);
  const coming = comingSegments(facts(plan(true), { startTick: 0, airFrame: 0 }, { problemOf }), 1);
  t.same(
    coming.map(({ segmentIndex, problem }) => `${segmentIndex}${problem === null ? '' : ` ${problem}`}`),
    ['1 is missing', '2', '0', '1 is missing', '2', '0', '1 is missing', '2', '0', '1 is missing'],
  );
});
