/**
 * Colours of assets of every kind, through a real decoder's arguments: bars of four colours, stored in many ways, come out
 * as the same four, by BT.601 in a small format and by BT.709 in a large one.
 */
import t from 'tap';
import type { Format } from '../../supervisors/channel/format.js';
import { assetLab } from '../support/asset-lab.js';
import { difference, pixel, type Yuv, yuvOf } from '../support/colours.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { tempDir } from '../support/temp-dir.js';

const ffmpeg = await testFfmpeg();
const lab = assetLab(ffmpeg, tempDir(t));
const { make, decode } = lab;
const small: Format = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 };
const large: Format = { ...small, width: 1280, height: 720 };

const COLOURS = [0xb02838, 0x28a050, 0x3040b8, 0x909090] as const;
/** The bars as planar RGB. */
const bars = (size = small, colours: readonly number[] = COLOURS): string[] => {
  const bar = (rgb: number, index: number): string =>
    `color=0x${rgb.toString(16)}:size=${size.width / 4}x${size.height}:rate=30,format=gbrp[c${index}]`;
  const joined = `${colours.map((_, index) => `[c${index}]`).join('')}hstack=inputs=4`;
  return ['-f', 'lavfi', '-i', `${colours.map(bar).join(';')};${joined}`, '-frames:v', '4'];
};
/** Four bars of one picture, in the middle of each. */
const read = (planes: Buffer | undefined, format: Format): Yuv[] =>
  COLOURS.map((_, index) =>
    pixel(planes, format, Math.round((format.width * (2 * index + 1)) / 8), format.height / 2),
  );
const made = (matrix: string, range: string, pixels: string): string[] => [
  ...['-vf', `scale=out_color_matrix=${matrix}:out_range=${range},format=${pixels}`],
];
const label = (matrix: string, range = 'tv'): string[] => ['-colorspace', matrix, '-color_range', range];

/** Lossy codecs at their best, and 8 bits, leave no more than this. */
const TOLERANCE = 4;

async function sameColours(t: Tap, name: string, expected: readonly number[] = COLOURS) {
  for (const [format, matrix] of [
    [small, 'bt601'],
    [large, 'bt709'],
  ] as const) {
    const [planes] = await decode(name, format, { frames: 1 });
    read(planes, format).forEach((seen, index) => {
      const wanted = yuvOf(expected[index] ?? 0, matrix);
      const off = difference(seen, wanted);
      const words = `${seen.join(' ')} for ${wanted.map(Math.round).join(' ')}`;
      t.ok(off <= TOLERANCE, `${name}, bar ${index} at ${format.height} lines: ${words}`);
    });
  }
}
type Tap = Pick<typeof t, 'ok'>;

const X264 = ['-c:v', 'libx264', '-qp', '4'];
const MJPEG = ['-c:v', 'mjpeg', '-qscale:v', '1'];
const VP9 = ['-c:v', 'libvpx-vp9', '-lossless', '1', '-cpu-used', '8'];
const KINDS: readonly (readonly [kind: string, file: string, encoder: string, args: readonly string[]])[] = [
  ['BT.601, not labelled', 'sd.mkv', 'ffv1', [...made('bt601', 'tv', 'yuv420p'), '-c:v', 'ffv1']],
  ['BT.601', '601.mp4', 'libx264', [...made('bt601', 'tv', 'yuv420p'), ...X264, ...label('smpte170m')]],
  ['BT.709', '709.mp4', 'libx264', [...made('bt709', 'tv', 'yuv420p'), ...X264, ...label('bt709')]],
  ['10 bits', 'deep.mkv', 'ffv1', [...made('bt709', 'tv', 'yuv420p10le'), '-c:v', 'ffv1', ...label('bt709')]],
  [
    '10 bits in ProRes',
    'deep.mov',
    'prores_ks',
    [
      ...made('bt709', 'tv', 'yuv422p10le,setparams=colorspace=bt709'),
      '-c:v',
      'prores_ks',
      ...label('bt709'),
    ],
  ],
  ['full range in MJPEG', 'full.avi', 'mjpeg', [...made('bt601', 'pc', 'yuvj420p'), ...MJPEG]],
  [
    'full range in H.264',
    'full.mp4',
    'libx264',
    [...made('bt709', 'pc', 'yuvj420p'), ...X264, ...label('bt709', 'pc')],
  ],
  [
    'full range in VP9',
    'full.webm',
    'libvpx-vp9',
    [...made('bt601', 'pc', 'yuv420p'), ...VP9, ...label('smpte170m', 'pc')],
  ],
  ['4:4:4', '444.mp4', 'libx264', [...made('bt709', 'tv', 'yuv444p'), ...X264, ...label('bt709')]],
  ['RGB', 'rgb.mkv', 'ffv1', ['-pix_fmt', 'bgr0', '-c:v', 'ffv1']],
  ['RGB in H.264', 'rgb.mp4', 'libx264rgb', ['-pix_fmt', 'bgr24', '-c:v', 'libx264rgb', '-qp', '4']],
  ['RGB in QuickTime Animation', 'rgb.mov', 'qtrle', ['-pix_fmt', 'rgb24', '-c:v', 'qtrle']],
  ['a PNG', 'rgb.png', 'png', ['-pix_fmt', 'rgb24', '-frames:v', '1']],
  ['a JPEG', 'full.jpg', 'mjpeg', [...made('bt601', 'pc', 'yuvj420p'), '-qscale:v', '1', '-frames:v', '1']],
];
for (const [kind, name, encoder, args] of KINDS) {
  t.test(`${kind} keeps its colours`, { skip: await lab.lacks(encoder) }, async (t) => {
    await make(name, ...bars(), ...args);
    await sameColours(t, name);
  });
}

