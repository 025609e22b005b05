/** ffmpeg's command line: what it must say, and that no name of a file can say anything else. */
import t from 'tap';
import { decoderArguments } from '../../../src/media/decoder-arguments.js';
import type { AssetInput } from '../../../supervisors/channel/plan.js';

const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 };

const build = (input: AssetInput, positionMs: number, format = FORMAT) =>
  decoderArguments({
    incarnation: 1,
    asset: { input, durationMs: undefined, displaySize: { width: 320, height: 180 } },
    positionMs,
    frames: 450,
    format,
  });
const after = (args: readonly string[], option: string) => args[args.indexOf(option) + 1];

t.test('the first picture stream, so many frames of the format, each with its mark, to stdout', async (t) => {
  const args = build({ kind: 'file', path: '/media/a.mp4' }, 0);
  t.equal(after(args, '-map'), '0:V:0', 'a cover picture is not the picture');
  t.equal(after(args, '-frames:v'), '450');
  t.equal(after(args, '-f'), 'yuv4mpegpipe');
  t.equal(after(args, '-pix_fmt'), 'yuv420p');
  t.match(after(args, '-vf'), /fps=30,scale=320:180/);
  t.equal(args.at(-1), 'pipe:1');
  t.notOk(args.includes('-nostdin'), 'stdin is how it is asked to end');
});

t.test('a file is opened as a file, whatever its name looks like', async (t) => {
  for (const path of [
    '/media/-y.mp4',
    '/media/http:x',
    '/media/a b"\n.mp4',
    '/media/%d.png',
    '/m/concat:a|b',
  ]) {
    const args = build({ kind: 'file', path }, 5_000);
    t.equal(after(args, '-i'), `file:${path}`);
    t.equal(args.filter((arg) => arg.includes(path)).length, 1);
    t.equal(after(args, '-protocol_whitelist'), 'file,pipe');
    t.ok(args.indexOf('-protocol_whitelist') < args.indexOf('-i'), 'said of the input, not of the output');
  }
});

t.test('it seeks, before the input, a quarter of a frame ahead of the wanted one', async (t) => {
  const input = { kind: 'file', path: '/media/a.mp4' } as const;
  t.notOk(build(input, 0).includes('-ss'));
  const args = build(input, 1_000);
  t.equal(after(args, '-ss'), '991.667ms');
  t.ok(args.indexOf('-ss') < args.indexOf('-i'), 'behind it, everything before would be decoded');
  t.equal(after(build(input, 1_001, { ...FORMAT, fpsNum: 30_000, fpsDen: 1001 }), '-ss'), '992.658ms');
  t.equal(after(build(input, 86_400_000), '-ss'), '86399991.667ms', 'never in exponents');
  t.notOk(build(input, 5).includes('-ss'), 'nor before the beginning');
});

t.test('it seeks by the container, which may begin before the picture', async (t) => {
  const order = (positionMs: number, lacksIndex: boolean) =>
    decoderArguments({
      incarnation: 1,
      asset: {
        input: { kind: 'file', path: '/media/a.ts' },
        durationMs: undefined,
        displaySize: undefined,
        lacksIndex,
        pictureLateMs: 40,
      },
      positionMs,
      frames: 1,
      format: FORMAT,
    });
  t.equal(after(order(1_000, false), '-ss'), '1031.667ms');
  t.equal(after(order(20_000, true), '-ss'), '10031.667ms');
  const fromStart = order(5_000, true);
  t.equal(after(fromStart, '-ss'), '4991.667ms', 'without a seek, time is counted from the picture');
  t.ok(fromStart.indexOf('-ss') > fromStart.indexOf('-i'));
});

t.test('a still has no positions', async (t) => {
  const asset = {
    input: { kind: 'file', path: '/media/a.png' },
    durationMs: undefined,
    displaySize: undefined,
    still: true,
  } as const;
  const args = decoderArguments({ incarnation: 1, asset, positionMs: 5_000, frames: 9, format: FORMAT });
  t.notOk(args.includes('-ss'));
  t.equal(after(args, '-frames:v'), '9');
});

t.test('the built-in pattern is made in the size and rate of the format, and needs no file', async (t) => {
  const args = build({ kind: 'pattern' }, 2_000, { ...FORMAT, fpsNum: 30_000, fpsDen: 1001 });
  t.equal(after(args, '-i'), 'testsrc2=size=320x180:rate=30000/1001');
  t.equal(after(args, '-f'), 'lavfi');
  t.ok(args.indexOf('lavfi') < args.indexOf('-i'));
  t.match(after(args, '-ss'), /^1991\./);
});
