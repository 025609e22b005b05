/**
 * What others do where this engine's decoder would be replaced: the same 720p30 file, the decoder killed or stopped, in
 * channels built of GStreamer and of liquidsoap. Takes a quarter of an hour, so it runs only when it is named.
 */
import path from 'node:path';
import { paintMedia } from '../test/support/painted-media.js';
import { type Fault, type FaultRun, runFault } from './compare/fault.js';
import { comparedTools, type Tool, type ToolInput } from './compare/tools.js';
import type { BenchContext } from './context.js';
import { printTable, type Row, spread } from './report.js';

const RUNS = 10;
const FAULTS: readonly Fault[] = [
  { signal: 'SIGKILL', watchMs: 5000 },
  { signal: 'SIGSTOP', watchMs: 10_000 },
];
const MOVIE_SECONDS = 60;
const FPS = 30;

export async function benchCompare({ ffmpeg, folder }: BenchContext): Promise<void> {
  const input = { ffmpeg, movie: path.join(folder, 'painted.mp4'), log: path.join(folder, 'tool.log') };
  await paintMedia(
    { path: ffmpeg },
    {
      ...{ path: input.movie, width: 1280, height: 720, gop: 60 },
      ...{ frames: MOVIE_SECONDS * FPS, audioSeconds: MOVIE_SECONDS },
    },
  );
  for (const tool of comparedTools()) {
    if (tool.version === undefined)
      console.log(`\n${tool.name}: not installed: apt-get install ${tool.packages}`);
    else await compare(tool, input);
  }
}

/** A tool that does not run at all is told of, and keeps none of the others from running. */
async function compare(tool: Tool, input: ToolInput): Promise<void> {
  for (const fault of FAULTS) {
    const runs: FaultRun[] = [];
    try {
      while (runs.length < RUNS) runs.push(await runFault(tool, fault, input));
    } catch (error) {
      console.log(`\n${tool.name}: ${String(error)}`);
    }
    if (runs.length > 0)
      printTable(`${tool.name} (${tool.version}): ${fault.signal} to the decoder`, rows(runs, fault));
  }
}

function rows(runs: readonly FaultRun[], { watchMs }: Fault): Row[] {
  // A tool that is gone has no times; that it went is told in the first rows.
  const stayed = runs.filter(({ exitedSaying }) => exitedSaying === undefined);
  const words = [...new Set(runs.map(({ exitedSaying }) => exitedSaying))].filter(
    (each) => each !== undefined,
  );
  const measured = (what: string, unit: string, value: (run: FaultRun) => number | undefined): Row => {
    const values = stayed.map(value).filter((each) => each !== undefined);
    return row(what, values.length === 0 ? '-' : spread(values, unit));
  };
  const numbers = [...new Set(stayed.map(({ backWith }) => backWith))].filter((each) => each !== undefined);
  const ticks = (watchMs * FPS) / 1000;
  return [
    row('what became of the movie', tally(runs)),
    ...words.map((each) => row('the tool, before it exited', each)),
    measured('first frame of the fallback', 'ms', ({ fallbackMs }) => fallbackMs),
    measured('the movie returns', 'ms', ({ backMs }) => backMs),
    row('  with frame', numbers.join(', ') || '-'),
    measured('behind the schedule at the end', 'frames', ({ behindFrames }) => behindFrames),
    measured(`without a new frame of the movie, of ${ticks}`, 'ticks', ({ ticksLost }) => ticksLost),
    measured(`received, of ${ticks}`, 'frames', ({ framesReceived }) => framesReceived),
    measured('longest time without any frame', 'ms', ({ silenceMs }) => silenceMs),
    measured('  in the 2 s before the fault', 'ms', ({ silenceBeforeMs }) => silenceBeforeMs),
  ];
}

function row(what: string, figure: string): Row {
  return { what, figure, bound: '', kept: undefined };
}

/** `went on 0, returned 7, did not return 0, the tool itself exited 3` */
function tally(runs: readonly FaultRun[]): string {
  const fates = runs.map(({ exitedSaying, airsAtEnd, fallbackMs, backMs }) => {
    if (exitedSaying !== undefined) return 'the tool itself exited';
    if (!airsAtEnd) return 'did not return';
    return fallbackMs === undefined && backMs === undefined ? 'went on' : 'returned';
  });
  const names = ['went on', 'returned', 'did not return', 'the tool itself exited'];
  return names.map((name) => `${name} ${fates.filter((fate) => fate === name).length}`).join(', ');
}
