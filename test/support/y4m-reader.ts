/**
 * A Renderer for tests: connects to a channel's port and hands out its frames one by one. It reads at most a few
 * frames ahead of the test, then lets TCP push back, as a slow Renderer would.
 */
import { connect } from 'node:net';
import { deferred } from '../../supervisors/deferred.js';
import { type Y4mHeader, y4mParser } from './y4m-parser.js';

export type { Y4mHeader } from './y4m-parser.js';

export interface Y4mFrame {
  /** Counted from 0 for this connection. */
  readonly index: number;
  /** yuv420p without padding; the receiver's own memory. */
  readonly planes: Buffer;
}

export interface Y4mReader extends AsyncIterable<Y4mFrame> {
  /** Rejects when the stream ends or breaks before a whole header has come. */
  readonly header: Promise<Y4mHeader>;
  /** The next `count` frames; rejects when the stream ends or breaks before. */
  frames(count: number): Promise<Y4mFrame[]>;
  /** Reads on to the first frame for which this holds; rejects when the stream ends or breaks before. */
  until(holds: (frame: Y4mFrame) => boolean): Promise<Y4mFrame>;
  /** Throws away everything that is still to come, and resolves as `ended` does. */
  drain(): Promise<Y4mEnd>;
  /**
   * How the stream ended: `end`, a clean end between two frames; `closed`, by us; or what broke it. Comes only
   * after the frames before it have been read or drained.
   */
  readonly ended: Promise<Y4mEnd>;
  close(): void;
}

export type Y4mEnd = 'end' | 'closed' | Error;

const READ_AHEAD_FRAMES = 8;

export function connectY4m(port: number, host = '127.0.0.1'): Y4mReader {
  const socket = connect(port, host);
  const waiting: Y4mFrame[] = [];
  let wake: (() => void) | undefined;
  let received = 0;
  let draining = false;
  let outcome: Y4mEnd | undefined;
  const header = deferred<Y4mHeader>();
  const ended = deferred<Y4mEnd>();
  // Who never asks for the header must not crash on its absence.
  header.promise.catch(() => {});

  const settle = (how: Y4mEnd): void => {
    if (outcome !== undefined) return;
    outcome = how;
    header.reject(how instanceof Error ? how : new Error('y4m: the stream ended before its header'));
    ended.resolve(how);
    socket.destroy();
    wake?.();
  };
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      settle(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const parser = y4mParser({
    header: header.resolve,
    frame(planes) {
      const frame = { index: received, planes };
      received += 1;
      if (draining) return;
      waiting.push(frame);
      if (waiting.length >= READ_AHEAD_FRAMES) socket.pause();
      wake?.();
    },
  });
  socket.on('data', (chunk) => attempt(() => parser.push(chunk)));
  socket.on('end', () =>
    attempt(() => {
      parser.end();
      settle('end');
    }),
  );
  socket.on('error', settle);
  socket.on('close', () => settle(new Error('y4m: the connection was cut')));

  /** The next frame, or undefined after a clean end. One caller at a time. */
  const next = async (): Promise<Y4mFrame | undefined> => {
    while (waiting.length === 0 && outcome === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const frame = waiting.shift();
    if (frame === undefined && outcome instanceof Error) throw outcome;
    if (waiting.length < READ_AHEAD_FRAMES) socket.resume();
    return frame;
  };
  const demand = async (): Promise<Y4mFrame> => {
    const frame = await next();
    if (frame === undefined) throw new Error(`y4m: the stream ended after ${received} frames, too early`);
    return frame;
  };

  return {
    header: header.promise,
    ended: ended.promise,
    async *[Symbol.asyncIterator]() {
      for (let frame = await next(); frame !== undefined; frame = await next()) yield frame;
    },
    async frames(count) {
      const frames: Y4mFrame[] = [];
      while (frames.length < count) frames.push(await demand());
      return frames;
    },
    async until(holds) {
      for (;;) {
        const frame = await demand();
        if (holds(frame)) return frame;
      }
    },
    drain() {
      draining = true;
      waiting.length = 0;
      socket.resume();
      return ended.promise;
    },
    close: () => settle('closed'),
  };
}