t.test('a large picture that is not labelled is taken for BT.709', async (t) => {
  await make('hd.mkv', ...bars(large), ...made('bt709', 'tv', 'yuv420p'), '-c:v', 'ffv1');
  await sameColours(t, 'hd.mkv');
});

for (const [name, encoder, pixels] of [
  ['alpha.mov', 'qtrle', 'argb'],
  ['alpha4444.mov', 'prores_ks', 'yuva444p10le'],
  ['alpha.png', 'png', 'rgba'],
] as const) {
  t.test(
    `alpha in ${encoder}: what is transparent is black`,
    { skip: await lab.lacks(encoder) },
    async (t) => {
      for (const [alpha, expected] of [
        [1, COLOURS],
        [0.5, COLOURS.map((rgb) => (rgb >> 1) & 0x7f7f7f)],
        [0, COLOURS.map(() => 0)],
      ] as const) {
        const see = ['-vf', `format=rgba,colorchannelmixer=aa=${alpha},format=${pixels}`, '-c:v', encoder];
        await make(name, ...bars(), ...see, ...(name.endsWith('png') ? ['-frames:v', '1'] : []));
        await sameColours(t, name, expected);
      }
    },
  );
}

const HDR_NEEDS = ['libx265', 'zscale', 'tonemap'];
for (const [name, transfer] of [
  ['hdr10.mkv', 'smpte2084'],
  ['hlg.mkv', 'arib-std-b67'],
] as const) {
  t.test(`high dynamic range is mapped (${transfer})`, { skip: await lab.lacks(...HDR_NEEDS) }, async (t) => {
    const wide = (whiteNits: number) =>
      `zscale=tin=bt709:min=gbr:pin=bt709:rin=full:t=${transfer}:p=bt2020:m=bt2020nc:r=limited:npl=${whiteNits}`;
    const labels = ['-color_primaries', 'bt2020', '-color_trc', transfer, ...label('bt2020nc')];
    const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:qp=4'];
    const make10 = (colours: readonly number[], whiteNits: number) =>
      make(name, ...bars(small, colours), '-vf', `${wide(whiteNits)},format=yuv420p10le`, ...x265, ...labels);
    await make10(COLOURS, 203);
    // All of these are darker than what mapping touches.
    await sameColours(t, name);
    // Greys of about 120, 350, 630 and 1000 cd/m2: what is brighter than white on paper is told apart all the same.
    await make10([0x606060, 0xa0a0a0, 0xd0d0d0, 0xffffff], 1000);
    const [planes] = await decode(name, small, { frames: 1 });
    const luma = read(planes, small).map(([y]) => y);
    const steps = luma.slice(1).map((y, index) => y - (luma[index] as number));
    t.ok(Math.min(...steps) > TOLERANCE, `highlights stay apart: ${luma.join(' ')}`);
    t.ok(Math.max(...luma) <= 235, 'within the limited range');
  });
}
