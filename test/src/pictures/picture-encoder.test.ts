/** The real thread and the real codec; its clock is the test's. */
import tap, { test } from 'tap';
import { createPictureEncoder } from '../../../src/pictures/picture-encoder.js';
import type { AiredPicture } from '../../../supervisors/channel/aired-picture.js';
import { yuvOf } from '../../support/colours.js';
import { FakeClock } from '../../support/fake-clock.js';
import { paintFrameNumber, readFrameNumber } from '../../support/frame-number.js';
import { decodeJpeg } from '../../support/jpeg.js';

/** The thread keeps no process alive, and neither does a clock that stands still. */
const alive = setInterval(() => {}, 60_000);
tap.teardown(() => clearInterval(alive));

/** Failures that were told since they were last looked at. */
const failures: string[] = [];
const onFailure = (error: Error) => void failures.push(error.message);
const told = () => failures.splice(0);

const WIDTH = 320;
const HEIGHT = 180;

function pictureOf(planes: Buffer, matrix: AiredPicture['matrix'] = 'bt709'): AiredPicture {
  return { tick: 1, width: WIDTH, height: HEIGHT, matrix, planes: planes.toString('base64') };
}

/** Six upright stripes of these colours. */
function stripes(colours: readonly number[], matrix: AiredPicture['matrix']): AiredPicture {
  const planes = Buffer.alloc((WIDTH * HEIGHT * 3) / 2);
  const wide = (plane: number) => (plane === 0 ? WIDTH : WIDTH / 2);
  let at = 0;
  for (const plane of [0, 1, 2]) {
    for (let y = 0; y < (plane === 0 ? HEIGHT : HEIGHT / 2); y += 1) {
      for (let x = 0; x < wide(plane); x += 1) {
        const colour = colours[Math.floor((x * colours.length) / wide(plane))] ?? 0;
        planes[at++] = Math.round(yuvOf(colour, matrix)[plane] ?? 0);
      }
    }
  }
  return pictureOf(planes, matrix);
}

const numbered = (number: number): AiredPicture => {
  const planes = Buffer.alloc((WIDTH * HEIGHT * 3) / 2);
  paintFrameNumber(planes, WIDTH, HEIGHT, number);
  return pictureOf(planes);
};

test('colours are right, by either matrix', async (t) => {
  const encoder = createPictureEncoder({ clock: new FakeClock(), onFailure });
  const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0x3060c0, 0x202020];
  for (const matrix of ['bt601', 'bt709'] as const) {
    const seen = await decodeJpeg(await encoder.encode(stripes(colours, matrix)));
    t.same([seen.width, seen.height], [WIDTH, HEIGHT]);
    for (const [index, colour] of colours.entries()) {
      const rgb = seen.at(Math.floor(((index + 0.5) * WIDTH) / colours.length), 90);
      const wanted = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
      const off = Math.max(...rgb.map((value, at) => Math.abs(value - (wanted[at] ?? Number.NaN))));
      t.ok(off <= 5, `${colour.toString(16)} by ${matrix} is ${rgb.join(' ')}`);
    }
  }
  await encoder.stop();
});

test('each gets the picture that it gave, and the same one is made once', async (t) => {
  const encoder = createPictureEncoder({ clock: new FakeClock(), onFailure });
  const pictures = Array.from({ length: 20 }, (_, number) => numbered(1000 + number));
  const jpegs = await Promise.all(pictures.map(encoder.encode));
  for (const number of [0, 7, 19]) {
    const { luma } = await decodeJpeg(jpegs[number] as Uint8Array);
    t.equal(readFrameNumber(luma, WIDTH, HEIGHT), 1000 + number);
  }
  t.equal(await encoder.encode(pictures[7] as AiredPicture), jpegs[7], 'the very same');
  await encoder.stop();
});

test('a picture that cannot be one is refused, and takes nothing with it', async (t) => {
  const encoder = createPictureEncoder({ clock: new FakeClock(), onFailure });
  const [bad, good] = [encoder.encode({ ...numbered(1), height: 182 }), encoder.encode(numbered(2))];
  await t.rejects(bad, { message: /could not be made: .*86400 bytes instead of 87360/ });
  t.equal(readFrameNumber((await decodeJpeg(await good)).luma, WIDTH, HEIGHT), 2);
  t.match(told(), [/86400 bytes instead of 87360/]);
  await encoder.stop();
});

test('the thread is there only while pictures are wanted', async (t) => {
  const clock = new FakeClock();
  const encoder = createPictureEncoder({ clock, onFailure });
  t.equal(encoder.running, false, 'nobody has asked yet');
  await encoder.encode(numbered(1));
  await clock.run(9_000);
  t.equal(encoder.running, true);
  await encoder.encode(numbered(2));
  await clock.run(9_999);
  t.equal(encoder.running, true, 'its time begins with the last picture');
  await clock.run(1);
  t.equal(encoder.running, false);
  t.equal(clock.pendingTimers, 0);
  t.equal(readFrameNumber((await decodeJpeg(await encoder.encode(numbered(3)))).luma, WIDTH, HEIGHT), 3);
  await encoder.stop();
  t.equal(encoder.running, false);
  t.equal(clock.pendingTimers, 0);
});

test('a thread that dies takes its pictures with it, and another one follows', async (t) => {
  const clock = new FakeClock();
  const dies = new URL(
    "data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>process.exit(3))",
  );
  const encoder = createPictureEncoder({ clock, onFailure, entry: dies });
  for (const round of [1, 2]) {
    const both = [encoder.encode(numbered(round)), encoder.encode(numbered(round + 10))];
    for (const each of both)
      await t.rejects(each, { message: 'the thread that makes pictures died: exit code 3' });
    t.same(told(), ['the thread that makes pictures died: exit code 3'], 'once');
    t.equal(encoder.running, false);
    t.equal(clock.pendingTimers, 0);
  }
});

test('a thread that cannot be started is told, and harms none that follows', async (t) => {
  const clock = new FakeClock();
  const entry = new URL('http://127.0.0.1/');
  const encoder = createPictureEncoder({ clock, onFailure, entry });
  const message = /^the thread that makes pictures could not be started: .*scheme file/;
  await t.rejects(encoder.encode(numbered(1)), { message });
  t.match(told(), [message]);
  entry.href =
    "data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',({job})=>parentPort.postMessage({job,jpeg:new Uint8Array(1)}))";
  t.equal((await encoder.encode(numbered(2))).length, 1);
  await clock.run(9_999);
  t.equal(encoder.running, true);
  t.same(told(), []);
  await encoder.stop();
});

test('a thread that hangs is ended', async (t) => {
  const clock = new FakeClock();
  const hangs = new URL('data:text/javascript,for(;;);');
  const encoder = createPictureEncoder({ clock, onFailure, entry: hangs });
  const lost = t.rejects(encoder.encode(numbered(1)), { message: 'no picture was made within 5 s' });
  await clock.run(5_000);
  await lost;
  t.same(told(), ['no picture was made within 5 s']);
  t.equal(encoder.running, false);
  t.equal(clock.pendingTimers, 0);
});

test('what is under way when it is stopped is told so', async (t) => {
  const encoder = createPictureEncoder({ clock: new FakeClock(), onFailure });
  const lost = t.rejects(encoder.encode(numbered(1)), { message: 'the engine is shutting down' });
  await encoder.stop();
  await lost;
  t.same(told(), [], 'that is no failure');
});
