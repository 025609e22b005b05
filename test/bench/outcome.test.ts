/** What the comparison with other programs says of a fault, from the frames that came. */
import t from 'tap';
import { judge, type SeenFrame } from '../../bench/compare/outcome.js';

const TICK_MS = 1000 / 30;
const FAULT_MS = 60 * TICK_MS;
const END_MS = 210 * TICK_MS;
const FALLBACK = undefined;

/** One frame a tick from the beginning on; the 61st is the first after the fault. */
function received(numbers: readonly (number | undefined)[]): SeenFrame[] {
  return numbers.map((number, tick) => ({ atMs: tick * TICK_MS, number }));
}

function count(from: number, frames: number): number[] {
  return Array.from({ length: frames }, (_, i) => from + i);
}

function judged(afterFault: readonly (number | undefined)[]) {
  const outcome = judge(received([...count(100, 61), ...afterFault]), FAULT_MS, END_MS);
  const round = (ms: number | undefined) => ms && Math.round(ms);
  return {
    ...outcome,
    fallbackMs: round(outcome.fallbackMs),
    backMs: round(outcome.backMs),
    silenceMs: round(outcome.silenceMs),
    silenceBeforeMs: round(outcome.silenceBeforeMs),
  };
}

const never = { fallbackMs: undefined, backMs: undefined, backWith: undefined };

t.test('a movie that nothing happens to goes on, on schedule and without loss', async (t) => {
  t.match(judged(count(161, 150)), {
    ...never,
    ...{ behindFrames: 0, ticksLost: 0, framesReceived: 150, airsAtEnd: true },
    ...{ silenceMs: 33, silenceBeforeMs: 33 },
  });
});

t.test('a fallback and a new start are timed from the fault, and their ticks count as lost', async (t) => {
  const afterFault = [161, 162, FALLBACK, FALLBACK, FALLBACK, ...count(0, 145)];
  t.match(judged(afterFault), {
    ...{ fallbackMs: 100, backMs: 200, backWith: 0, behindFrames: 166, ticksLost: 3, airsAtEnd: true },
  });
});

t.test('a new start is seen without a fallback before it', async (t) => {
  t.match(judged([...count(161, 50), ...count(0, 100)]), {
    ...{ fallbackMs: undefined, backMs: 1700, backWith: 0, behindFrames: 211, ticksLost: 0 },
  });
});

t.test('a fallback amid frames that were staged is not taken for the return', async (t) => {
  t.match(judged([161, FALLBACK, ...count(162, 20), ...count(0, 128)]), {
    fallbackMs: 67,
    backMs: 767,
    backWith: 0,
  });
});

t.test('a picture that stands still is a fallback, and no frame of the movie', async (t) => {
  const stands = Array.from({ length: 150 }, () => 160);
  t.match(judged(stands), {
    fallbackMs: 33,
    backMs: undefined,
    ticksLost: 150,
    framesReceived: 150,
    airsAtEnd: false,
  });
});

t.test('silence lasts until the end of the watch', async (t) => {
  t.match(judged(count(161, 30)), {
    ...never,
    ...{ behindFrames: undefined, ticksLost: 120, framesReceived: 30, airsAtEnd: false, silenceMs: 4000 },
  });
});
