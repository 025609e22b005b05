/** `plan check` as people and scripts run it, on real files and with a real ffmpeg. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tap, { test } from 'tap';
import { runCli } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';

const folder = tempDir(tap);
const media = path.join(folder, 'media');
mkdirSync(media);
const ffmpeg = await testFfmpeg();
await paintMedia(ffmpeg, { path: path.join(media, 'a.mp4'), frames: 90 });

/** Checks a file of this content; `*.json` or `*.yaml`. */
function check(name: string, content: object | string | Buffer, ...args: string[]) {
  const file = path.join(folder, name);
  const isText = typeof content === 'string' || Buffer.isBuffer(content);
  writeFileSync(file, isText ? content : JSON.stringify(content));
  return runCli(['plan', 'check', file, '--media-root', media, ...args], { FFMPEG_BIN: ffmpeg.path });
}

const faulty = {
  plan_id: 'morning',
  start_utc_ms: 4_000_000_000_000,
  segments: [
    { asset_uri: 'a.mp4', segment_duration_ms: 2000 },
    { asset_uri: 'a.mp4', asset_start_offset_ms: 1000, segment_duration_ms: 4000 },
    { asset_uri: 'gone.mp4', segment_duration_ms: 1000, segment_typ: 'filler' },
  ],
};

test('the timeline and all that is wrong are printed, and the exit code is 1', async (t) => {
  const { code, stdout, stderr } = await check('faulty.json', faulty);
  t.same([code, stderr], [1, '']);
  t.same(stdout.split('\n'), [
    '"faulty.json": plan "morning", 3 segments, 00:00:07.000 at 1280x720@30, once',
    'OFFSET        AT (UTC)                  LASTS         SEGMENT',
    '00:00:00.000  2096-10-02T07:06:40.000Z  00:00:02.000  [0] content "a.mp4", cut: 00:00:01.000 of the asset are left',
    '00:00:02.000  2096-10-02T07:06:42.000Z  00:00:04.000  [1] content "a.mp4", from 00:00:01.000 on, padded: ends with 00:00:02.000 of slate',
    '00:00:06.000  2096-10-02T07:06:46.000Z  00:00:01.000  [2] content "gone.mp4", NOT AIRED: slate in its place',
    `problem: segments[2].asset_uri "gone.mp4": does not exist in the media roots ("${media}"); add the file or correct the name`,
    'warning: segments[2].segment_typ: is no key of a plan and is ignored; did you mean segment_type?',
    '1 problem, 1 warning',
    '',
  ]);
});

test('--json says the same in one line', async (t) => {
  const { code, stdout } = await check('faulty.json', faulty, '--json', '--format', '640x360@30000/1001');
  t.equal(code, 1);
  t.equal(stdout.trimEnd().split('\n').length, 1);
  t.match(JSON.parse(stdout), {
    file: path.join(folder, 'faulty.json'),
    format: '640x360@30000/1001',
    plan_id: 'morning',
    start_utc_ms: 4_000_000_000_000,
    loop: false,
    frames: 210,
    segments: [
      { index: 0, start_frame: 0, end_frame: 60, start_ms: 0, cut_frames: 30, slate_frames: 0 },
      { index: 1, start_frame: 60, end_frame: 180, start_utc_ms: 4_000_000_002_002, slate_frames: 60 },
      { index: 2, start_frame: 180, end_frame: 210, slate_frames: 30 },
    ],
    problems: [/gone\.mp4/],
    warnings: [/segment_typ/],
  });
});

test('a plan without problems ends with exit code 0, in YAML too, warnings or not', async (t) => {
  const yaml = 'plan_id: p\nloop: true\nnote: x\nsegments:\n  - asset_uri: a.mp4\n';
  const { code, stdout } = await check('fine.yaml', yaml);
  t.equal(code, 0);
  t.match(stdout, /^"fine\.yaml": plan "p", 1 segment, 00:00:03\.000 at 1280x720@30, over and over\n/);
  t.match(stdout, /\n00:00:00\.000 {2}00:00:03\.000 {2}\[0\] content "a\.mp4"\n/);
  t.match(stdout, /\nno problems, 1 warning\n$/);
});

test('a file that is no plan is told by its name, with exit code 1', async (t) => {
  for (const [name, content, words] of [
    ['text.json', 'This is not JSON', /^problem: ".*text\.json" is not valid JSON: .*; correct the file\n/],
    ['list.json', '[]', /^problem: plan: must be an object with plan_id and segments \(is a list of 0\)\n/],
    ['huge.json', Buffer.alloc(50_000_000, ' '), /has 50000000 bytes, and at most 16777216 are read; split/],
    ['hostile.json', '{"\u001b[2J\u202e":1}\u001b', /is not valid JSON/],
  ] as const) {
    const { code, stdout } = await check(name, content);
    t.equal(code, 1);
    t.match(stdout, words);
    t.match(stdout, /1 problem, no warnings; as it is, the plan cannot be laid out\n$/);
    t.notMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  }
  const missing = await runCli(['plan', 'check', path.join(folder, 'none.json')]);
  t.equal(missing.code, 1);
  t.match(missing.stdout, /^problem: ".*none\.json" does not exist; name the file of a plan\n/);
});

test('an ffmpeg is needed for nothing but a look into assets', async (t) => {
  const none = { FFMPEG_BIN: path.join(folder, 'no-ffmpeg') };
  const file = path.join(folder, 'mock.json');
  writeFileSync(file, '{"plan_id":"p","segments":[{"asset_uri":"mock","segment_duration_ms":1000}]}');
  t.match(await runCli(['plan', 'check', file], none), { code: 0 });
  const other = path.join(folder, 'other.json');
  writeFileSync(other, '{"plan_id":"p","segments":[{"asset_uri":"a.mp4","segment_duration_ms":1000}]}');
  const { code, stdout } = await runCli(['plan', 'check', other, '--media-root', media], none);
  t.equal(code, 1);
  t.match(stdout, /"a\.mp4": cannot be looked into without an ffmpeg; name one with --ffmpeg\n/);
});

test('a wrong flag ends with exit code 78 and its reason', async (t) => {
  const { code, stdout, stderr } = await check('fine.yaml', '{}', '--format', '5x5@1');
  t.same([code, stdout], [78, '']);
  t.match(stderr, /^retrovue-playout: --format: must have a width from 16 to 7680/);
});
