/** A plan checked before it airs: all that is wrong with it, and when each of its segments would air. */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ProbedMedia } from '../../../src/plan/asset-resolver.js';
import { checkPlan } from '../../../src/plan/check-plan.js';
import { PlanError } from '../../../supervisors/channel/plan.js';

const FORMAT = { width: 1280, height: 720, fpsNum: 30, fpsDen: 1 };
const NOW_UTC_MS = 1_795_334_400_000;

/** Checks plans over a media root with a.mp4 (3 s), stream.ts (does not tell), text.txt (no media). */
function setUp(t: Test, probe?: () => Promise<ProbedMedia>) {
  const dir = t.testdir({ media: { 'a.mp4': 'x', 'stream.ts': 'x', 'text.txt': 'x' } });
  const probed: string[] = [];
  const look = async (path: string): Promise<ProbedMedia> => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    probed.push(name);
    if (name === 'text.txt') throw new PlanError('unusable_asset', 'has no video stream');
    return { durationMs: name === 'a.mp4' ? 3000 : undefined, displaySize: undefined };
  };
  const check = (raw: unknown, signal = new AbortController().signal) =>
    checkPlan(raw, {
      mediaRoots: [join(dir, 'media')],
      probe: probe ?? look,
      format: FORMAT,
      nowUtcMs: NOW_UTC_MS,
      signal,
    });
  return { check, probed };
}

const plan = (segments: readonly object[], change: object = {}) => ({ plan_id: 'p', segments, ...change });

t.test('a plan without fault is laid out, each segment where the engine would air it', async (t) => {
  const { check, probed } = setUp(t);
  const { laidOut, problems, warnings } = await check(
    plan([
      { asset_uri: 'a.mp4', segment_duration_ms: 3000 },
      { asset_uri: 'a.mp4', asset_start_offset_ms: 1000 },
      { asset_uri: 'mock', segment_duration_ms: 500, segment_type: 'filler' },
      { asset_uri: 'stream.ts', segment_duration_ms: 60_000 },
    ]),
  );
  t.same([problems, warnings], [[], []]);
  const whole = { offsetMs: 0, segmentType: 'content', slateFrames: 0, cutFrames: 0 };
  t.same(laidOut?.airings, [
    { ...whole, index: 0, assetUri: 'a.mp4', startFrame: 0, endFrame: 90 },
    { ...whole, index: 1, assetUri: 'a.mp4', offsetMs: 1000, startFrame: 90, endFrame: 150 },
    { ...whole, index: 2, assetUri: 'mock', segmentType: 'filler', startFrame: 150, endFrame: 165 },
    { ...whole, index: 3, assetUri: 'stream.ts', startFrame: 165, endFrame: 1965 },
  ]);
  t.same([...probed].sort(), ['a.mp4', 'stream.ts'], 'each asset is looked into once');
});

t.test('what is cut, padded or not aired at all is told in frames', async (t) => {
  const { check } = setUp(t);
  const { laidOut, problems } = await check(
    plan([
      { asset_uri: 'a.mp4', segment_duration_ms: 2000 },
      { asset_uri: 'a.mp4', segment_duration_ms: 4000, asset_start_offset_ms: 1000 },
      { asset_uri: 'gone.mp4', segment_duration_ms: 1000 },
      { asset_uri: 'a.mp4', segment_duration_ms: 1000, asset_start_offset_ms: 3000 },
    ]),
  );
  t.match(
    laidOut?.airings.map(({ slateFrames, cutFrames }) => [slateFrames, cutFrames]),
    [
      [0, 30],
      [60, 0],
      [30, 0],
      [30, 0],
    ],
  );
  t.match(problems, [
    /^segments\[2\]\.asset_uri "gone\.mp4": does not exist in the media roots/,
    'segments[3].asset_start_offset_ms: 3000 lies behind the end of "a.mp4", which lasts 3000 ms; lower it',
  ]);
  t.equal(problems.length, 2);
});

t.test('every problem of form is told, not the first five', async (t) => {
  const { check, probed } = setUp(t);
  const { laidOut, problems } = await check({
    segments: Array.from({ length: 8 }, () => ({ asset_uri: 'a.mp4', segment_duration_ms: -1 })),
  });
  t.equal(laidOut, undefined);
  t.equal(problems.length, 9);
  t.equal(problems[8], 'segments[7].segment_duration_ms: must be > 0 (is -1)');
  t.same(probed, [], 'no asset is looked at for a plan without form');
});

t.test('a length that nobody knows leaves no timeline', async (t) => {
  const { check } = setUp(t);
  for (const [segment, problem] of [
    [{ asset_uri: 'stream.ts' }, /^segments\[0\]\.segment_duration_ms: must be stated, because "stream\.ts"/],
    [{ asset_uri: 'mock' }, /^segments\[0\]\.segment_duration_ms: must be stated, because "mock"/],
    [{ asset_uri: 'gone.mp4' }, /^segments\[0\]\.asset_uri "gone\.mp4": does not exist/],
    [{ asset_uri: 'text.txt' }, /^segments\[0\]\.asset_uri "text\.txt": has no video stream$/],
    [
      { asset_uri: 'a.mp4', asset_start_offset_ms: 4000 },
      /^segments\[0\]\.asset_start_offset_ms: 4000 lies behind the end of "a\.mp4"/,
    ],
  ] as const) {
    const { laidOut, problems } = await check(plan([segment]));
    t.equal(laidOut, undefined);
    t.match(problems, [problem]);
    t.equal(problems.length, 1);
  }
});

