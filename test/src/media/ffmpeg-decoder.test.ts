/** The decoder on real media: the frames that were ordered, exactly, in order, and no faster than there is room. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Format } from '../../../supervisors/channel/format.js';
import { tickMs } from '../../../supervisors/channel/format.js';
import type { ReadyAsset } from '../../../supervisors/channel/plan.js';
import { FakeClock } from '../../support/fake-clock.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../../support/painted-media.js';
import { tempDir } from '../../support/temp-dir.js';
import { type Decoding, decode, FORMAT, leavesNothing } from './decoding.js';

const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const file = (name: string): string => join(folder, name);
const asset = (name: string): ReadyAsset => ({
  input: { kind: 'file', path: file(name) },
  durationMs: undefined,
  displaySize: { width: 320, height: 180 },
});
const run = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const numbers = ({ staged }: Decoding) => staged.map(({ planes }) => readFrameNumber(planes, 320, 180));

await paintMedia(ffmpeg, { path: file('a.mp4'), frames: 60, firstNumber: 1000 });

t.test('a file comes out whole, in order, each frame once', async (t) => {
  const d = decode(t, { asset: asset('a.mp4'), frames: 60 }, { ffmpeg: ffmpeg.path });
  t.same(d.calls, [], 'nothing is called from within the start');
  t.match(await d.exit, { kind: 'completed', code: 0, signal: null, frames: 60, stderrTail: '' });
  t.same(numbers(d), run(1000, 60));
  t.equal(d.calls.filter((call) => call === 'exited').length, 1);
  t.equal(d.calls.at(-1), 'exited', 'the end is told once, and last');
  leavesNothing(t, d, 61);
});

t.test('no more frames than were ordered, wherever it begins', async (t) => {
  const d = decode(t, { asset: asset('a.mp4'), frames: 7, positionMs: 500 }, { ffmpeg: ffmpeg.path });
  t.match(await d.exit, { kind: 'completed', frames: 7 });
  t.same(numbers(d), run(1015, 7));
  leavesNothing(t, d, 8);
});

t.test('a file that has fewer ends early, with what it had', async (t) => {
  const d = decode(t, { asset: asset('a.mp4'), frames: 80, positionMs: 1000 }, { ffmpeg: ffmpeg.path });
  t.match(await d.exit, { kind: 'ended', code: 0, frames: 30, reason: 'ended after 30 of 80 frames' });
  t.same(numbers(d), run(1030, 30));
  leavesNothing(t, d, 81);
});

t.test('beyond the end there is nothing', async (t) => {
  const d = decode(t, { asset: asset('a.mp4'), frames: 10, positionMs: 60_000 }, { ffmpeg: ffmpeg.path });
  const { kind, frames } = await d.exit;
  t.equal(frames, 0);
  t.not(kind, 'completed');
  leavesNothing(t, d, 11);
});

const RATES = [
  ['30', { ...FORMAT }],
  ['30000/1001', { ...FORMAT, fpsNum: 30_000, fpsDen: 1001 }],
] as const satisfies readonly (readonly [string, Format])[];
/** With frames that are stored out of order too: there the container's own start is not 0. */
const REORDERED = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-pix_fmt', 'yuv420p'];

for (const container of ['mp4', 'mkv'])
  for (const [fps, format] of RATES)
    for (const bFrames of [false, true]) {
      const name = `seek-${fps.replace('/', '-')}${bFrames ? '-b' : ''}.${container}`;
      t.test(
        `a position lands on its very frame: ${container} at ${fps}${bFrames ? ', B-frames' : ''}`,
        async (t) => {
          await paintMedia(ffmpeg, {
            ...{ path: file(name), fps, frames: 120 },
            ...(bFrames ? { videoArguments: REORDERED } : {}),
          });
          // Around key frames (every 30), in the middle, and at the very end.
          for (const frame of [0, 1, 2, 17, 29, 30, 31, 59, 60, 61, 95, 117]) {
            const order = { asset: asset(name), frames: 3, positionMs: frame * tickMs(format), format };
            const d = decode(t, order, { ffmpeg: ffmpeg.path });
            t.match(await d.exit, { kind: 'completed' });
            t.same(numbers(d), run(frame, 3), `frame ${frame}`);
          }
        },
      );
    }

t.test('the built-in pattern comes without a file, from any position', async (t) => {
  const pattern: ReadyAsset = { input: { kind: 'pattern' }, durationMs: undefined, displaySize: FORMAT };
  const whole = decode(t, { asset: pattern, frames: 40 }, { ffmpeg: ffmpeg.path });
  t.match(await whole.exit, { kind: 'completed', frames: 40 });
  const later = decode(t, { asset: pattern, frames: 10, positionMs: 1000 }, { ffmpeg: ffmpeg.path });
  t.match(await later.exit, { kind: 'completed', frames: 10 });
  t.ok(
    later.staged.every(({ planes }, index) => whole.staged[30 + index]?.planes.equals(planes)),
    'the same picture at the same position',
  );
});

