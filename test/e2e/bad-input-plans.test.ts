/** Plans and media that are broken, hostile or huge: each costs its own channel a slate, and nobody else anything. */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import tap, { test } from 'tap';
import { refusesPlan, stopsCleanly, tells } from '../support/engine-asserts.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { readFrameNumber } from '../support/frame-number.js';
import { paintMedia } from '../support/painted-media.js';
import { BYSTANDER, openStation } from '../support/station.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';

const station = await openStation(tap);
const { engine, folder, writePlan } = station;
const { client } = engine;
const elsewhere = tempDir(tap);
const ffmpeg = await testFfmpeg();
const runProgram = promisify(execFile);

const file = (name: string) => path.join(folder, name);
const movie = readFileSync(file('bystander.mp4'));
await run('-f', 'lavfi', '-i', 'testsrc=size=320x180', '-frames:v', '1', file('still.png'));
const oneSegment = (asset_uri: string) => ({ segments: [{ asset_uri }] });

/** Plans that are wrong in themselves: name, content, what the answer says. */
const PLANS: readonly (readonly [
  name: string,
  content: object | string | Buffer,
  words: readonly (string | RegExp)[],
])[] = [
  [
    'no-json',
    '{ "plan_id": "x", segments: [] }',
    ['"no-json.json" is not valid JSON: ', '; correct the file'],
  ],
  ['cut-short', '{ "plan_id": "x", "segm', ['"cut-short.json" is not valid JSON: ', '; correct the file']],
  ['no-text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), ['"no-text.json" is not UTF-8 text; save it as UTF-8']],
  ['nothing', '', ['"nothing.json" is empty; write a plan into it']],
  ['a-list', '[]', [/plan: /, 'is a list of 0']],
  ['no-segments', { segments: [] }, ['segments: ', 'is a list of 0']],
  ['segments-missing', { loop: true }, ['segments: ', 'is missing']],
  [
    'bad-numbers',
    { segments: [{ asset_uri: 'bystander.mp4' }, { asset_uri: 'bystander.mp4', segment_duration_ms: -5 }] },
    ['segments[1].segment_duration_ms: must be > 0 (is -5)'],
  ],
  [
    'no-time',
    { segments: [{ asset_uri: 'bystander.mp4', segment_duration_ms: 0 }] },
    ['segments[0].segment_duration_ms: must be > 0 (is 0)'],
  ],
  [
    'time-is-no-number',
    '{"plan_id":"x","segments":[{"asset_uri":"bystander.mp4","segment_duration_ms":NaN}]}',
    ['"time-is-no-number.json" is not valid JSON: '],
  ],
  [
    'time-without-end',
    { segments: [{ asset_uri: 'bystander.mp4', segment_duration_ms: 1e15 }] },
    ['segments[0].segment_duration_ms: must be at most 31622400000 (366 days) (is 1000000000000000)'],
  ],
  [
    'in-point-before-the-beginning',
    { segments: [{ asset_uri: 'bystander.mp4', asset_start_offset_ms: -1 }] },
    ['segments[0].asset_start_offset_ms: must be >= 0 (is -1)'],
  ],
  ['asset-is-a-number', { segments: [{ asset_uri: 7 }] }, ['segments[0].asset_uri: must be a string (is 7)']],
  [
    'asset-with-a-newline',
    { segments: [{ asset_uri: 'a"b\nc.mp4', segment_duration_ms: 1000 }] },
    [/segments\[0\]\.asset_uri: .*"a\\"b\\nc\.mp4"/],
  ],
  [
    'asset-that-climbs-out',
    oneSegment('../../etc/passwd'),
    [/segments\[0\]\.asset_uri: .*"\.\.\/\.\.\/etc\/passwd"/, 'name the file by its path below a media root'],
  ],
  [
    'asset-elsewhere',
    oneSegment('/etc/passwd'),
    ['segments[0].asset_uri "/etc/passwd": lies outside the media roots', 'move the file into one'],
  ],
  [
    'asset-is-a-device',
    oneSegment('/dev/zero'),
    ['segments[0].asset_uri "/dev/zero": lies outside the media roots', 'move the file into one'],
  ],
  [
    'asset-is-a-directory',
    oneSegment('temp'),
    ['segments[0].asset_uri "temp": is a directory', 'name a media file'],
  ],
  [
    'asset-missing',
    oneSegment('gone.mp4'),
    [
      'segments[0].asset_uri "gone.mp4": does not exist in the media roots',
      'add the file or correct the name',
    ],
  ],
  [
    'in-point-behind-the-end',
    { segments: [{ asset_uri: 'bystander.mp4', asset_start_offset_ms: 10_000 }] },
    [
      'segments[0].asset_start_offset_ms: 10000 lies behind the end of "bystander.mp4", which lasts 10000 ms; lower it',
    ],
  ],
  [
    'still-without-end',
    oneSegment('still.png'),
    ['segments[0].segment_duration_ms: must be stated, because "still.png" does not tell how long it lasts'],
  ],
  [
    'too-many-bytes',
    `{"plan_id":"${'x'.repeat(50_000_000)}"}`,
    [/has 500000\d\d bytes, and at most 16777216 are read; split/],
  ],
  [
    'too-many-segments',
    { segments: Array(100_001).fill({ asset_uri: 'bystander.mp4', segment_duration_ms: 40 }) },
    ['segments: must hold at most 100000 segments (is a list of 100001)'],
  ],
  [
    'too-many-values',
    `{"segments":[${'{},'.repeat(1_000_000)}{}]}`,
    ['holds more than 800000 JSON values; split the plan'],
  ],
  [
    'too-deep',
    `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    ['plan: must be an object with plan_id and segments (is a list of 1)'],
  ],
];

for (const [index, [name, content, words]] of PLANS.entries()) {
  test(`the plan ${name} is refused with the place, the value and the remedy`, async (t) => {
    await writePlan(name, content);
    await refusesPlan(t, engine, { channelId: 100 + index, planHandle: name }, [
      `plan_handle "${name}": `,
      ...words,
    ]);
  });
}

/** The same in YAML, which can say things that JSON cannot. */
const YAML_PLANS: typeof PLANS = [
  [
    'not-a-number',
    'plan_id: x\nsegments: [{asset_uri: bystander.mp4, segment_duration_ms: .nan}]\n',
    ['segments[0].segment_duration_ms: must be a whole number of milliseconds (is NaN)'],
  ],
  ['bomb', yamlBomb(), ['"bomb.yaml" is not usable YAML: ', '; correct the file']],
];

for (const [index, [name, content, words]] of YAML_PLANS.entries()) {
  test(`the YAML plan ${name} is refused with the place, the value and the remedy`, async (t) => {
    writeFileSync(file(`${name}.yaml`), content as string);
    await refusesPlan(t, engine, { channelId: 150 + index, planHandle: name }, [
      `plan_handle "${name}": `,
      ...words,
    ]);
  });
}

/** Files that are no usable media, each named by a plan and as a handle of its own. */
const FILES: readonly (readonly [
  name: string,
  make: (at: string) => unknown,
  words: readonly (string | RegExp)[],
])[] = [
  ['text.txt', (at) => writeFileSync(at, 'To be, or not to be\n'.repeat(500)), [/name a media file/]],
  [
    'text.mp4',
    (at) => writeFileSync(at, 'To be, or not to be\n'.repeat(500)),
    [/name a media file|copy the file again/],
  ],
  ['zeros.mp4', (at) => writeFileSync(at, Buffer.alloc(100_000)), [/name a media file|copy the file again/]],
  ['empty.mp4', (at) => writeFileSync(at, ''), ['is empty (0 bytes); replace the file']],
  ['sound.mp4', makeSound, ['has no video stream; name a file with a picture']],
  [
    'list.mp4',
    (at) => writeFileSync(at, `ffconcat version 1.0\nfile ${file('bystander.mp4')}\n`),
    [/is a text or a list of other files|is not a media file/],
  ],
  [
    'playlist.m3u8',
    (at) =>
      writeFileSync(at, '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n'),
    [/is a text or a list of other files|is not a media file/, 'name a media file'],
  ],
  // ffmpeg writes the index of an mp4 at its end: without it there is nothing to go by.
  [
    'truncated.mp4',
    (at) => writeFileSync(at, movie.subarray(0, movie.length / 2)),
    ['is truncated', 'copy the file again'],
  ],
  [
    'link.mp4',
    (at) => symlinkSync(copyElsewhere('link.mp4'), at),
    ['lies outside the media roots', 'move the file'],
  ],
  [
    'link-to-device.mp4',
    (at) => symlinkSync('/dev/zero', at),
    ['lies outside the media roots', 'move the file'],
  ],
  ['pipe.mp4', (at) => runProgram('mkfifo', [at]), ['is a directory or device', 'name a media file']],
];

for (const [index, [name, make, words]] of FILES.entries()) {
  test(`the asset ${name} is refused with the reason and the remedy`, async (t) => {
    await make(file(name));
    await writePlan(`plan-of-${name}`, oneSegment(name));
    const named = [`plan_handle "plan-of-${name}": segments[0].asset_uri "${name}": `, ...words];
    await refusesPlan(t, engine, { channelId: 200 + index, planHandle: `plan-of-${name}` }, named);
    const update = await client.updatePlan({ channelId: BYSTANDER, planHandle: file(name) });
    t.equal(update.success, false);
    tells(t, update.errorMessage, [/^plan_handle "/, ...words]);
  });
}

test('a plan that is a link out of the plan directory is refused', async (t) => {
  const target = path.join(elsewhere, 'linked.json');
  writeFileSync(target, JSON.stringify({ plan_id: 'linked', ...oneSegment('bystander.mp4') }));
  symlinkSync(target, file('linked.json'));
  await refusesPlan(t, engine, { channelId: 301, planHandle: 'linked' }, [
    'plan_handle "linked": "linked.json" is a link that leads out of the plan directory; copy the plan into',
  ]);
});

test('an asset that cannot be used costs its own slot; the next segment airs', async (t) => {
  writeFileSync(file('hollow.mp4'), '');
  await writePlan('hollow', {
    segments: [
      { asset_uri: 'hollow.mp4', segment_duration_ms: 500 },
      { asset_uri: 'bystander.mp4', segment_duration_ms: 60_000 },
    ],
  });
  const answer = await client.startChannel({ channelId: 302, planHandle: 'hollow', port: 0 });
  t.equal(answer.success, false);
  tells(t, answer.errorMessage, [
    'segments[0]',
    '"hollow.mp4"',
    'is empty (0 bytes); replace the file',
    '; slate airs',
  ]);
  await engine.snapshotWhere(302, ({ state, airing }) => state === 'ready' && airing === 'content');
  await stopsCleanly(t, engine, 302);
});

const SHORT_FRAMES = 50;
/** Damage that a decoder may get over: content or a refusal, both are fine, as long as the port keeps its pace. */
const DAMAGED: readonly (readonly [name: string, damage: (bytes: Buffer) => Buffer])[] = [
  ['flipped-rarely.mp4', (bytes) => flipMdat(bytes, 5000)],
  ['flipped-often.mp4', (bytes) => flipMdat(bytes, 50)],
  ['mdat-cut-short.mp4', (bytes) => bytes.subarray(0, (bytes.length * 2) / 3)],
];

test('damaged frames air, or fail with a reason; the port keeps its pace either way', async (t) => {
  await Promise.all(
    DAMAGED.map(async ([name, damage], index) => {
      const channelId = 400 + index;
      writeFileSync(file(name), damage(await indexFirst(name)));
      await writePlan(`plan-of-${name}`, { loop: true, ...oneSegment(name) });
      const answer = await client.startChannel({ channelId, planHandle: `plan-of-${name}`, port: 0 });
      if (!answer.success) tells(t, answer.errorMessage, [name, '; slate airs on port']);
      const renderer = connectY4m(answer.port);
      // Longer than the file, so that its end, or its decoder's, is on air as well.
      const frames = await renderer.frames(SHORT_FRAMES + 40);
      t.equal(frames.length, SHORT_FRAMES + 40);
      if (name === 'flipped-rarely.mp4') {
        const readable = frames.filter(({ planes }) => readFrameNumber(planes, 320, 180) !== undefined);
        t.ok(readable.length > 0, 'a bit here and there does not keep a file off the air');
      }
      renderer.close();
      const { state, detail } = await engine.snapshot(channelId);
      if (state === 'error') t.match(detail, name);
      await stopsCleanly(t, engine, channelId);
    }),
  );
});

test('a plan that changes on disk airs on as it was, until UpdatePlan takes the new one', async (t) => {
  await paintMedia(ffmpeg, { path: file('first.mp4'), frames: 30, firstNumber: 1000 });
  await paintMedia(ffmpeg, { path: file('second.mp4'), frames: 30, firstNumber: 2000 });
  await writePlan('changing', { loop: true, ...oneSegment('first.mp4') });
  const { port } = await client.startChannel({ channelId: 501, planHandle: 'changing', port: 0 });
  const { onAir: before } = await engine.snapshotWhere(501, ({ onAir }) => onAir !== null);
  await writePlan('changing', { loop: true, ...oneSegment('second.mp4') });
  const renderer = connectY4m(port);
  const numberOf = ({ planes }: { planes: Buffer }) => readFrameNumber(planes, 320, 180) ?? -1;
  // Three turns: whatever is read anew for a turn has been read by then.
  const aired = (await renderer.frames(90)).map(numberOf);
  t.ok(
    aired.every((number) => number >= 1000 && number < 1030),
    'nothing of the new plan, and no slate',
  );
  t.match(await engine.snapshot(501), { onAir: { planHash: before?.planHash } });
  t.match(await client.updatePlan({ channelId: 501, planHandle: 'changing' }), { success: true });
  t.ok(numberOf(await renderer.until((frame) => numberOf(frame) >= 2000)) < 2030);
  await engine.snapshotWhere(501, ({ onAir }) => onAir !== null && onAir.planHash !== before?.planHash);
  renderer.close();
  await stopsCleanly(t, engine, 501);
});

test('a plan of a hundred thousand segments airs', async (t) => {
  const segment = { asset_uri: 'bystander.mp4', segment_duration_ms: 2000 };
  await writePlan('day', { segments: Array(100_000).fill(segment) });
  t.match(await client.startChannel({ channelId: 500, planHandle: 'day', port: 0 }), { success: true });
  t.equal((await engine.snapshot(500)).state, 'ready');
  await stopsCleanly(t, engine, 500);
});

test('through all of it the bystander kept every tick, and nothing is left behind', (t) => station.close(t));

function run(...args: string[]): Promise<unknown> {
  return runProgram(ffmpeg.path, ['-v', 'error', '-y', ...args]);
}

/** Nine lists of nine lists of ... nine times: a few hundred bytes that unfold into 387 million words. */
function yamlBomb(): string {
  const names = [...'abcdefghi'];
  const list = (item: string) => `[${Array(9).fill(item).join(', ')}]`;
  return names
    .map((name, level) => `${name}: &${name} ${list(level === 0 ? 'x' : `*${names[level - 1]}`)}\n`)
    .join('');
}

function makeSound(at: string): Promise<unknown> {
  return run('-f', 'lavfi', '-i', 'sine=duration=2', '-c:a', 'aac', at);
}

function copyElsewhere(name: string): string {
  cpSync(file('bystander.mp4'), path.join(elsewhere, name));
  return path.join(elsewhere, name);
}

/** A short movie with its index in front of the frames, so that damage to the frames leaves the index whole. */
async function indexFirst(name: string): Promise<Buffer> {
  const at = path.join(elsewhere, name);
  const short = ['-c', 'copy', '-frames:v', String(SHORT_FRAMES), '-movflags', '+faststart'];
  await run('-i', file('bystander.mp4'), ...short, at);
  return readFileSync(at);
}

/** Flips one bit in every `every` bytes of the frames' data; the same ones each time. */
function flipMdat(bytes: Buffer, every: number): Buffer {
  const damaged = Buffer.from(bytes);
  const first = bytes.indexOf('mdat') + 4;
  for (let at = first + 40; at < damaged.length; at += every) {
    damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
  }
  return damaged;
}