t.test('a bad asset is told once, with how often it is aired', async (t) => {
  const { check, probed } = setUp(t);
  const bad = { asset_uri: 'text.txt', segment_duration_ms: 1000 };
  const { problems } = await check(plan([bad, bad, { ...bad, asset_uri: 'gone.mp4' }, bad]));
  t.match(problems, [
    'segments[0].asset_uri "text.txt" (and in 2 more segments): has no video stream',
    /^segments\[2\]\.asset_uri "gone\.mp4": does not exist/,
  ]);
  t.same(probed, ['text.txt']);
});

t.test('keys that are ignored are warned of, once each, with what was meant', async (t) => {
  const { check } = setUp(t);
  const odd = { asset_uri: 'a.mp4', segment_duration_ms: 1000, duration_ms: 1, 'a\nb': 1 };
  const { problems, warnings } = await check(
    plan([odd, odd, { ...odd, segment_duration: 5, start_offset_ms: -5 }], { loops: true, channel: 7 }),
  );
  t.same(problems, []);
  t.same(warnings, [
    'loops: is no key of a plan and is ignored; did you mean loop?',
    'channel: is no key of a plan and is ignored',
    'segments[0].duration_ms: is no key of a plan and is ignored (and in 2 more segments)',
    'segments[0]."a\\nb": is no key of a plan and is ignored (and in 2 more segments)',
    'segments[2].segment_duration: is no key of a plan and is ignored; did you mean segment_duration_ms?',
    'segments[2].start_offset_ms: is no key of a plan and is ignored',
  ]);
});

t.test('stretches of one asset may overlap, or be the same: each segment airs its own', async (t) => {
  const { check, probed } = setUp(t);
  const stretch = (asset_start_offset_ms: number) => ({
    asset_uri: 'a.mp4',
    asset_start_offset_ms,
    segment_duration_ms: 2000,
  });
  const { laidOut, problems } = await check(plan([stretch(0), stretch(1000), stretch(1000), stretch(0)]));
  t.same(problems, []);
  t.match(
    laidOut?.airings.map(({ startFrame, offsetMs }) => [startFrame, offsetMs]),
    [
      [0, 0],
      [60, 1000],
      [120, 1000],
      [180, 0],
    ],
  );
  t.same(probed, ['a.mp4']);
});

t.test('what the engine would refuse at its hour is told now', async (t) => {
  const { check } = setUp(t);
  const second = { asset_uri: 'a.mp4', segment_duration_ms: 1000 };
  const armed = await check(plan([{ asset_uri: 'a.mp4' }], { start_utc_ms: NOW_UTC_MS + 1 }));
  t.match(armed.problems, [
    /^segments\[0\]\.segment_duration_ms: must be stated, because start_utc_ms .* lies ahead$/,
  ]);
  const over = await check(plan([second], { start_utc_ms: NOW_UTC_MS - 1000 }));
  t.same(over.problems, [
    'start_utc_ms: the plan is over since 2026-11-22T08:00:00.000Z and would be refused now',
  ]);
  t.same(over.warnings, []);
  const airing = await check(plan([second], { start_utc_ms: NOW_UTC_MS - 999 }));
  t.same([airing.problems, airing.warnings], [[], []]);
  const brief = await check(plan([{ ...second, segment_duration_ms: 400 }], { loop: true }));
  t.match(brief.problems, [/^one turn of the loop lasts 400 ms and must last at least 500/]);
  const none = await check(plan([{ ...second, segment_duration_ms: 1 }]));
  t.equal(none.laidOut, undefined);
  t.match(none.problems, [/^segments: all of them together are shorter than one frame/]);
  const flash = await check(plan([second, { ...second, segment_duration_ms: 1 }, second]));
  t.same(flash.warnings, ['segments[1]: is too short to hold a frame and is left out']);
});

t.test('100000 segments of one asset are laid out, the asset looked into once', async (t) => {
  const { check, probed } = setUp(t);
  const segments = Array(100_000).fill({ asset_uri: 'a.mp4', segment_duration_ms: 1001, rating: 'G' });
  const { laidOut, problems, warnings } = await check(plan(segments));
  t.same([problems, warnings.length], [[], 1]);
  t.equal(laidOut?.airings.length, 100_000);
  t.equal(laidOut?.airings.at(-1)?.endFrame, 3_003_000);
  t.same(probed, ['a.mp4']);
});

t.test('a check can be called off, and a probe that breaks is no fault of the plan', async (t) => {
  const reason = new Error('called off');
  await t.rejects(setUp(t).check(plan([{ asset_uri: 'a.mp4' }]), AbortSignal.abort(reason)), reason);
  const broken = new Error('no memory');
  await t.rejects(setUp(t, () => Promise.reject(broken)).check(plan([{ asset_uri: 'a.mp4' }])), broken);
});