t.test('without room it waits, and goes on where it was when there is some', async (t) => {
  await paintMedia(ffmpeg, { path: file('long.mp4'), frames: 300 });
  const d = decode(t, { asset: asset('long.mp4'), frames: 300 }, { ffmpeg: ffmpeg.path, slots: 4 });
  const seen: (number | undefined)[] = [];
  let waits = 0;
  let over = false;
  const ended = d.exit.then(() => {
    over = true;
  });
  while (!over) {
    await Promise.race([d.full(), ended]);
    if (over) break;
    waits++;
    t.ok(d.staged.length <= 4);
    d.decoder.resume();
    t.ok(d.decoder.waitingForRoom, 'being asked to resume makes no room');
    seen.push(...numbers(d));
    for (const slot of d.staged.splice(0)) slot.release();
    d.decoder.resume();
  }
  seen.push(...numbers(d));
  t.ok(waits > 50, `it waited ${waits} times`);
  t.same(seen, run(0, 300));
  t.match(await d.exit, { kind: 'completed', frames: 300 });
  leavesNothing(t, d, 4);
});

t.test(
  'frames that are still on their way when it ends are delivered, when there is room for them',
  async (t) => {
    // So small that the last of them lie in the socket after ffmpeg has gone.
    const format = { ...FORMAT, width: 16, height: 16 };
    const order = { asset: { ...asset('a.mp4'), displaySize: undefined }, frames: 60, format };
    const d = decode(t, order, { ffmpeg: ffmpeg.path, slots: 2 });
    await d.full();
    while (d.decoders.pids().length > 0) await new Promise((resolve) => setImmediate(resolve));
    t.ok(d.staged.length <= 2, 'the process is gone, most of its frames are not here');
    let count = 0;
    let over = false;
    void d.exit.then(() => {
      over = true;
    });
    while (!over) {
      for (const slot of d.staged.splice(0)) {
        slot.release();
        count++;
      }
      d.decoder.resume();
      await new Promise((resolve) => setImmediate(resolve));
    }
    t.equal(count + d.staged.length, 60);
    t.match(await d.exit, { kind: 'completed', frames: 60 });
    leavesNothing(t, d, 2);
  },
);

t.test(
  'one that is blocked because there is no room goes at once when it is asked, without a signal',
  async (t) => {
    // The clock stands still, so the steps of the ladder that wait are never taken.
    const clock = new FakeClock();
    const d = decode(t, { asset: asset('long.mp4'), frames: 300 }, { ffmpeg: ffmpeg.path, slots: 2, clock });
    await d.full();
    t.equal(await d.decoder.stop('ask'), undefined);
    t.match(await d.exit, { kind: 'asked', frames: 2, reason: 'stopped after 2 of 300 frames' });
    t.equal(clock.pendingTimers, 0);
    leavesNothing(t, d, 2);
  },
);

t.test('one that is at work goes when it is asked; what comes meanwhile is thrown away', async (t) => {
  const clock = new FakeClock();
  const d = decode(t, { asset: asset('long.mp4'), frames: 300 }, { ffmpeg: ffmpeg.path, clock });
  await d.frames(5);
  const before = d.staged.length;
  t.equal(await d.decoder.stop('ask'), undefined);
  t.equal(d.staged.length, before);
  t.match(await d.exit, { kind: 'asked' });
  t.equal(await d.decoder.stop('ask'), undefined, 'asked again, it is gone already');
  d.decoder.resume();
  leavesNothing(t, d, 301);
});

t.test('a file that is no media is a crash, in the words of ffmpeg', async (t) => {
  writeFileSync(file('text.mp4'), 'this is no film');
  const d = decode(t, { asset: asset('text.mp4'), frames: 10 }, { ffmpeg: ffmpeg.path });
  const exit = await d.exit;
  t.match(exit, {
    kind: 'crashed',
    signal: null,
    frames: 0,
    reason: /exited with code \d+ after 0 of 10 frames/,
  });
  t.match(exit.stderrTail, /Invalid data/);
  leavesNothing(t, d, 11);
});

t.test('a file cut short gives the frames it has, and then some sort of end', async (t) => {
  const { readFileSync } = await import('node:fs');
  await paintMedia(ffmpeg, { path: file('whole.mkv'), frames: 120 });
  const bytes = readFileSync(file('whole.mkv'));
  writeFileSync(file('cut.mkv'), bytes.subarray(0, bytes.length / 2));
  const d = decode(t, { asset: asset('cut.mkv'), frames: 120 }, { ffmpeg: ffmpeg.path });
  const { frames, kind } = await d.exit;
  t.ok(frames > 20 && frames < 120, `${frames} frames`);
  t.not(kind, 'completed');
  t.same(numbers(d), run(0, frames));
  leavesNothing(t, d, 121);
});
