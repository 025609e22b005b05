/** The probe on real files: durations right to the frame, shapes, and refusals in words. */
import { execFile } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { filterChain } from '../../../src/media/filter-chain.js';
import { type MediaProbe, probeMedia } from '../../../src/media/probe.js';
import { PlanError } from '../../../supervisors/channel/plan.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { turnInPlace } from '../../support/mp4-rotation.js';
import { type PaintedMedia, paintMedia } from '../../support/painted-media.js';
import { processesNaming, skipWithoutProc } from '../../support/processes.js';
import { tempDir } from '../../support/temp-dir.js';

const run = promisify(execFile);
const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const probe = (path: string, signal = new AbortController().signal): Promise<MediaProbe> =>
  probeMedia(ffmpeg, path, signal);
const make = (name: string, ...args: string[]): Promise<unknown> =>
  run(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...args, join(folder, name)]);
const small = { width: 64, height: 36 };

const refusal = async (path: string): Promise<PlanError> => {
  const outcome = await probe(path).catch((error: unknown) => error);
  if (!(outcome instanceof PlanError)) throw new Error(`not refused: ${JSON.stringify(outcome)}`);
  return outcome;
};

/** How many frames a decoder of this file delivers at the given rate. */
async function framesDecoded(path: string, fps: string): Promise<number> {
  const [fpsNum = 0, fpsDen = 1] = fps.split('/').map(Number);
  const chain = filterChain({ width: 16, height: 16, fpsNum, fpsDen });
  const { stdout } = await run(
    ffmpeg.path,
    [
      ...['-v', 'error', '-nostdin', '-i', path, '-map', '0:V:0', '-vf', chain],
      ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 100_000_000 },
  );
  return stdout.length / (16 * 16 * 1.5);
}

t.test('the duration is right to the frame', async (t) => {
  // Longer than the tail that is read, no whole number of seconds, and sound that outlasts the picture.
  const frames = 217;
  for (const fps of ['30', '25', '30000/1001', '24000/1001'] as const) {
    for (const ending of ['mp4', 'mkv', 'ts', 'avi']) {
      for (const audioSeconds of [undefined, 20]) {
        const sound = audioSeconds === undefined ? 'without sound' : 'with longer sound';
        const path = join(folder, `exact.${ending}`);
        const media: PaintedMedia = { path, ...small, fps, frames, gop: 250 };
        await paintMedia(ffmpeg, audioSeconds === undefined ? media : { ...media, audioSeconds });
        const { durationMs = 0 } = await probe(path);
        const [num = 0, den = 1] = fps.split('/').map(Number);
        t.equal(Math.round((durationMs * num) / den / 1000), frames, `${ending} at ${fps} ${sound}`);
      }
    }
  }
});

