/**
 * Turns a still picture into one frame of the channel's format: the whole picture, letter- or pillar-boxed like any
 * asset, what is transparent in it on black. One ffmpeg does it, which is killed when it takes too long or writes too
 * much; this process itself never touches the file, which may lie on a mount that is dead.
 *
 * Unlike video, whose colours are left as they are, a picture is full-range RGB or says how it was made from it (JPEG,
 * WebP). So it goes through RGB once, where transparency is applied before scaling (scaled first, colours that nobody
 * should see would bleed into the edges), and leaves as BT.709 in limited range, as our own slate is.
 */
import { type Format, frameBytes } from '../../supervisors/channel/format.js';
import { boundedRun, type RunEnd } from './bounded-run.js';
import { fitted, padded } from './filter-chain.js';
import { cutLines } from './lines.js';
import { showableLine } from './stderr-tail.js';

export type Still =
  /** One yuv420p frame. */
  | { readonly planes: Buffer }
  /** A clause whose subject is the file, with the remedy: "does not exist; correct the path". */
  | { readonly problem: string };

/** Time is no object for one frame: exact rounding, and no chroma sample left out. */
const EXACT = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';
const SAID_LINES = 20;

function stillChain(format: Format): string {
  return [
    `scale=out_range=pc:${EXACT},format=gbrap,premultiply=inplace=1,format=gbrp`,
    `${fitted(format)}:out_color_matrix=bt709:out_range=tv:${EXACT},format=yuv420p`,
    padded(format),
  ].join(',');
}

/** @param order.path absolute. Never rejects; takes at most a second more than `timeoutMs`, leaves nothing behind. */
export async function renderStill(order: {
  readonly ffmpegPath: string;
  readonly path: string;
  readonly format: Format;
  readonly timeoutMs: number;
}): Promise<Still> {
  const { path, format, timeoutMs } = order;
  const planes = Buffer.alloc(frameBytes(format));
  let bytes = 0;
  const tooMuch = new AbortController();
  const said: string[] = [];
  const stderr = cutLines((line) => {
    const shown = showableLine(line);
    if (shown !== '' && said.length < SAID_LINES) said.push(shown);
  });
  const end = await boundedRun({
    command: [
      ...[order.ffmpegPath, '-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
      ...['-protocol_whitelist', 'file,pipe', '-i', `file:${path}`],
      ...['-map', '0:V:0', '-frames:v', '1', '-vf', stillChain(format)],
      ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
    ],
    timeoutMs,
    signal: tooMuch.signal,
    receivers: [
      (chunk) => {
        chunk.copy(planes, bytes);
        bytes += chunk.length;
        if (bytes > planes.length) tooMuch.abort();
      },
      stderr.push,
    ],
  });
  stderr.end();
  const whole = end.kind === 'exited' && end.code === 0 && bytes === planes.length;
  // ffmpeg makes a picture of half a JPEG too, and only says so.
  if (whole && said.length === 0) return { planes };
  return { problem: problemOf(end, said, path, timeoutMs, whole) };
}

function problemOf(
  end: RunEnd,
  said: readonly string[],
  path: string,
  timeoutMs: number,
  whole: boolean,
): string {
  if (end.kind === 'not_started') return `was not read, for ffmpeg could not be started: ${end.reason}`;
  if (end.kind === 'timeout') {
    return `gave no picture within ${timeoutMs / 1000} s; name a regular file, and check the disk or mount it lies on`;
  }
  if (end.kind === 'aborted') return 'made ffmpeg write more than one frame; use another ffmpeg';
  if (end.signal !== null) {
    return `makes ffmpeg crash (${end.signal}); save the picture in another format, or use another ffmpeg`;
  }
  const all = said.join('\n');
  const first = (said[0] ?? `exit code ${end.code}`)
    .replace(/^\[[^\]]* @ \w+\] /, '')
    .replace(`file:${path}: `, '');
  const remedy = 'save it again, as PNG or JPEG';
  if (whole) return `is damaged ("${first}", says ffmpeg); ${remedy}`;
  if (/^setpriv: /.test(all)) return `was not read, for ffmpeg could not be started: ${first}`;
  if (/^Could find no file/.test(first)) {
    return 'has a % in its name, which ffmpeg takes for a number; rename it';
  }
  if (/No such file or directory/.test(all)) return 'does not exist; correct the path, or put the file there';
  if (/Permission denied/.test(all)) return 'may not be read by this user; change its permissions';
  if (/matches no streams/.test(all)) return 'has no picture in it; name a PNG or JPEG file';
  return `is no picture that ffmpeg can read ("${first}", it says); ${remedy}`;
}
