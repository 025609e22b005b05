/** Whether an ffmpeg has the filters that make a standard picture of one of high dynamic range. Asked once per binary. */
import { boundedRun } from './bounded-run.js';
import { cutLines } from './lines.js';

const TIMEOUT_MS = 5_000;
/** Like a probe's, of which this is a part: a channel's host is before everything else, and children inherit that. */
const NICE = 5;
const NEEDED = ['zscale', 'tonemap'];

/** By path of the binary. */
const answers = new Map<string, boolean>();

/** @param ffmpeg path of the binary. Never rejects: one that does not answer has none, until it is asked again. */
export async function canToneMap(ffmpeg: string): Promise<boolean> {
  const known = answers.get(ffmpeg);
  if (known !== undefined) return known;
  const missing = new Set(NEEDED);
  const lines = cutLines((line) => {
    const name = /^ [T.][S.][C.]? (\w+) /.exec(line)?.[1];
    if (name !== undefined) missing.delete(name);
  });
  const end = await boundedRun({
    command: [ffmpeg, '-hide_banner', '-v', 'error', '-filters'],
    nice: NICE,
    timeoutMs: TIMEOUT_MS,
    receivers: [lines.push],
  });
  lines.end();
  if (end.kind === 'exited' && end.code === 0) answers.set(ffmpeg, missing.size === 0);
  return missing.size === 0;
}