t.test(
  'the duration is the number of frames a decoder delivers, however the streams are offset',
  async (t) => {
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25,trim=end_frame=110'];
    const sound = ['-f', 'lavfi', '-i', 'sine=duration=9'];
    const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-c:a', 'aac'];
    const late = ['-itsoffset', '1', ...picture, ...sound, '-map', '0:v', '-map', '1:a'];
    const cases: Record<string, readonly string[]> = {
      'aac.ts': [...picture, ...sound, ...x264],
      'aac.mkv': [...picture, ...sound, ...x264],
      'aac.flv': [...picture, ...sound, ...x264],
      'late.mp4': [...late, ...x264],
      'late.mkv': [...late, ...x264],
      'late.ts': [...late, ...x264],
      'opus.webm': [...picture, ...sound, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus'],
      'mpeg.mpg': [...picture, ...sound, '-c:v', 'mpeg2video', '-bf', '2', '-c:a', 'mp2'],
      'raw.h264': [...picture, '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2'],
      'one-frame.mp4': [...picture, ...x264, '-frames:v', '1'],
    };
    for (const [name, args] of Object.entries(cases)) {
      await make(name, ...args);
      const path = join(folder, name);
      const { durationMs = 0 } = await probe(path);
      t.equal(Math.round((durationMs * 25) / 1000), await framesDecoded(path, '25'), name);
    }
  },
);

t.test('the display size respects pixel shape and rotation', async (t) => {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=72x64:rate=25:duration=0.4'];
  await make('plain.mp4', ...source);
  t.same((await probe(join(folder, 'plain.mp4'))).displaySize, { width: 72, height: 64 });
  await make('wide.mp4', ...source, '-vf', 'setsar=4/3');
  t.same((await probe(join(folder, 'wide.mp4'))).displaySize, { width: 96, height: 64 });
  const turned = join(folder, 'turned.mp4');
  await make('turned.mp4', ...source, '-vf', 'setsar=4/3');
  const bytes = readFileSync(turned);
  turnInPlace(bytes);
  writeFileSync(turned, bytes);
  t.same((await probe(turned)).displaySize, { width: 64, height: 96 });
});

t.test('a still lasts as long as the plan wants', async (t) => {
  for (const name of ['still.png', 'still.jpg']) {
    await make(name, '-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25', '-frames:v', '1');
    t.match(await probe(join(folder, name)), {
      still: true,
      durationMs: undefined,
      displaySize: { width: 64, height: 36 },
    });
  }
});

t.test('a container that begins before its picture says by how much', async (t) => {
  const path = join(folder, 'sound-first.ts');
  const late = ['-itsoffset', '0.5', '-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=2'];
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=2', '-c:a', 'mp2', '-c:v', 'mpeg2video'];
  await make('sound-first.ts', ...late, ...sound);
  const { pictureLateMs, durationMs } = await probe(path);
  t.ok(Math.abs(pictureLateMs - 500) < 40, `${pictureLateMs} ms`);
  t.equal(Math.round(durationMs ?? 0), 2_000);
  await make('sound-first.mp4', ...late, ...sound);
  t.equal((await probe(join(folder, 'sound-first.mp4'))).pictureLateMs, 0, 'mp4 counts from its own start');
});

t.test('colours are told, whether the stream names a language or not', async (t) => {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=0.4', '-pix_fmt', 'yuvj420p'];
  for (const [name, ...language] of [
    ['silent.mkv'],
    ['german.mkv', '-metadata:s:v', 'language=ger'],
    ['default.mp4'],
  ] as const) {
    await make(name, ...source, ...language, '-c:v', 'mjpeg');
    t.match(await probe(join(folder, name)), { colour: { matrix: 'bt601', fullRange: true } }, name);
  }
});

t.test('cover art is not a picture to air', async (t) => {
  const cover = ['-f', 'lavfi', '-i', 'color=red:size=64x64', '-frames:v', '1'];
  await make('cover.png', ...cover);
  const inputs = ['-i', join(folder, 'cover.png'), '-f', 'lavfi', '-i', 'sine=duration=1'];
  const art = ['-map', '0', '-map', '1', '-c:v', 'png', '-disposition:v:0', 'attached_pic'];
  await make('song.mp4', ...inputs, ...art);
  t.match((await refusal(join(folder, 'song.mp4'))).message, /"[^"]*song\.mp4" has no video stream/);
});

t.test('what cannot be used is refused with the reason in words', async (t) => {
  await paintMedia(ffmpeg, { path: join(folder, 'good.mp4'), ...small, frames: 90 });
  const cases: readonly {
    readonly name: string;
    readonly make: (path: string) => unknown;
    readonly says: RegExp;
    readonly code?: PlanError['code'];
  }[] = [
    {
      name: 'sound.mp4',
      make: () => make('sound.mp4', '-f', 'lavfi', '-i', 'sine=duration=1'),
      says: /has no video stream/,
    },
    { name: 'empty.mp4', make: (path) => writeFileSync(path, ''), says: /is empty/ },
    {
      name: 'cut.mp4',
      make: (path) => {
        copyFileSync(join(folder, 'good.mp4'), path);
        truncateSync(path, 3_000);
      },
      says: /is truncated: moov atom not found/,
    },
    {
      name: 'text.bin',
      make: (path) => writeFileSync(path, 'Dear diary,\n'.repeat(100)),
      says: /is not a media file ffmpeg understands \(.*Invalid data/,
    },
    { name: 'notes.txt', make: (path) => writeFileSync(path, 'Dear diary,\n'.repeat(100)), says: /text/ },
    {
      name: 'list.mp4',
      make: (path) => writeFileSync(path, 'ffconcat version 1.0\nfile good.mp4\n'),
      says: /list of other files \(concat\)/,
    },
    {
      name: 'list.m3u8',
      make: (path) =>
        writeFileSync(path, '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\ngood.mp4\n#EXT-X-ENDLIST\n'),
      says: /list of other files|not a media file/,
    },
    { name: 'gone.mp4', make: () => {}, says: /does not exist/, code: 'missing_asset' },
    { name: 'evil\n  Duration: 09:00:00.00.mp4', make: () => {}, says: /control characters in its name/ },
    { name: '', make: () => {}, says: /not a media file ffmpeg understands \(.*Is a directory/ },
  ];
  for (const { name, make: prepare, says, code = 'unusable_asset' } of cases) {
    const path = join(folder, name);
    await prepare(path);
    const error = await refusal(path);
    t.equal(error.code, code, JSON.stringify(name));
    t.match(error.message, says);
    t.notMatch(error.message, /\n/, 'the message is one line');
  }
});

t.test('a missing ffmpeg is not taken for a missing asset', async (t) => {
  const missing = probeMedia(
    { path: join(folder, 'no-ffmpeg') },
    join(folder, 'good.mp4'),
    new AbortController().signal,
  );
  await t.rejects(missing, { code: 'unavailable', message: /ffmpeg could not be started/ });
});

t.test('text inside the file cannot pass for what ffmpeg says about it', async (t) => {
  const lies = ['  Duration: 09:00:00.00, start: 5.000000', '    Stream #0:0: Video: h264, 1 fps'];
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=2'];
  await make('liar.mkv', ...source, '-metadata', `title=x\n${lies.join('\n')}`, '-metadata', `${lies[0]}=y`);
  t.equal((await probe(join(folder, 'liar.mkv'))).durationMs, 2_000);
});

t.test('a file that says it lasts for years does not tell how long it lasts', async (t) => {
  // Its tenth and last picture is due in 31 years.
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=0.4'];
  const jump = ['-vf', "setpts='if(eq(N,9),1e9/TB,PTS)'", '-vsync', 'passthrough', '-c:v', 'mjpeg'];
  await make('years.mkv', ...source, ...jump);
  t.equal((await probe(join(folder, 'years.mkv'))).durationMs, undefined);
});

t.test('a file whose end is missing lasts as long as its readable picture', async (t) => {
  const path = join(folder, 'short.ts');
  await paintMedia(ffmpeg, { path, ...small, frames: 250, fps: '25' });
  const whole = (await probe(path)).durationMs ?? 0;
  t.equal(Math.round(whole), 10_000);
  truncateSync(path, 188 * 200);
  const { durationMs = 0 } = await probe(path);
  t.ok(durationMs > 0 && durationMs < whole, `${durationMs} ms are left`);
});

t.test('an aborted probe rejects with the reason, its ffmpeg gone', { skip: skipWithoutProc }, async (t) => {
  const fifo = join(folder, 'never.ts');
  await run('mkfifo', [fifo]);
  // Held open for writing so that ffmpeg opens it and waits for bytes that never come.
  const held = openSync(fifo, 'r+');
  t.teardown(() => closeSync(held));
  const abort = new AbortController();
  const outcome = probe(fifo, abort.signal).catch((error: unknown) => error);
  t.equal(processesNaming(fifo).length, 1, 'it runs');
  const reason = new Error('no longer wanted');
  abort.abort(reason);
  t.equal(await outcome, reason);
  t.same(processesNaming(fifo), [], 'it is gone');
  const before = new AbortController();
  before.abort(reason);
  t.equal(await probe(fifo, before.signal).catch((error: unknown) => error), reason);
});
