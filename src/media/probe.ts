/**
 * Finds out whether a file has a picture, how long the picture lasts and how it is shaped. There need be no
 * ffprobe: one ffmpeg copies the packets of the file's first and last moments, without decoding any, and tells
 * their times. The duration is that of the picture, not of the container (sound is often longer), counted from
 * where a decoder's output begins, so that `round(durationMs * fps / 1000)` is the number of frames it delivers.
 */
import { stat } from 'node:fs/promises';
import { type PictureColour, PlanError, type ReadyAsset } from '../../supervisors/channel/plan.js';
import { LONGEST_SPAN_MS } from '../longest-span.js';
import { quotedPath } from '../quoted.js';
import { boundedRun } from './bounded-run.js';
import { cutLines } from './lines.js';
import { type InputFacts, inputFacts, type PacketFacts, packetFacts } from './probe-report.js';
import { type StderrTail, stderrTail } from './stderr-tail.js';
import { canToneMap } from './tone-mapping.js';

/** The duration is undefined for a still, and where the file does not tell and could not be read through in time. */
export type MediaProbe = Required<Omit<ReadyAsset, 'input' | 'colour'>> & Pick<ReadyAsset, 'colour'>;

/** ffmpeg's names of the containers that are sought by time stamps alone, and of raw streams. */
const WITHOUT_INDEX = ['mpegts', 'mpeg', 'mpegvideo', 'h264', 'hevc', 'm4v'];

/** For everything: an asset that takes longer lies on a disk from which nothing could air in time. */
const TIMEOUT_MS = 10_000;
/** Behind the ticks, and ahead of the decoders, whose frames are wanted two seconds later. */
const NICE = 5;

/**
 * How much of the end is read, in seconds; undefined: the whole file. The first is enough unless the picture ends
 * long before the sound in a container without an index, or cannot be sought at all.
 */
const TAILS_S = [3, 60, undefined] as const;
/** A shorter stretch of picture at the end may be the single packet that a blind search happened to hit. */
const TRUSTED_TAIL_MS = 1_000;

/** Formats that are no media themselves: they name other files, or draw text as a picture. */
const REFUSED_FORMATS = ['hls', 'applehttp', 'concat', 'dash', 'imf', 'sdp', 'tty', 'lavfi', 'ffmetadata'];
/** Formats whose time ffmpeg counts from the picture's own start when only the picture is decoded. */
const COUNTED_FROM_PICTURE = ['mpegts', 'mpeg', 'ogg'];
/** ffmpeg's readers of single pictures: `image2` and `png_pipe`, `webp_pipe` and their like. */
const STILL = /^image2$|_pipe$/;

/**
 * @param path absolute; already proven to lie inside a media root
 * @throws PlanError `missing_asset`, `unusable_asset`, or `unavailable` when it took longer than 10 s
 * @throws the signal's reason once it is aborted
 */
export async function probeMedia(
  ffmpeg: { readonly path: string },
  path: string,
  signal: AbortSignal,
): Promise<MediaProbe> {
  // ffmpeg prints the name amid its report; a line end in it could forge any line.
  if (/\p{Cc}/u.test(path)) {
    throw unusable(path, 'has control characters in its name; rename it');
  }
  const deadlineMs = performance.now() + TIMEOUT_MS;
  let answer: MediaProbe | undefined;
  for (const tailS of TAILS_S) {
    const look = await lookAt(ffmpeg.path, path, tailS, deadlineMs - performance.now(), signal);
    if (look.timedOut) {
      if (answer !== undefined) return answer;
      throw new PlanError(
        'unavailable',
        `${quotedPath(path)} could not be read within ${TIMEOUT_MS / 1000} s; check its disk or network mount`,
      );
    }
    const refused = namesOf(look.input).find((name) => REFUSED_FORMATS.includes(name));
    if (refused !== undefined) {
      throw unusable(path, `is a text or a list of other files (${refused}); name a media file itself`);
    }
    if (look.tail.width === 0) await refuse(path, look);
    answer = await factsOf(look, ffmpeg.path);
    if (answer.still || tailIsTrusted(look)) return answer;
  }
  if (answer === undefined) throw new Error('TAILS_S is empty');
  return answer;
}

async function factsOf(look: Look, ffmpeg: string): Promise<MediaProbe> {
  const names = namesOf(look.input);
  const still = names.some((name) => STILL.test(name));
  const { colour } = look.input;
  return {
    durationMs: still ? undefined : durationMs(look),
    displaySize: displaySize(look),
    lacksIndex: names.some((name) => WITHOUT_INDEX.includes(name)),
    pictureLateMs: pictureLateMs(look),
    still,
    ...(colour === undefined ? {} : { colour: await mappable(colour, ffmpeg) }),
  };
}

/** Without the filters for it, a picture of high dynamic range airs as if it had none. */
async function mappable(colour: PictureColour, ffmpeg: string): Promise<PictureColour> {
  return colour.hdr === undefined || (await canToneMap(ffmpeg)) ? colour : { ...colour, hdr: undefined };
}

interface Look {
  readonly input: InputFacts;
  readonly head: PacketFacts;
  readonly tail: PacketFacts;
  readonly stderr: StderrTail;
  readonly wholeFile: boolean;
  readonly timedOut: boolean;
  /** The signal that ended ffmpeg, if one did. */
  readonly killedBy: string | null;
}

