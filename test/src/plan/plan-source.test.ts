/** The plan source as a channel sees it: handles in, timelines and assets out. */
import { randomUUID } from 'node:crypto';
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import type { ProbedMedia } from '../../../src/plan/asset-resolver.js';
import { copyOnDemand } from '../../../src/plan/plan-copy.js';
import { createPlanSource } from '../../../src/plan/plan-source.js';
import { PlanError, type PlanSource, type Timeline } from '../../../supervisors/channel/plan.js';

const FORMAT = { width: 1280, height: 720, fpsNum: 30, fpsDen: 1 };
const NOW_UTC_MS = 1_795_334_400_000;
const signal = new AbortController().signal;

/** A source over generated folders; `lengths` says how long each media file lasts (absent: it does not tell). */
function setUp(t: Test, plans: Record<string, unknown>, lengths: Record<string, number> = {}) {
  const media = Object.fromEntries(
    ['a.mp4', 'b.mp4', 'c.mp4', 'stream.ts', 'text.txt'].map((name) => [name, name]),
  );
  const planFiles = Object.fromEntries(
    Object.entries(plans).map(([name, plan]) => [`${name}.json`, JSON.stringify(plan)]),
  );
  const dir = t.testdir({ plans: planFiles, media, 'outside.mp4': 'x' });
  const probed: string[] = [];
  const probe = async (path: string): Promise<ProbedMedia> => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    probed.push(name);
    if (name === 'text.txt') throw new PlanError('unusable_asset', 'has no video stream; replace the file');
    return { durationMs: lengths[name], displaySize: { width: 640, height: 360 } };
  };
  const options = {
    planDirectory: join(dir, 'plans'),
    planStore: null,
    mediaRoots: [join(dir, 'media')],
    probe,
    utcMs: () => NOW_UTC_MS,
  };
  const source = createPlanSource(options);
  return {
    dir,
    probed,
    options,
    source,
    resolve: (handle: string) => source.resolve(handle, FORMAT, signal),
  };
}

const segmentOf = (index: number, assetUri: string) => ({
  index,
  assetUri,
  offsetMs: 0,
  segmentType: 'content',
});

t.test('a plan becomes a timeline; stated durations need no probe and no file', async (t) => {
  const { resolve, probed } = setUp(t, {
    morning: {
      plan_id: 'morning',
      start_utc_ms: NOW_UTC_MS + 60_000,
      loop: true,
      segments: [
        {
          asset_uri: 'gone.mp4',
          asset_start_offset_ms: 5000,
          segment_duration_ms: 1000,
          segment_type: 'filler',
        },
        { asset_uri: 'a.mp4', segment_duration_ms: 2000 },
      ],
    },
  });
  const timeline = await resolve('morning');
  t.match(timeline, {
    handle: 'morning',
    hash: /^[0-9a-f]{16}$/,
    startUtcMs: NOW_UTC_MS + 60_000,
    loop: true,
    segmentCount: 2,
    turnFrames: 90,
  });
  t.same(timeline.at(0)?.segment, { index: 0, assetUri: 'gone.mp4', offsetMs: 5000, segmentType: 'filler' });
  t.same(timeline.at(30), { segment: segmentOf(1, 'a.mp4'), turn: 0, startFrame: 30, endFrame: 90 });
  t.same(probed, []);
});

t.test('a preview is one asset, named as in a plan, from its beginning to its end, once', async (t) => {
  const { source, dir } = setUp(t, {}, { 'a.mp4': 3010, 'b.mp4': 10 });
  const preview = (assetPath: string) => source.preview(assetPath, FORMAT, signal);
  for (const assetPath of ['a.mp4', join(dir, 'media/a.mp4'), pathToFileURL(join(dir, 'media/a.mp4')).href]) {
    const timeline = await preview(assetPath);
    t.match(timeline, { handle: assetPath, startUtcMs: undefined, loop: false, turnFrames: 90 });
    t.same(timeline.at(0), {
      segment: { ...segmentOf(0, assetPath), segmentType: 'preview' },
      turn: 0,
      startFrame: 0,
      endFrame: 90,
    });
    t.equal(timeline.at(90), undefined);
  }
  t.equal((await preview('b.mp4')).turnFrames, 1, 'a single picture is a preview, too');
  t.equal((await preview('mock')).turnFrames, 600, 'one turn of the test pattern');
  for (const [assetPath, message] of [
    ['', /^asset_path "": is empty/],
    ['gone.mp4', /^asset_path "gone.mp4": does not exist in the media roots/],
    ['text.txt', /^asset_path "text.txt": has no video stream/],
    ['c.mp4', /^asset_path "c.mp4": the file does not tell how long it lasts/],
    ['../outside.mp4', /^asset_path "..\/outside.mp4": contains ".."/],
  ] as const) {
    await t.rejects(preview(assetPath), { name: 'PlanError', message });
  }
});

