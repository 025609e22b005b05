/**
 * How an operator's own slate gets from the engine, which has it in memory, to a host that starts its channel: as raw
 * planes through a pipe that every host is forked with, closed once they are sent. Written as base64 into an IPC message,
 * a picture of 1080p would hold up the engine's loop for 15 ms per start; this costs it 0.4 ms at a time
 * (docs/decisions/0008). Nothing of it is ever in a file.
 */
import type { ChildProcess } from 'node:child_process';
import net from 'node:net';
import type { MasterClock } from '../../supervisors/master-clock.js';

/** The pipe's descriptor in the host; 3 is the IPC channel's. */
const SLATE_FD = 4;

/** For 50 MB (8K) on a busy machine; shorter than the patience of those who wait for the host's first sign of life. */
const PATIENCE_MS = 3_000;

/** The engine's side, at the fork: a host may be gone while it is written to, which its exit tells. */
export function prepareSlatePipe(child: ChildProcess): void {
  // A child that could not be started for want of descriptors has no pipes at all, whatever its type says.
  child.stdio?.[SLATE_FD]?.on('error', () => {});
}

/** The engine's side: sends the planes, if there are any, and closes the pipe. They must not change from now on. */
export function sendSlate(child: ChildProcess, planes: Buffer | undefined): void {
  const pipe = child.stdio[SLATE_FD] as net.Socket;
  if (planes !== undefined) pipe.write(planes);
  pipe.end(() => pipe.destroy());
}

/**
 * The host's side, once: fills `planes` with what comes.
 * @returns how many bytes came; the picture is whole only if that is exactly the size of `planes`
 */
export async function receiveSlate(planes: Buffer, clock: MasterClock): Promise<number> {
  const pipe = new net.Socket({ fd: SLATE_FD, readable: true, writable: false });
  let bytes = 0;
  pipe.on('data', (chunk) => {
    chunk.copy(planes, bytes);
    bytes += chunk.length;
  });
  pipe.on('error', () => {}); // What came until then is counted.
  const late = clock.at(clock.nowMs() + PATIENCE_MS, () => pipe.destroy());
  await new Promise((resolve) => pipe.once('close', resolve));
  late.cancel();
  return bytes;
}
