/**
 * Reads what ffmpeg writes while it copies packets to its `framecrc` muxer: stream facts on stderr, packets on the
 * other descriptors. Fed line by line, keeps only what is needed. Every line may carry text from the file itself
 * (titles, languages, its name), so only lines at ffmpeg's own indentation and in its own order are believed.
 */

/** What stderr says of the first input. */
export interface InputFacts {
  /** ffmpeg's names of the container format, comma separated; undefined: it could not be opened. */
  formatNames: string | undefined;
  /** Length by the container's own account: of the longest stream, sound included. */
  containerMs: number | undefined;
  /** Where the container's time begins. */
  startMs: number;
  /** Frames per second of the picture, rounded to two decimals as ffmpeg prints it. */
  fps: number | undefined;
  /** Degrees by which a player turns the picture. */
  rotation: number;
}

export function inputFacts(): { readonly facts: InputFacts; line(text: string): void } {
  const facts: InputFacts = {
    formatNames: undefined,
    containerMs: undefined,
    startMs: 0,
    fps: undefined,
    rotation: 0,
  };
  let part: 'before' | 'header' | 'streams' | 'after' = 'before';
  let stream = -1;
  const streams = new Map<number, { fps: number | undefined; rotation: number }>();

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
      facts.startMs = Number(start ?? 0) * 1000;
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
      return;
    }
    const described = /^ {2,4}Stream #0:(\d+)\D.*?: (\w+): /.exec(text);
    if (described !== null) {
      const cover = text.endsWith('(attached pic)');
      stream = described[2] === 'Video' && !cover ? Number(described[1]) : -1;
      const fps = Number(/, (\d+(?:\.\d+)?) fps\b/.exec(text)?.[1] ?? 0);
      if (stream >= 0) streams.set(stream, { fps: fps > 0 ? fps : undefined, rotation: 0 });
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
  /** Presentation time of the first packet. */
  firstMs: number | undefined;
  /** The latest end of any packet's presentation. */
  endMs: number | undefined;
  width: number;
  height: number;
  /** Width of one pixel over its height. */
  pixelAspect: number;
}

/** framecrc's word for "no timestamp": the smallest 64-bit number. */
const NO_TIMESTAMP = -(2 ** 63);

export function packetFacts(fps: () => number | undefined): {
  readonly facts: PacketFacts;
  line(text: string): void;
} {
  const facts: PacketFacts = {
    count: 0,
    firstMs: undefined,
    endMs: undefined,
    width: 0,
    height: 0,
    pixelAspect: 1,
  };
  let tickMs = 0;
  /** The two latest presentation times: their distance stands in for a last packet without duration. */
  let latest = -Infinity;
  let latestDuration = 0;
  let secondLatest = -Infinity;

  const packet = (pts: number, dts: number, duration: number): void => {
    facts.count += 1;
    // AVI knows only decoding times; there they run as evenly as the frames do.
    const at = pts === NO_TIMESTAMP ? dts : pts;
    if (at === NO_TIMESTAMP) return;
    facts.firstMs ??= at * tickMs;
    if (at > latest) {
      secondLatest = latest;
      latest = at;
      latestDuration = duration;
    } else if (at > secondLatest && at < latest) {
      secondLatest = at;
    }
    facts.endMs = latest * tickMs + lastDurationMs();
  };

  const lastDurationMs = (): number => {
    if (latestDuration > 0) return latestDuration * tickMs;
    if (secondLatest > -Infinity) return (latest - secondLatest) * tickMs;
    const rate = fps();
    return rate === undefined ? 0 : 1000 / rate;
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
    if (fields !== null) packet(Number(fields[2]), Number(fields[1]), Number(fields[3]));
  };

  return { facts, line };
}
