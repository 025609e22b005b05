/**
 * Reads what ffmpeg writes while it copies packets to its `framecrc` muxer: stream facts on stderr, packets on the
 * other descriptors. Fed line by line, keeps only what is needed. Every line may carry text from the file itself
 * (titles, languages, its name), so only lines at ffmpeg's own indentation and in its own order are believed.
 */

import type { PictureColour } from '../../supervisors/channel/plan.js';
import { pictureColour } from './picture-colour.js';

/** What stderr says of the first input. */
export interface InputFacts {
  /** ffmpeg's names of the container format, comma separated; undefined: it could not be opened. */
  formatNames: string | undefined;
  /** Length by the container's own account: of the longest stream, sound included. */
  containerMs: number | undefined;
  /** Where the container's time begins; undefined where it has no notion of time. */
  startMs: number | undefined;
  /** Frames per second of the picture, rounded to two decimals as ffmpeg prints it. */
  fps: number | undefined;
  /** Degrees by which a player turns the picture. */
  rotation: number;
  /** Undefined where the pixel format is not told. */
  colour: PictureColour | undefined;
}

export function inputFacts(): { readonly facts: InputFacts; line(text: string): void } {
  const facts: InputFacts = {
    formatNames: undefined,
    containerMs: undefined,
    startMs: undefined,
    fps: undefined,
    rotation: 0,
    colour: undefined,
  };
  let part: 'before' | 'header' | 'streams' | 'after' = 'before';
  let stream = -1;
  const streams = new Map<number, Pick<InputFacts, 'fps' | 'rotation' | 'colour'>>();

  const line = (text: string): void => {
    if (part === 'before') {
      const opened = /^Input #0, ([\w,-]+), from '/.exec(text);
      if (opened === null) return;
      facts.formatNames = opened[1];
      part = 'header';
    } else if (part === 'header') {
      const duration = /^ {2}Duration: (?:N\/A|(\d+):(\d\d):(\d\d\.\d+))(?:, start: (-?\d+\.\d+))?/.exec(
        text,
      );
      if (duration === null) return;
      const [, hours, minutes, seconds, start] = duration;
      if (hours !== undefined) {
        facts.containerMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
      }
      if (start !== undefined) facts.startMs = Number(start) * 1000;
      part = 'streams';
    } else if (part === 'streams') {
      streamLine(text);
    }
  };

  const streamLine = (text: string): void => {
    if (/^(?:Input|Output) #/.test(text)) {
      part = 'after';
      // Of several pictures `0:V:0` takes the first that is no cover art.
      const picture = [...streams.values()][0];
      facts.fps = picture?.fps;
      facts.rotation = picture?.rotation ?? 0;
      facts.colour = picture?.colour;
      return;
    }
    const described = /^ {2,4}Stream #0:(\d+)(?:\D.*?)??: (\w+): /.exec(text);
    if (described !== null) {
      const cover = text.endsWith('(attached pic)');
      stream = described[2] === 'Video' && !cover ? Number(described[1]) : -1;
      const fps = Number(/, (\d+(?:\.\d+)?) fps\b/.exec(text)?.[1] ?? 0);
      if (stream >= 0) {
        streams.set(stream, { fps: fps > 0 ? fps : undefined, rotation: 0, colour: pictureColour(text) });
      }
      return;
    }
    const turned = /^ {6,10}displaymatrix: rotation of (-?\d+(?:\.\d+)?) degrees$/.exec(text);
    const owner = streams.get(stream);
    if (turned !== null && owner !== undefined) owner.rotation = Number(turned[1]);
  };

  return { facts, line };
}

/** What one `framecrc` output says of its one stream. Times in milliseconds of the container's own time. */
export interface PacketFacts {
  count: number;
  /** Presentation time of the first packet; its decoding time where it has no other. */
  firstMs: number | undefined;
  /** How long after its decoding the first packet is presented. */
  firstDelayMs: number;
  /** The latest end of any packet's presentation. */
  endMs: number | undefined;
  /** The latest end of any packet by decoding times; undefined as long as every packet has a presentation time. */
  decodingEndMs: number | undefined;
  width: number;
  height: number;
  /** Width of one pixel over its height. */
  pixelAspect: number;
}

/** framecrc's word for "no timestamp": the smallest 64-bit number. */
const NO_TIMESTAMP = -(2 ** 63);

/** @param fps the rate to go by where a packet does not tell how long it lasts */
export function packetFacts(fps: () => number | undefined): {
  readonly facts: PacketFacts;
  line(text: string): void;
} {
  const facts: PacketFacts = {
    count: 0,
    firstMs: undefined,
    firstDelayMs: 0,
    endMs: undefined,
    decodingEndMs: undefined,
    width: 0,
    height: 0,
    pixelAspect: 1,
  };
  let tickMs = 0;
  let timesMissing = false;
  const presented = latestEnd();
  const decoded = latestEnd();

  const packet = (pts: number | undefined, dts: number | undefined, duration: number): void => {
    facts.count += 1;
    if (pts === undefined) timesMissing = true;
    else presented.add(pts, duration);
    if (dts !== undefined) decoded.add(dts, duration);
    const at = pts ?? dts;
    if (at !== undefined && facts.firstMs === undefined) {
      facts.firstMs = at * tickMs;
      facts.firstDelayMs = (at - (dts ?? at)) * tickMs;
    }
    facts.endMs = presented.endMs(tickMs, fps());
    facts.decodingEndMs = timesMissing ? decoded.endMs(tickMs, fps()) : undefined;
  };

  const line = (text: string): void => {
    const header = /^#(tb|dimensions|sar) 0: (\d+)[/x](\d+)$/.exec(text);
    if (header !== null) {
      const [first, second] = [Number(header[2]), Number(header[3])];
      if (header[1] === 'tb') tickMs = (1000 * first) / second;
      else if (header[1] === 'dimensions') [facts.width, facts.height] = [first, second];
      else if (first > 0 && second > 0) facts.pixelAspect = first / second;
      return;
    }
    const fields = /^0, *(-?\d+), *(-?\d+), *(\d+),/.exec(text);
    if (fields !== null) packet(timestamp(fields[2]), timestamp(fields[1]), Number(fields[3]));
  };

  return { facts, line };
}

function timestamp(text: string | undefined): number | undefined {
  const value = Number(text);
  return value === NO_TIMESTAMP ? undefined : value;
}

/** Where the packet with the latest time ends, in whatever order packets come. Times in ticks. */
function latestEnd(): {
  add(at: number, duration: number): void;
  endMs(tickMs: number, fps: number | undefined): number | undefined;
} {
  let latest: number | undefined;
  let latestDuration = 0;
  let secondLatest: number | undefined;
  return {
    add(at, duration) {
      if (latest === undefined || at > latest) {
        [secondLatest, latest, latestDuration] = [latest, at, duration];
      } else if (at < latest && (secondLatest === undefined || at > secondLatest)) {
        secondLatest = at;
      }
    },
    endMs(tickMs, fps) {
      if (latest === undefined) return undefined;
      if (latestDuration > 0) return (latest + latestDuration) * tickMs;
      // A last packet without duration is taken to last as long as the one before, or as the rate says.
      if (secondLatest !== undefined) return (2 * latest - secondLatest) * tickMs;
      return latest * tickMs + (fps === undefined ? 0 : 1000 / fps);
    },
  };
}
