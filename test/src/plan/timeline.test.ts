/** Timelines: exact boundaries, no drift, and agreement with a model simple enough to be believed. */
import fc from 'fast-check';
import t from 'tap';
import { createTimeline, type TimedSegment } from '../../../src/plan/timeline.js';
import type { Format } from '../../../supervisors/channel/format.js';
import { type Occurrence, PlanError } from '../../../supervisors/channel/plan.js';

const format = (fpsNum: number, fpsDen = 1): Format => ({ width: 1280, height: 720, fpsNum, fpsDen });
const NTSC = format(30000, 1001);
const DAY_MS = 86_400_000;

function timed(lengths: readonly TimedSegment['length'][]): readonly TimedSegment[] {
  return lengths.map((length, index) => ({
    segment: { index, assetUri: `${index}.mp4`, offsetMs: 0, segmentType: 'content' },
    length,
  }));
}

function timeline(lengths: readonly TimedSegment['length'][], rate: Format, loop = false) {
  return createTimeline(
    { handle: 'h', hash: '0', startUtcMs: undefined, loop, segments: timed(lengths) },
    rate,
  );
}

const range = (occurrence: Occurrence | undefined) =>
  occurrence && [occurrence.segment.index, occurrence.turn, occurrence.startFrame, occurrence.endFrame];

t.test('segments follow each other without a gap, from frame 0 to the end of the plan', async (t) => {
  const plan = timeline([{ ms: 1000 }, { ms: 500 }, { ms: 2000 }], format(30));
  t.same(range(plan.at(0)), [0, 0, 0, 30]);
  t.same(range(plan.at(29)), [0, 0, 0, 30]);
  t.same(range(plan.at(30)), [1, 0, 30, 45]);
  t.same(range(plan.at(104)), [2, 0, 45, 105]);
  t.equal(plan.at(105), undefined, 'a plan that does not loop is over after its last frame');
  t.equal(plan.at(-1), undefined);
  t.equal(plan.turnFrames, 105);
  t.equal(plan.segmentCount, 3);
});

/** round(seconds * 30000 / 1001), in integers and by another formula than the code's. */
const ntscFrames = (seconds: number) => Number((BigInt(seconds) * 60000n + 1001n) / 2002n);

t.test('a day of one-second segments at 29.97 fps drifts by no frame', async (t) => {
  const seconds = DAY_MS / 1000;
  const plan = timeline(
    Array.from({ length: seconds }, () => ({ ms: 1000 })),
    NTSC,
  );
  const wrong = [];
  for (let second = 0; second < seconds; second++) {
    const start = ntscFrames(second);
    const occurrence = plan.at(start);
    if (occurrence?.segment.index !== second || occurrence.endFrame !== ntscFrames(second + 1))
      wrong.push(second);
  }
  t.same(wrong, []);
  t.equal(plan.turnFrames, 2_589_411, '86400 s are 2589410.59 frames');
});

t.test('a loop drifts by no frame, turn after turn, for years', async (t) => {
  const plan = timeline([{ ms: 600 }, { ms: 400 }], NTSC, true);
  for (const turn of [0, 1, 2, 1000, 86_400, 31_557_600, 1_795_334_400]) {
    const start = ntscFrames(turn);
    const first = plan.at(start);
    t.equal(first?.startFrame, start);
    t.equal(first?.turn, turn);
    t.equal(first?.segment.index, 0);
    if (turn > 0) t.same(range(plan.at(start - 1))?.slice(0, 2), [1, turn - 1]);
    const second = plan.at(ntscFrames(turn + 1) - 1);
    t.equal(
      second?.endFrame,
      ntscFrames(turn + 1),
      'the last segment of a turn ends where the next turn begins',
    );
  }
});

t.test('lengths counted in frames are exact at any rate', async (t) => {
  const plan = timeline([{ frames: 7 }, { ms: 1001 }, { frames: 1 }], NTSC, true);
  t.same(range(plan.at(6)), [0, 0, 0, 7]);
  t.same(range(plan.at(7)), [1, 0, 7, 37]);
  t.same(range(plan.at(37)), [2, 0, 37, 38]);
  t.same(range(plan.at(38)), [0, 1, 38, 45]);
  t.equal(plan.turnFrames, 38);
});

t.test('a segment too short for a frame is skipped', async (t) => {
  const plan = timeline([{ ms: 1000 }, { ms: 1 }, { frames: 0 }, { ms: 1000 }], format(30));
  t.same(range(plan.at(29)), [0, 0, 0, 30]);
  t.same(range(plan.at(30)), [3, 0, 30, 60]);
});

t.test('a plan shorter than one frame is refused', async (t) => {
  t.throws(() => timeline([{ ms: 1 }, { ms: 15 }], format(30)), {
    code: 'invalid_plan',
    message: /^segments: .*one frame/,
  });
  t.throws(() => timeline([{ ms: 1 }], format(30), true), PlanError);
  t.equal(timeline([{ ms: 17 }], format(30)).turnFrames, 1, 'half a frame rounds up to one');
});

t.test('a plan of 100000 of the longest segments is laid out exactly', async (t) => {
  const days = 366;
  const lengths = Array.from({ length: 100_000 }, () => ({ ms: days * DAY_MS }));
  const plan = timeline(lengths, format(60_000, 1001));
  const end = Number((BigInt(days * DAY_MS) * 100_000n * 60n * 2n + 1001n) / 2002n);
  t.equal(plan.turnFrames, end);
  t.equal(plan.at(end - 1)?.segment.index, 99_999);
  t.equal(plan.at(end), undefined);
});

