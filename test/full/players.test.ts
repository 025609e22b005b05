/** The port as players read it: no plug-in, no option, only its address. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { executableOnPath } from '../../src/media/child-prefix.js';
import { startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';

const WIDTH = 320;
const HEIGHT = 180;
/** A turn of what airs, and so the range of its numbers. */
const TURN = 300;
/** Seconds of a player on a machine that has better things to do. */
t.setTimeout(240_000);

const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const movie = path.join(folder, 'movie.mp4');
await paintMedia(ffmpeg, { path: movie, frames: TURN });
const engine = await startEngineProcess({ ffmpeg: ffmpeg.path, plans: folder, mediaRoots: [folder] });
t.teardown(() => engine.stop());

/** Puts a channel on air; resolves to the address that players are given. */
async function onAir(channelId: number): Promise<string> {
  const outcome = await engine.client.startChannel({ channelId, planHandle: movie, port: 0 });
  if (!outcome.success) throw new Error(outcome.errorMessage);
  return `tcp://127.0.0.1:${outcome.port}`;
}

/** A player that does not outlive its test. */
function play(t: Test, program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SDL_VIDEODRIVER: 'dummy', SDL_AUDIODRIVER: 'dummy' },
  });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** Decodes whatever `input` names to yuv420p and reads the number out of each picture. */
async function numbersOf(t: Test, input: readonly string[]): Promise<(number | undefined)[]> {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'];
  const child = play(t, ffmpeg.path, ['-v', 'error', ...input, ...raw]);
  const chunks: Buffer[] = [];
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg exited with ${code}: ${said}`);
  const pictures = Buffer.concat(chunks);
  const bytes = (WIDTH * HEIGHT * 3) / 2;
  return Array.from({ length: pictures.length / bytes }, (_, i) =>
    readFrameNumber(pictures.subarray(i * bytes, (i + 1) * bytes), WIDTH, HEIGHT),
  );
}

/** So many numbers in a row, from `first` on, over and over. */
const inARow = (first: number | undefined, count: number) =>
  Array.from({ length: count }, (_, i) => ((first ?? Number.NaN) + i) % TURN);

t.test('ffmpeg -i decodes every frame, in order, none twice', async (t) => {
  const address = await onAir(1);
  const numbers = await numbersOf(t, ['-i', address, '-frames:v', String(TURN + 30)]);
  t.same(numbers, inARow(numbers[0], TURN + 30));
});

const mpv = executableOnPath('mpv');
const noMpv = { skip: mpv === undefined ? 'mpv is not on PATH: apt-get install mpv' : false };

t.test('mpv shows every frame, in order, none twice', noMpv, async (t) => {
  const address = await onAir(2);
  const pictures = tempDir(t);
  const options = ['--no-config', '--no-terminal', '--vo=image', `--vo-image-outdir=${pictures}`];
  // PNG, because JPEG is full range and the numbers are painted in limited range.
  const child = play(t, mpv as string, [...options, '--vo-image-format=png', '--frames=90', address]);
  child.stdout?.resume();
  child.stderr?.resume();
  const [code] = await once(child, 'close');
  t.equal(code, 0, 'mpv ends as if the file did');
  const names = (await readdir(pictures)).filter((name) => name.endsWith('.png'));
  t.ok(names.length >= 60, `${names.length} pictures were shown`);
  const sequence = ['-start_number', '1', '-i', path.join(pictures, '%08d.png')];
  const numbers = await numbersOf(t, sequence);
  t.same(numbers, inARow(numbers[0], names.length));
});

const ffplay = executableOnPath('ffplay');
const noFfplay = { skip: ffplay === undefined ? 'ffplay is not on PATH: apt-get install ffmpeg' : false };

t.test('ffplay shows frames until the channel stops, and then ends by itself', noFfplay, async (t) => {
  const address = await onAir(3);
  // `showinfo` tells of every frame that is about to be shown.
  const child = play(t, ffplay as string, ['-autoexit', '-vf', 'showinfo', '-i', address]);
  child.stdout?.resume();
  const closed = once(child, 'close');
  const shown = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      if (/showinfo.* n: *60 .*fmt:yuv420p.* s:320x180 /.test(line)) resolve();
    });
  });
  const endedEarly = closed.then(([code]) => {
    throw new Error(`ffplay exited with ${code} before its 60th frame`);
  });
  endedEarly.catch(() => {});
  await Promise.race([shown, endedEarly]);
  t.match(await engine.client.stopChannel({ channelId: 3 }), { success: true });
  const [code] = await closed;
  t.equal(code, 0);
});