t.test('a segment without a duration runs to the end of its file, each file probed once', async (t) => {
  const segments = [
    { asset_uri: 'a.mp4' },
    { asset_uri: 'b.mp4', segment_duration_ms: 500 },
    { asset_uri: 'a.mp4', asset_start_offset_ms: 1000 },
    { asset_uri: 'c.mp4' },
  ];
  const { resolve, probed } = setUp(
    t,
    { p: { plan_id: 'p', start_utc_ms: NOW_UTC_MS, segments } },
    { 'a.mp4': 3010, 'c.mp4': 1000 },
  );
  const timeline = await resolve('p');
  t.equal(timeline.at(0)?.endFrame, 90);
  t.equal(timeline.at(90)?.endFrame, 105);
  t.equal(timeline.at(105)?.endFrame, 165, '2010 ms are left behind the in-point');
  t.equal(timeline.turnFrames, 195);
  t.same([...probed].sort(), ['a.mp4', 'c.mp4']);
});

t.test('at most two files are probed at a time', async (t) => {
  const { options } = setUp(t, {
    p: {
      plan_id: 'p',
      segments: ['a.mp4', 'b.mp4', 'c.mp4', 'stream.ts'].map((asset_uri) => ({ asset_uri })),
    },
  });
  let [running, most] = [0, 0];
  const probe = async (path: string) => {
    most = Math.max(most, ++running);
    // Long enough, in calls like those that lead to a probe, for a third to come in if it were let.
    for (let call = 0; call < 50; call++) await stat(path);
    running--;
    return { durationMs: 1000, displaySize: undefined };
  };
  t.equal((await createPlanSource({ ...options, probe }).resolve('p', FORMAT, signal)).turnFrames, 120);
  t.equal(most, 2);
});

t.test('the first probe that fails calls the other off', async (t) => {
  const { options } = setUp(t, {
    p: { plan_id: 'p', segments: [{ asset_uri: 'a.mp4' }, { asset_uri: 'b.mp4' }] },
  });
  const begun = new Map<string, { signal: AbortSignal; fail: (error: unknown) => void }>();
  let calledOff: unknown;
  const probe = (path: string, signal: AbortSignal) =>
    new Promise<ProbedMedia>((_, fail) => {
      begun.set(path.slice(-5), { signal, fail });
      const [a, b] = [begun.get('a.mp4'), begun.get('b.mp4')];
      if (!a || !b) return;
      b.signal.addEventListener('abort', () => {
        calledOff = b.signal.reason;
        b.fail(calledOff);
      });
      a.fail(new PlanError('unusable_asset', 'has no video stream'));
    });
  await t.rejects(createPlanSource({ ...options, probe }).resolve('p', FORMAT, signal), {
    code: 'unusable_asset',
    message: 'plan_handle "p": segments[0].asset_uri "a.mp4": has no video stream',
  });
  t.match(calledOff, { code: 'unusable_asset' });
});

t.test('the pattern is a loop of 20 seconds that needs no file', async (t) => {
  const { resolve, source, probed } = setUp(t, {});
  const timeline = await resolve('mock');
  t.match(timeline, { handle: 'mock', startUtcMs: undefined, loop: true, segmentCount: 1, turnFrames: 600 });
  t.same(timeline.at(600), { segment: segmentOf(0, 'mock'), turn: 1, startFrame: 600, endFrame: 1200 });
  t.same((await source.asset(segmentOf(0, 'mock'), signal)).input, { kind: 'pattern' });
  t.same(probed, []);
});

t.test('a media file, by path or URL, is a loop of that file; another file is another plan', async (t) => {
  const { dir, resolve } = setUp(t, {}, { 'a.mp4': 10_010 });
  const path = join(dir, 'media/a.mp4');
  const timeline = await resolve(path);
  t.match(timeline, { handle: path, loop: true, segmentCount: 1, turnFrames: 300 });
  t.equal(timeline.at(300)?.segment.assetUri, path);
  const byUrl = await resolve(pathToFileURL(path).href);
  t.equal(byUrl.hash, timeline.hash);
  t.equal((await resolve(path)).hash, timeline.hash);
  await utimes(path, 1000, 1000);
  t.not((await resolve(path)).hash, timeline.hash);
});