t.test('a rate of large numbers is laid out exactly', async (t) => {
  const ms = 366 * DAY_MS - 1;
  const plan = timeline([{ ms }, { ms }, { ms }], format(999_983, 8341));
  const boundary = (segments: bigint) =>
    Number((segments * BigInt(ms) * 999_983n * 2n + 8_341_000n) / 16_682_000n);
  t.same(range(plan.at(boundary(2n))), [2, 0, boundary(2n), boundary(3n)]);
  t.equal(plan.at(boundary(2n) - 1)?.startFrame, boundary(1n));
  t.equal(plan.turnFrames, boundary(3n));
});

t.test('a position that is no whole number is a mistake of the caller', async (t) => {
  const plan = timeline([{ ms: 1000 }], format(30));
  t.throws(() => plan.at(0.5), RangeError);
  t.throws(() => plan.at(Number.NaN), RangeError);
});

/** Every boundary of `turns` turns by the definition itself, in numbers small enough to be exact. */
function model(lengths: readonly TimedSegment['length'][], rate: Format, turns: number) {
  const perFrame = 1000 * rate.fpsDen;
  const units = lengths.map((length) =>
    'ms' in length ? length.ms * rate.fpsNum : length.frames * perFrame,
  );
  const round = (position: number) =>
    (2 * position + perFrame - ((2 * position + perFrame) % (2 * perFrame))) / (2 * perFrame);
  const rows: { index: number; turn: number; start: number; end: number }[] = [];
  let position = 0;
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, length] of units.entries()) {
      rows.push({ index, turn, start: round(position), end: round(position + length) });
      position += length;
    }
  }
  return rows.filter(({ start, end }) => end > start);
}

const anyRate = fc.constantFrom(
  format(30),
  format(25),
  NTSC,
  format(24000, 1001),
  format(60),
  format(1),
  format(7, 3),
);
const anyLengths = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 3000 }).map((ms) => ({ ms })),
    fc.integer({ min: 0, max: 60 }).map((frames) => ({ frames })),
    fc.integer({ min: 1, max: 40 }).map((ms) => ({ ms })),
  ),
  { minLength: 1, maxLength: 12 },
);

t.test('every frame of any plan belongs to the one occurrence that the definition names', async (t) => {
  const agrees = fc.property(anyLengths, anyRate, fc.boolean(), (lengths, rate, loop) => {
    let plan: ReturnType<typeof timeline>;
    try {
      plan = timeline(lengths, rate, loop);
    } catch (error) {
      // Only plans without a frame may be refused.
      return error instanceof PlanError && model(lengths, rate, 1).length === 0;
    }
    const rows = model(lengths, rate, loop ? 4 : 1);
    let frame = 0;
    for (const { index, turn, start, end } of rows) {
      if (start !== frame) return false;
      for (; frame < end; frame++) {
        const found = range(plan.at(frame));
        if (JSON.stringify(found) !== JSON.stringify([index, turn, start, end])) return false;
      }
    }
    return loop ? plan.at(frame) !== undefined : plan.at(frame) === undefined && plan.turnFrames === frame;
  });
  t.doesNotThrow(() => fc.assert(agrees, { numRuns: 300 }));
});

t.test("a segment's next turn is what airs there, or holds no frame", async (t) => {
  const agrees = fc.property(
    anyLengths,
    anyRate,
    fc.boolean(),
    fc.nat({ max: 100_000 }),
    (lengths, rate, loop, frame) => {
      fc.pre(model(lengths, rate, 1).length > 0);
      const plan = timeline(lengths, rate, loop);
      const present = plan.at(loop ? frame : frame % plan.turnFrames);
      if (present === undefined) return false;
      const next = plan.nextTurn(present);
      if (!loop || next === undefined) return !loop && next === undefined;
      const { segment, turn, startFrame, endFrame } = next;
      if (segment !== present.segment || turn !== present.turn + 1) return false;
      return (
        startFrame === endFrame || JSON.stringify(range(plan.at(startFrame))) === JSON.stringify(range(next))
      );
    },
  );
  t.doesNotThrow(() => fc.assert(agrees, { numRuns: 300 }));
});

t.test('occurrences far into a loop are contiguous', async (t) => {
  const agrees = fc.property(
    anyLengths,
    anyRate,
    fc.integer({ min: 0, max: 2 ** 46 }),
    (lengths, rate, from) => {
      fc.pre(model(lengths, rate, 1).length > 0);
      const plan = timeline(lengths, rate, true);
      let occurrence = plan.at(from);
      for (let step = 0; step < 30; step++) {
        if (!occurrence || occurrence.startFrame >= occurrence.endFrame) return false;
        if (step === 0 && (from < occurrence.startFrame || from >= occurrence.endFrame)) return false;
        const next = plan.at(occurrence.endFrame);
        if (next?.startFrame !== occurrence.endFrame) return false;
        if (plan.at(next.startFrame - 1)?.startFrame !== occurrence.startFrame) return false;
        occurrence = next;
      }
      return true;
    },
  );
  t.doesNotThrow(() => fc.assert(agrees));
});
