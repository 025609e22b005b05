/**
 * Where log lines go: a file descriptor that is written to in the background, one write at a time. Handing over a
 * line never waits and never throws, whoever reads at the other end, or does not: what piles up is bounded, what
 * exceeds the bound is dropped and counted, and a broken pipe ends the output instead of the engine. On exit
 * what is staged is written at once. (Pino's own destination retries a broken pipe for ever in that last step.)
 */
import { write, writeSync } from 'node:fs';

export interface LogSink {
  /** Takes one line, its newline included. */
  write(line: string): void;
}

/** Characters that may wait; about 20 000 lines. */
const MAX_PENDING = 4 * 1024 * 1024;

/** A reader that is busy (EAGAIN) is tried again after so long; on exit so often. */
const RETRY_MS = 20;
const EXIT_RETRIES = 10;

const EMPTY = Buffer.alloc(0);

/**
 * A sink that writes to `fd`.
 *
 * @param onDropped told how many lines were dropped since it was last told, once there is room again
 */
export function createLogSink(fd: number, onDropped: (lines: number) => void): LogSink {
  let pending: string[] = [];
  let pendingLength = 0;
  let dropped = 0;
  let scheduled = false;
  let writing = false;
  let refused: Buffer = EMPTY;
  let broken = false;

  function takeAll(): Buffer {
    const chunk = Buffer.from(pending.join(''));
    pending = [];
    pendingLength = 0;
    return chunk;
  }

  function pump(): void {
    scheduled = false;
    if (writing || broken || pending.length === 0) return;
    writing = true;
    writeOn(takeAll());
  }

  function writeOn(chunk: Buffer): void {
    refused = EMPTY;
    write(fd, chunk, (error, written) => {
      if (error?.code === 'EAGAIN') {
        refused = chunk;
        setTimeout(writeOn, RETRY_MS, chunk);
        return;
      }
      if (error === null && written < chunk.length) {
        writeOn(chunk.subarray(written));
        return;
      }
      writing = false;
      // A full disk may have room again; a reader that went away does not come back.
      broken = error?.code === 'EPIPE' || error?.code === 'EBADF';
      if (broken) takeAll();
      else if (error === null) reportDropped();
      pump();
    });
  }

  function reportDropped(): void {
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    onDropped(lines);
  }

  process.on('exit', () => {
    // A write under way cannot be waited for; it is given a moment, so that the lines stay in order.
    if (writing && refused.length === 0) pause(RETRY_MS);
    writeNow(fd, Buffer.concat([refused, takeAll()]));
  });

  return {
    write(line) {
      if (broken) return;
      if (pendingLength + line.length > MAX_PENDING) {
        dropped++;
        return;
      }
      pending.push(line);
      pendingLength += line.length;
      if (scheduled || writing) return;
      // Everything that one turn of the event loop says goes out in one write.
      scheduled = true;
      setImmediate(pump);
    },
  };
}

/** The last chance: there is no event loop any more. Gives up rather than keep the process from ending. */
function writeNow(fd: number, chunk: Buffer): void {
  let retries = 0;
  for (let done = 0; done < chunk.length; ) {
    try {
      done += writeSync(fd, chunk, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || ++retries > EXIT_RETRIES) return;
      pause(RETRY_MS);
    }
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
