/**
 * Reads what a decoder says, no faster than anyone could mean it. A decoder that writes to stderr without end would keep
 * its host's loop busy with lines that are thrown away; read at a bounded rate, it waits for us instead.
 */
import type { Readable } from 'node:stream';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';

/**
 * So much is read in so long: 3 MB/s, several times what ffmpeg says of a file that is damaged in every frame, and 50
 * reads a second at most.
 */
const SHARE_BYTES = 65_536;
const SHARE_MS = 20;

/** @returns resolves once the stream has ended; never rejects */
export function readStderr(
  stream: Readable,
  clock: MasterClock,
  receive: (chunk: Buffer) => void,
): Promise<void> {
  let sinceMs = clock.nowMs();
  let bytes = 0;
  let rest: Timer | undefined;
  stream.on('data', (chunk: Buffer) => {
    receive(chunk);
    const nowMs = clock.nowMs();
    if (nowMs - sinceMs >= SHARE_MS) {
      sinceMs = nowMs;
      bytes = 0;
    }
    bytes += chunk.length;
    if (bytes < SHARE_BYTES || rest !== undefined) return;
    stream.pause();
    rest = clock.at(sinceMs + SHARE_MS, () => {
      rest = undefined;
      stream.resume();
    });
  });
  stream.on('error', () => {}); // `close` follows.
  return new Promise((resolve) => {
    stream.once('close', () => {
      rest?.cancel();
      resolve();
    });
  });
}
