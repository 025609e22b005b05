/** Which picture is whose slate, each read once, and what is told of those that cannot be used. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { ConfigError } from '../../../src/config/config-error.js';
import { renderOwnSlates } from '../../../src/frames/own-slates.js';
import { bt709 } from '../../../src/frames/slate-canvas.js';
import { frameBytes } from '../../../supervisors/channel/format.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { tempDir } from '../../support/temp-dir.js';

const run = promisify(execFile);
const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const file = (name: string): string => join(folder, name);
const format = { width: 64, height: 36, fpsNum: 30, fpsDen: 1 };

for (const colour of ['red', 'lime', 'blue']) {
  const source = `color=${colour}:size=64x36:duration=0.04,format=rgb24`;
  await run(ffmpeg.path, [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    source,
    '-frames:v',
    '1',
    file(`${colour}.png`),
  ]);
}

const lumaOf = (planes: Buffer | undefined): number | undefined => planes?.[18 * 64 + 32];
const luma = (...rgb: [number, number, number]): number => Math.round(bt709(...rgb).y);

t.test("a channel's own slate wins over the engine's, which is everybody else's", async (t) => {
  const channels = { 7: file('lime.png'), 2147483647: file('blue.png') };
  const own = await renderOwnSlates({ format, slate: { image: file('red.png'), channels } }, ffmpeg.path);
  t.equal(lumaOf(own(1)), luma(255, 0, 0));
  t.equal(lumaOf(own(7)), luma(0, 255, 0));
  t.equal(lumaOf(own(2147483647)), luma(0, 0, 255));
  t.equal(own(7)?.length, frameBytes(format));
});

t.test('where there is none, there is none', async (t) => {
  const slate = { image: null, channels: { 7: file('lime.png') } };
  const own = await renderOwnSlates({ format, slate }, ffmpeg.path);
  t.equal(own(1), undefined);
  t.equal(lumaOf(own(7)), luma(0, 255, 0));
  const none = await renderOwnSlates({ format, slate: { image: null, channels: {} } }, '/nonexistent');
  t.equal(none(7), undefined, 'and ffmpeg is not started for it');
});

t.test(
  'a picture is read once, however many channels have it, and kept whatever becomes of its file',
  async (t) => {
    const script = file('ffmpeg');
    writeFileSync(script, `#!/bin/sh\necho >>"${file('runs')}"\nexec "${ffmpeg.path}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(file('once.png'), readFileSync(file('red.png')));
    const ids = Array.from({ length: 20 }, (_, index) => index + 1);
    const channels = Object.fromEntries(ids.map((id) => [id, file('once.png')]));
    const own = await renderOwnSlates({ format, slate: { image: file('once.png'), channels } }, script);
    rmSync(file('once.png'));
    t.equal(readFileSync(file('runs'), 'latin1'), '\n');
    t.equal(own(3), own(99), 'one piece of memory');
    t.equal(lumaOf(own(3)), luma(255, 0, 0));
  },
);

t.test(
  'every picture that cannot be used is told at once, with its key, its path and the reason',
  async (t) => {
    mkdirSync(file('folder'));
    writeFileSync(file('text.png'), 'no picture');
    const long = join(folder, 'x'.repeat(200), 'gone.png');
    const slate = {
      image: file('gone.png'),
      channels: { 1: file('red.png'), 7: file('gone.png'), 8: file('text.png'), 9: file('folder'), 10: long },
    };
    const error = await renderOwnSlates({ format, slate }, ffmpeg.path).catch((each: unknown) => each);
    t.type(error, ConfigError);
    const { problems } = error as ConfigError;
    t.match(problems, [
      `slate.image: "${file('gone.png')}" does not exist; correct the path`,
      `slate.channels.7: "${file('gone.png')}" does not exist; correct the path`,
      `slate.channels.8: "${file('text.png')}" is no picture that ffmpeg can read`,
      `slate.channels.9: "${file('folder')}" is no picture that ffmpeg can read`,
      /^slate\.channels\.10: "…x+\/gone\.png" does not exist/,
    ]);
    t.equal(problems.length, 5);
  },
);

t.test('four are read at the same time, and never more', async (t) => {
  // Each notes how many are with it, itself included; the first do not go on before there have been four.
  const script = file('counting-ffmpeg');
  const [busy, counts] = [file('busy'), file('counts')];
  writeFileSync(
    script,
    `#!/bin/sh
mkdir "${busy}/$$"
ls "${busy}" | wc -l >>"${counts}"
while [ "$(wc -l <"${counts}")" -lt 4 ]; do sleep 0.01; done
rmdir "${busy}/$$"
exec "${ffmpeg.path}" "$@"
`,
    { mode: 0o755 },
  );
  mkdirSync(busy);
  const names = Array.from({ length: 10 }, (_, index) => file(`copy${index}.png`));
  for (const name of names) writeFileSync(name, readFileSync(file('red.png')));
  const channels = Object.fromEntries(names.map((name, index) => [index + 1, name]));
  const own = await renderOwnSlates({ format, slate: { image: null, channels } }, script);
  t.ok(names.every((_, index) => lumaOf(own(index + 1)) === luma(255, 0, 0)));
  const counted = readFileSync(counts, 'latin1').trim().split('\n').map(Number);
  t.equal(counted.length, 10);
  t.ok(Math.max(...counted) <= 4, counted.join(' '));
});