t.test("a plan's hash tells what it airs, however it is written", async (t) => {
  const segments = [{ asset_uri: 'a.mp4', segment_duration_ms: 1000 }, { asset_uri: 'b.mp4' }];
  const lengths: Record<string, number> = { 'b.mp4': 5000 };
  const { dir, resolve } = setUp(t, { p: { plan_id: 'p', segments } }, lengths);
  const hashOf = async (text: string) => {
    await writeFile(join(dir, 'plans/p.json'), text);
    return (await resolve('p')).hash;
  };
  const { hash } = await resolve('p');
  const respelt = {
    segments: [{ segment_duration_ms: 1e3, asset_uri: 'a.mp4', note: 1 }, segments[1]],
    plan_id: 'p',
  };
  t.equal(await hashOf(JSON.stringify({ ...respelt, loop: false }, null, 2)), hash);
  for (const change of [
    { plan_id: 'q' },
    { loop: true },
    { start_utc_ms: 1 },
    { segments: [...segments].reverse() },
    { segments: [segments[0], { asset_uri: 'b.mp4', segment_duration_ms: 5000 }] },
    { segments: [{ ...segments[0], asset_start_offset_ms: 1 }, segments[1]] },
    { segments: [{ ...segments[0], segment_type: 'filler' }, segments[1]] },
  ]) {
    t.not(await hashOf(JSON.stringify({ plan_id: 'p', segments, ...change })), hash, JSON.stringify(change));
  }
  lengths['b.mp4'] = 6000;
  await utimes(join(dir, 'media/b.mp4'), 1000, 1000);
  t.not(await hashOf(JSON.stringify({ plan_id: 'p', segments })), hash, 'a file of another length');
});

t.test('a plan armed for later must state every duration', async (t) => {
  const segments = [{ asset_uri: 'a.mp4', segment_duration_ms: 1000 }, { asset_uri: 'b.mp4' }];
  const { resolve, probed } = setUp(
    t,
    {
      later: { plan_id: 'p', start_utc_ms: NOW_UTC_MS + 1, segments },
      now: { plan_id: 'p', start_utc_ms: NOW_UTC_MS, segments },
    },
    { 'b.mp4': 1000 },
  );
  await t.rejects(resolve('later'), {
    code: 'invalid_plan',
    message: `plan_handle "later": segments[1].segment_duration_ms: must be stated, because start_utc_ms (${NOW_UTC_MS + 1}) lies ahead`,
  });
  t.same(probed, []);
  t.equal((await resolve('now')).turnFrames, 60, 'one that has begun may be measured');
});

t.test('a plan that cannot be laid out says which segment, which file and why', async (t) => {
  const p = (...segments: readonly object[]) => ({ plan_id: 'p', segments });
  const first = { asset_uri: 'a.mp4', segment_duration_ms: 1000 };
  const { resolve } = setUp(
    t,
    {
      behind: p(first, { asset_uri: 'a.mp4', asset_start_offset_ms: 70_000 }),
      endless: p(first, { asset_uri: 'stream.ts' }),
      missing: p(first, { asset_uri: 'gone.mp4' }),
      text: p({ asset_uri: 'text.txt' }),
      up: p({ asset_uri: '../outside.mp4' }),
      away: p({ asset_uri: '/etc/passwd' }),
      brief: p({ asset_uri: 'a.mp4', segment_duration_ms: 1 }),
      none: p(),
    },
    { 'a.mp4': 60_000 },
  );
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'behind',
      'unusable_asset',
      /: segments\[1\]\.asset_start_offset_ms: 70000 lies behind the end of "a\.mp4", which lasts 60000 ms; lower it$/,
    ],
    [
      'endless',
      'invalid_plan',
      /: segments\[1\]\.segment_duration_ms: must be stated, because "stream\.ts" does not/,
    ],
    ['missing', 'missing_asset', /: segments\[1\]\.asset_uri "gone\.mp4": does not exist in the media roots/],
    [
      'text',
      'unusable_asset',
      /: segments\[0\]\.asset_uri "text\.txt": has no video stream; replace the file$/,
    ],
    ['up', 'invalid_plan', /: segments\[0\]\.asset_uri: contains "\.\."/],
    ['away', 'refused_path', /: segments\[0\]\.asset_uri "\/etc\/passwd": lies outside the media roots/],
    ['brief', 'invalid_plan', /: segments: all of them together are shorter than one frame/],
    ['none', 'invalid_plan', /: segments: must hold at least one segment/],
    ['unheard_of', 'unknown_plan', /: there is no "unheard_of\.json"/],
  ];
  for (const [handle, code, message] of cases) {
    await t.rejects(resolve(handle), { name: 'PlanError', code, message }, handle);
    await t.rejects(resolve(handle), { message: new RegExp(`^plan_handle "${handle}": `) }, handle);
  }
});