async function lookAt(
  ffmpeg: string,
  path: string,
  tailS: number | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Look> {
  const input = inputFacts();
  const stderr = stderrTail();
  const [head, tail] = [packetFacts(() => input.facts.fps), packetFacts(() => input.facts.fps)];
  const cutters = [tail.line, input.line, head.line].map(cutLines);
  const [fromTail, fromStderr, fromHead] = cutters as [LineSink, LineSink, LineSink];

  const open = ['-protocol_whitelist', 'file,pipe', '-i', `file:${path}`];
  // `V` is `v` without cover art. Packets before the seek point and before the first key frame count as well.
  const copy = ['-c', 'copy', '-copyinkf', '-copypriorss', '1', '-f', 'framecrc'];
  const end = await boundedRun({
    command: [
      ...[ffmpeg, '-hide_banner', '-nostdin', '-nostats', '-v', 'info', '-copyts'],
      ...open,
      ...(tailS === undefined ? [] : ['-sseof', `-${tailS}`]),
      ...open,
      ...['-map', '0:V:0', '-frames:v', '1', ...copy, 'pipe:3'],
      ...['-map', '1:V:0', ...copy, 'pipe:1'],
    ],
    nice: NICE,
    timeoutMs: Math.max(1, timeoutMs),
    signal,
    receivers: [
      fromTail.push,
      (chunk) => {
        stderr.push(chunk);
        fromStderr.push(chunk);
      },
      fromHead.push,
    ],
  });
  for (const cutter of cutters) cutter.end();
  signal.throwIfAborted();
  if (end.kind === 'not_started') {
    throw new PlanError(
      'unavailable',
      `ffmpeg could not be started: ${end.reason}; restart with a usable one`,
    );
  }
  return {
    input: input.facts,
    head: head.facts,
    tail: tail.facts,
    stderr,
    wholeFile: tailS === undefined,
    timedOut: end.kind !== 'exited',
    killedBy: end.kind === 'exited' ? end.signal : null,
  };
}

type LineSink = ReturnType<typeof cutLines>;

function namesOf(input: InputFacts): string[] {
  return input.formatNames?.split(',') ?? [];
}

function tailIsTrusted(look: Look): boolean {
  if (look.wholeFile) return true;
  const { head, tail } = look;
  const endMs = pictureEndMs(look);
  if (endMs === undefined || tail.firstMs === undefined) return false;
  const fromStart = head.firstMs !== undefined && tail.firstMs - head.firstMs < TRUSTED_TAIL_MS;
  return fromStart || endMs - tail.firstMs >= TRUSTED_TAIL_MS;
}

function durationMs(look: Look): number | undefined {
  const { input, head } = look;
  const endMs = pictureEndMs(look);
  if (endMs === undefined) return credible(input.containerMs);
  const startMs =
    (isCountedFromPicture(input) ? undefined : input.startMs) ?? head.firstMs ?? input.startMs ?? 0;
  return endMs > startMs ? credible(endMs - startMs) : undefined;
}

/** A file that says it lasts for years says nothing. */
function credible(spanMs: number | undefined): number | undefined {
  return spanMs === undefined || spanMs > LONGEST_SPAN_MS ? undefined : spanMs;
}

function isCountedFromPicture(input: InputFacts): boolean {
  return namesOf(input).some((name) => COUNTED_FROM_PICTURE.includes(name));
}

/** Time is counted from the picture in these formats, but a seek is, as in all others, from the container's start. */
function pictureLateMs({ input, head }: Look): number {
  if (!isCountedFromPicture(input)) return 0;
  return Math.max(0, (head.firstMs ?? 0) - (input.startMs ?? head.firstMs ?? 0));
}

/**
 * Where the last frame ends, in the container's time. MPEG program streams give only some packets a presentation
 * time, AVI and raw streams none; there, decoding times run as evenly as the frames do, earlier by a constant.
 */
function pictureEndMs({ head, tail }: Look): number | undefined {
  if (tail.decodingEndMs === undefined) return tail.endMs;
  return Math.max(tail.endMs ?? -Infinity, tail.decodingEndMs + head.firstDelayMs);
}

function displaySize({ input, tail }: Look): MediaProbe['displaySize'] {
  if (tail.width === 0 || tail.height === 0) return undefined;
  const across = Math.max(1, Math.round(tail.width * tail.pixelAspect));
  const onItsSide = Math.abs(Math.round(input.rotation / 90)) % 2 === 1;
  return onItsSide ? { width: tail.height, height: across } : { width: across, height: tail.height };
}

/** Says why a file cannot be used, in words and with the remedy. */
async function refuse(path: string, { stderr, killedBy }: Look): Promise<never> {
  const said = stderr.text();
  const lastLine = stderr.lastLine();
  if (killedBy !== null) {
    throw unusable(path, `makes ffmpeg crash (${killedBy}); copy the file again, or use another ffmpeg`);
  }
  if (/^setpriv: /.test(said)) {
    throw new PlanError('unavailable', `ffmpeg could not be started: ${lastLine}; restart with a usable one`);
  }
  if (/matches no streams/.test(said)) {
    throw unusable(path, 'has no video stream; name a file with a picture');
  }
  if (/No such file or directory/.test(said)) {
    throw new PlanError(
      'missing_asset',
      `${quotedPath(path)} does not exist; correct the path or put the file there`,
    );
  }
  // ffmpeg has just answered about this file, so its disk is alive.
  const size = await stat(path).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === 0) throw unusable(path, 'is empty; copy the file again');
  if (/moov atom not found/.test(said)) {
    throw unusable(path, 'is truncated: moov atom not found, or it is no mp4 at all; copy the file again');
  }
  const why = lastLine || 'it said nothing';
  throw unusable(
    path,
    `is not a media file ffmpeg understands (${why}); name a media file, or copy it again`,
  );
}

function unusable(path: string, what: string): PlanError {
  return new PlanError('unusable_asset', `${quotedPath(path)} ${what}`);
}
