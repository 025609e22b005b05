/**
 * What the engine is compared with: channels built of what Debian ships, each decoding one file in an ffmpeg of its
 * own and writing raw 1280x720 frames, 30 a second, to its standard output. The programs lie beside this file.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ToolInput {
  readonly ffmpeg: string;
  /** A tool may put files of its own beside it. */
  readonly movie: string;
  /** Where a tool that logs into a file does so. */
  readonly log: string;
}

export interface Tool {
  readonly name: string;
  /** Debian's packages that it needs. */
  readonly packages: string;
  /** What is installed; undefined when that cannot run the tool. */
  readonly version: string | undefined;
  command(input: ToolInput): readonly string[];
}

/** Debian's own interpreter: packages of the system are not seen by one that was installed beside it. */
const PYTHON = '/usr/bin/python3';
const GSTREAMER_VERSION = `
import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst
Gst.init(None)
print(Gst.version_string())
raise SystemExit(Gst.ElementFactory.find("rawvideoparse") is None)`;

export function comparedTools(): readonly Tool[] {
  const gstreamer = {
    packages: 'python3-gi gir1.2-gstreamer-1.0 gstreamer1.0-plugins-base',
    version: firstLine(PYTHON, '-c', GSTREAMER_VERSION),
  };
  const liquidsoap = { packages: 'liquidsoap', version: firstLine('liquidsoap', '--version') };
  return [
    {
      ...gstreamer,
      name: 'GStreamer, black on exit',
      command: ({ ffmpeg, movie }) => [PYTHON, program('gstreamer-switch.py'), ffmpeg, movie],
    },
    {
      ...gstreamer,
      name: 'GStreamer, staged and resumed',
      command: ({ ffmpeg, movie }) => [PYTHON, program('gstreamer-staged.py'), ffmpeg, movie],
    },
    {
      ...liquidsoap,
      name: 'liquidsoap, input.external.ffmpeg',
      command: ({ ffmpeg, movie, log }) => [
        ...['liquidsoap', program('liquidsoap-external.liq'), '--', ffmpeg, movie, log],
      ],
    },
    {
      ...liquidsoap,
      name: 'liquidsoap, input.ffmpeg on a FIFO',
      command: ({ ffmpeg, movie, log }) => [
        ...['liquidsoap', program('liquidsoap-fifo.liq'), '--', ffmpeg, movie, log],
        path.join(path.dirname(movie), 'liquidsoap.fifo'),
      ],
    },
  ];
}

/** The compiled benchmark lies in dist/bench/compare; what is no TypeScript stays where it was written. */
function program(name: string): string {
  return fileURLToPath(new URL(`../../../bench/compare/${name}`, import.meta.url));
}

/** The first line a command prints; undefined when it fails or is not there. */
function firstLine(command: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}