t.test('handles that lead elsewhere, or to no regular file, are refused', async (t) => {
  const { dir, resolve } = setUp(t, {}, {});
  for (const handle of [
    '../../etc/passwd',
    '/etc/passwd',
    'file:///etc/passwd',
    '/dev/zero',
    join(dir, 'outside.mp4'),
    join(dir, 'media'),
    '',
    'a\n"b',
    'x'.repeat(65_536),
  ]) {
    await t.rejects(resolve(handle), { code: 'refused_path', message: /^plan_handle ".*; / });
  }
  await t.rejects(resolve(join(dir, 'media/gone.mp4')), { code: 'missing_asset' });
  await t.rejects(resolve(join(dir, 'media/text.txt')), {
    code: 'unusable_asset',
    message: /^plan_handle ".*": has no video stream/,
  });
  await t.rejects(resolve(join(dir, 'media/stream.ts')), {
    code: 'unusable_asset',
    message: /: the file does not tell how long it lasts; name it in a plan, with segment_duration_ms$/,
  });
});

t.test('an asset is proven with its in-point', async (t) => {
  const { dir, source } = setUp(t, {}, { 'a.mp4': 60_000 });
  const asset = (index: number, assetUri: string, offsetMs: number) =>
    source.asset({ ...segmentOf(index, assetUri), offsetMs }, signal);
  t.match(await asset(0, 'a.mp4', 59_999), {
    input: { kind: 'file', path: /media\/a\.mp4$/ },
    durationMs: 60_000,
    displaySize: { width: 640, height: 360 },
  });
  t.match(await asset(0, join(dir, 'media/a.mp4'), 0), { durationMs: 60_000 });
  t.match(
    await asset(0, 'stream.ts', 70_000),
    { durationMs: undefined },
    'where the end is unknown, all may be tried',
  );
  await t.rejects(asset(2, 'a.mp4', 60_000), {
    code: 'unusable_asset',
    message: /^segments\[2\]\.asset_start_offset_ms: 60000 lies behind the end of "a\.mp4"/,
  });
  await t.rejects(asset(2, 'gone.mp4', 0), {
    code: 'missing_asset',
    message: /^segments\[2\]\.asset_uri "gone\.mp4": does not exist/,
  });
  await t.rejects(asset(2, '../outside.mp4', 0), { code: 'refused_path' });
});

t.test('who waits is let go when the signal aborts, even if a probe heeds nothing', async (t) => {
  const { options } = setUp(t, { p: { plan_id: 'p', segments: [{ asset_uri: 'a.mp4' }] } });
  const reason = new Error('deadline');
  const call = async (run: (source: PlanSource, signal: AbortSignal) => Promise<unknown>) => {
    const controller = new AbortController();
    const probe = () => {
      setImmediate(() => controller.abort(reason));
      return new Promise<never>(() => {});
    };
    await t.rejects(run(createPlanSource({ ...options, probe }), controller.signal), reason);
  };
  await call((source, signal) => source.resolve('p', FORMAT, signal));
  await call((source, signal) => source.asset(segmentOf(0, 'a.mp4'), signal));
});

t.test('the copy of a plan is that plan, whatever has become of its file and its media', async (t) => {
  const segments = [
    { asset_uri: 'a.mp4' },
    { asset_uri: 'b.mp4', asset_start_offset_ms: 500, segment_duration_ms: 2000 },
  ];
  const { dir, source, resolve } = setUp(
    t,
    { morning: { plan_id: 'x', segments } },
    { 'a.mp4': 3000, 'b.mp4': 4000 },
  );
  const before = await resolve('morning');
  t.match(before, { turnFrames: 150 });
  const copy = structuredClone(await before.copy?.());
  t.match(copy, { syntax: 'json', durations: [['a.mp4', 3000]] });
  t.equal(await before.copy?.(), await before.copy?.(), 'made once');
  const airs = ({ hash, turnFrames, at }: Timeline) => [hash, turnFrames, at(0), at(90), at(150)];
  await writeFile(join(dir, 'plans/morning.json'), '{}');
  await rm(join(dir, 'media'), { recursive: true });
  const after = await source.resolve('morning', FORMAT, signal, copy);
  t.same(airs(after), airs(before));
  t.same(await after.copy?.(), copy, 'and may be copied again');
  await t.rejects(resolve('morning'), { code: 'invalid_plan' }, 'without it, it is what it has become');
});

t.test('a plan that would take long to hand over has no copy', async (t) => {
  // Random names do not pack.
  const segments = Array.from({ length: 60_000 }, () => ({
    asset_uri: randomUUID(),
    segment_duration_ms: 1000,
  }));
  const { resolve } = setUp(t, { vast: { plan_id: 'x', segments } });
  const vast = await resolve('vast');
  t.equal(vast.segmentCount, 60_000);
  t.equal(await vast.copy?.(), undefined);
});

t.test('the lengths of files count for the size of a copy as its text does', async (t) => {
  const copyWith = (files: number) => {
    const durations = new Map(Array.from({ length: files }, (_, index) => [`programme-${index}.mp4`, 1000]));
    return copyOnDemand({ bytes: Buffer.from('{}'), syntax: 'json', durations })();
  };
  t.match(await copyWith(10_000), { durations: { length: 10_000 } });
  t.equal(await copyWith(100_000), undefined);
});
