/**
 * The matrix of codecs and containers: makes a painted file for each cell, with a single key frame, and judges what a
 * decoder delivers of it by the numbers in the pictures: from its beginning, and from a position within.
 */
import type { Format } from '../../supervisors/channel/format.js';
import type { AssetLab } from './asset-lab.js';
import { paintMedia } from './painted-media.js';

export interface Cell {
  readonly codec: string;
  readonly container: string;
  /**
   * `exact`: every frame, also from a position. `a frame off`: in order, but begins or ends a frame too early. `absent`: this
   * ffmpeg cannot make it. Else what is wrong, in words.
   */
  readonly outcome: 'exact' | 'a frame off' | 'absent' | (string & {});
}

interface Codec {
  readonly name: string;
  /** The container that the picture is encoded into, and copied from into the others. */
  readonly first: 'mp4' | 'mov';
  /** In order of preference; the first that the ffmpeg has makes the file. */
  readonly encoders: readonly Encoder[];
}

interface Encoder {
  readonly name: string;
  readonly args: readonly string[];
  /** How it is told to store frames out of order, and not to; absent where it never does, or always. */
  readonly reordered?: readonly [yes: readonly string[], no: readonly string[]];
}

const B_FRAMES = [
  ['-bf', '2'],
  ['-bf', '0'],
] as const;
const x265 = (bFrames: number): string[] => [
  '-x265-params',
  `scenecut=0:log-level=none:pools=1:bframes=${bFrames}`,
];
/** Every frame of painted media is another picture: without `sc_threshold`, each would become a key frame. */
const CODECS: readonly Codec[] = [
  {
    name: 'H.264',
    first: 'mp4',
    encoders: [{ name: 'libx264', args: ['-preset', 'veryfast', '-sc_threshold', '0'], reordered: B_FRAMES }],
  },
  {
    name: 'HEVC',
    first: 'mp4',
    encoders: [{ name: 'libx265', args: ['-preset', 'ultrafast'], reordered: [x265(2), x265(0)] }],
  },
  {
    name: 'MPEG-2',
    first: 'mp4',
    encoders: [
      {
        name: 'mpeg2video',
        args: ['-qscale:v', '4', '-sc_threshold', '1000000000'],
        reordered: B_FRAMES,
      },
    ],
  },
  {
    name: 'VP9',
    first: 'mp4',
    encoders: [{ name: 'libvpx-vp9', args: ['-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M'] }],
  },
  {
    name: 'AV1',
    first: 'mp4',
    encoders: [
      { name: 'libsvtav1', args: ['-preset', '12', '-svtav1-params', 'lp=1'] },
      {
        name: 'libaom-av1',
        args: ['-usage', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-strict', '-2'],
      },
    ],
  },
  {
    name: 'ProRes',
    first: 'mov',
    encoders: [{ name: 'prores_ks', args: ['-pix_fmt', 'yuv422p10le'] }],
  },
  {
    name: 'MJPEG',
    first: 'mov',
    encoders: [{ name: 'mjpeg', args: ['-pix_fmt', 'yuvj420p', '-qscale:v', '3'] }],
  },
];
export const CONTAINERS = ['mp4', 'mkv', 'mov', 'ts', 'avi', 'webm'] as const;
export const CODEC_NAMES = CODECS.map(({ name }) => name);

const FORMAT: Format = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 };
const FRAMES = 45;
const SEEK_TO = 31;

/** All cells of one codec, one after the other. */
export async function judgeCodec(
  ffmpeg: { readonly path: string },
  lab: AssetLab,
  codecName: string,
): Promise<Cell[]> {
  const codec = CODECS.find(({ name }) => name === codecName);
  if (codec === undefined) throw new Error(`${codecName} is not in the matrix`);
  const encoder = await available(lab, codec);
  /** The names of the files encoded, by whether frames are stored out of order. */
  const sources = new Map<boolean, string>();
  const cells: Cell[] = [];
  for (const container of CONTAINERS) {
    let outcome: Cell['outcome'] = 'absent';
    if (encoder !== undefined) {
      // AVI cannot say when a frame is shown, only when it is decoded.
      const reordered = container !== 'avi' && encoder.reordered !== undefined;
      const source = sources.get(reordered) ?? `${codec.name}-${reordered}.${codec.first}`;
      if (!sources.has(reordered)) {
        sources.set(reordered, source);
        const order = encoder.reordered?.[reordered ? 0 : 1] ?? [];
        const videoArguments = ['-c:v', encoder.name, ...encoder.args, ...order];
        await paintMedia(ffmpeg, { path: lab.file(source), frames: FRAMES, gop: 250, videoArguments });
      }
      outcome = await judge(lab, source, container);
    }
    cells.push({ codec: codecName, container, outcome });
  }
  return cells;
}

async function available(lab: AssetLab, { encoders }: Codec): Promise<Encoder | undefined> {
  for (const encoder of encoders) {
    if (!(await lab.lacks(encoder.name))) return encoder;
  }
  return undefined;
}

async function judge(lab: AssetLab, source: string, container: string): Promise<Cell['outcome']> {
  const name = `${source}.${container}`;
  try {
    await lab.make(name, '-i', lab.file(source), '-c', 'copy');
    // Into MPEG-TS it writes anything at all, and then does not know what it is.
    await lab.make(`${name}.null`, '-i', lab.file(name), '-map', '0:v', '-frames:v', '1', '-f', 'null');
  } catch {
    return 'absent';
  }
  let off = 0;
  for (const at of [0, SEEK_TO]) {
    // More are asked for than there are.
    const seen = await lab.numbers(name, FORMAT, { at, frames: FRAMES });
    const [first = Number.NaN, last = Number.NaN] = [seen[0], seen.at(-1)];
    if (seen.some((number, index) => number !== first + index)) {
      return `gives ${seen.map((number) => number ?? '?').join(' ')} from frame ${at}`;
    }
    off = Math.max(off, Math.abs(first - at), Math.abs(last - (FRAMES - 1)));
  }
  off = Math.max(off, Math.abs((await lab.length(name, FORMAT)) - FRAMES));
  if (off === 0) return 'exact';
  return off === 1 ? 'a frame off' : `begins or ends ${off} frames off, or is said to`;
}
