/** What a fault did to the picture, worked out from the frames that a viewer received. */

/** One frame as it was received. */
export interface SeenFrame {
  /** When its last byte had come, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** What was painted into it; undefined for anything that is not the movie. */
  readonly number: number | undefined;
}

export interface Outcome {
  /** From the fault to the first frame that shows nothing new of the movie; undefined when none came. */
  readonly fallbackMs: number | undefined;
  /** From the fault to the movie's return; undefined when it was never gone, or never returned. */
  readonly backMs: number | undefined;
  /** The number of the frame it returned with. */
  readonly backWith: number | undefined;
  /** At the end of the watch: how many frames the movie is behind where it would have been; undefined when it does not run. */
  readonly behindFrames: number | undefined;
  /** Ticks from the fault to the end of the watch in which nothing new of the movie came. */
  readonly ticksLost: number;
  /** The longest time without any frame from the fault on, and in the two seconds before it. */
  readonly silenceMs: number;
  readonly silenceBeforeMs: number;
  readonly framesReceived: number;
  /** Whether the movie ran in the last second of the watch. */
  readonly airsAtEnd: boolean;
}

const FPS = 30;
const BEFORE_MS = 2000;
const LAST_MS = 1000;

/** @param frames from before the fault until the end of the watch; the movie airs when the fault comes */
export function judge(frames: readonly SeenFrame[], faultMs: number, endMs: number): Outcome {
  const before = frames.filter(({ atMs }) => atMs <= faultMs);
  const after = frames.filter(({ atMs }) => atMs > faultMs && atMs <= endMs);
  const from = before.findLast(({ number }) => number !== undefined);
  if (from?.number === undefined) throw new Error('the movie did not air before the fault');
  const schedule = { number: from.number, atMs: from.atMs };

  let last = schedule.number;
  let fallback: SeenFrame | undefined;
  let returned: SeenFrame | undefined;
  let jumped: SeenFrame | undefined;
  let fresh = 0;
  let freshAtMs = schedule.atMs;
  for (const frame of after) {
    if (frame.number === undefined || frame.number === last) {
      fallback ??= frame;
      continue;
    }
    if (fallback !== undefined) returned ??= frame;
    // A decoder that began anew, whether or not a fallback showed between it and the one before.
    if (frame.number < last) jumped ??= frame;
    last = frame.number;
    fresh += 1;
    freshAtMs = frame.atMs;
  }
  const back = jumped ?? returned;
  const airsAtEnd = endMs - freshAtMs <= LAST_MS;
  return {
    fallbackMs: fallback && fallback.atMs - faultMs,
    backMs: back && back.atMs - faultMs,
    backWith: back?.number,
    behindFrames: airsAtEnd
      ? schedule.number + Math.round(((freshAtMs - schedule.atMs) * FPS) / 1000) - last
      : undefined,
    ticksLost: Math.max(0, Math.round(((endMs - faultMs) * FPS) / 1000) - fresh),
    silenceMs: longestGap([faultMs, ...after.map(({ atMs }) => atMs), endMs]),
    silenceBeforeMs: longestGap(before.map(({ atMs }) => atMs).filter((atMs) => atMs > faultMs - BEFORE_MS)),
    framesReceived: after.length,
    airsAtEnd,
  };
}

function longestGap(times: readonly number[]): number {
  return times.reduce((longest, atMs, i) => Math.max(longest, atMs - (times[i - 1] ?? atMs)), 0);
}
