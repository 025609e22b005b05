/**
 * Makes media files with the ffmpeg at hand and decodes them as the engine does: probed, then through a decoder's own
 * arguments. What an ffmpeg cannot make is told apart from what comes out wrong.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decoderArguments } from '../../src/media/decoder-arguments.js';
import { probeMedia } from '../../src/media/probe.js';
import type { Format } from '../../supervisors/channel/format.js';
import { tickMs } from '../../supervisors/channel/format.js';
import { readFrameNumber } from './frame-number.js';
import { y4mParser } from './y4m-parser.js';

const run = promisify(execFile);
/** One file is made in a second or two on a busy machine. */
const TIMEOUT_MS = 30_000;
/** 80 frames of 720p. */
const MAX_BYTES = 120_000_000;

export interface DecodeOptions {
  readonly frames: number;
  /** Where to begin, in frames of the format. */
  readonly at?: number;
}

export interface AssetLab {
  file(name: string): string;
  /** @param args all but the output's name. Rejects with ffmpeg's words. */
  make(name: string, ...args: string[]): Promise<void>;
  /** The planes of what a decoder of this file delivers. */
  decode(name: string, format: Format, options: DecodeOptions): Promise<Buffer[]>;
  /** The numbers painted in it. */
  numbers(name: string, format: Format, options: DecodeOptions): Promise<(number | undefined)[]>;
  /** How many frames of the format the probe says there are. */
  length(name: string, format: Format): Promise<number>;
  /** Why this ffmpeg cannot make something of the kind; false when it has all of these. */
  lacks(...names: readonly string[]): Promise<string | false>;
}

export function assetLab(ffmpeg: { readonly path: string }, folder: string): AssetLab {
  const file = (name: string): string => join(folder, name);
  const probe = (name: string) => probeMedia(ffmpeg, file(name), new AbortController().signal);
  let abilities: Promise<ReadonlySet<string>> | undefined;

  const lab: AssetLab = {
    file,
    async make(name, ...args) {
      const quiet = ['-hide_banner', '-v', 'error', '-nostdin', '-y', '-filter_threads', '1'];
      await run(ffmpeg.path, [...quiet, ...args, '-threads', '1', file(name)], { timeout: TIMEOUT_MS });
    },
    async decode(name, format, { frames, at = 0 }) {
      const asset = { ...(await probe(name)), input: { kind: 'file', path: file(name) } } as const;
      const order = { incarnation: 1, asset, positionMs: at * tickMs(format), frames, format };
      const { stdout } = await run(ffmpeg.path, decoderArguments(order), {
        encoding: 'buffer',
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_BYTES,
      });
      const pictures: Buffer[] = [];
      const parser = y4mParser({ header: () => {}, frame: (planes) => pictures.push(planes) });
      parser.push(stdout);
      parser.end();
      return pictures;
    },
    async numbers(name, format, options) {
      const pictures = await lab.decode(name, format, options);
      return pictures.map((planes) => readFrameNumber(planes, format.width, format.height));
    },
    async length(name, format) {
      return Math.round(((await probe(name)).durationMs ?? Number.NaN) / tickMs(format));
    },
    async lacks(...names) {
      abilities ??= abilitiesOf(ffmpeg.path);
      const has = await abilities;
      const missing = names.filter((name) => !has.has(name));
      return missing.length > 0 && `this ffmpeg has no ${missing.join(', ')}`;
    },
  };
  return lab;
}

/** The names of its encoders and filters. */
async function abilitiesOf(ffmpeg: string): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(
    ['-encoders', '-filters'].map((list) => run(ffmpeg, ['-hide_banner', '-v', 'error', list])),
  );
  const names = lists.flatMap(({ stdout }) => [...stdout.matchAll(/^ [A-Z.]{3,6} (\w\S*) /gm)]);
  return new Set(names.map((match) => match[1] ?? ''));
}
