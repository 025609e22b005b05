/**
 * One consumer: a connected Renderer. Frames are written to its socket straight from the pool's memory, one at a
 * time; those behind wait here and pin their slots. A consumer that lags beyond its share loses whole frames, one
 * that makes no progress at all is dropped. It can never slow a tick.
 *
 * What a consumer sends is never read: it costs nothing, and a Renderer has nothing to say.
 */
import type net from 'node:net';
import type { FrameSlot } from '../../supervisors/channel/frame-slot.js';
import type { ConsumerSnapshot } from '../../supervisors/channel/snapshot.js';

export interface Consumer {
  /** Slots this consumer keeps from the pool: the one being written, then those that wait. */
  readonly pinned: readonly FrameSlot[];
  /** Monotonic time since when the frame being written has been in the way; undefined when idle. */
  readonly writingSinceMs: number | undefined;
  /** Offers the tick's frame; false when the consumer is too far behind and loses it. */
  offer(frame: FrameSlot): boolean;
  /** Gives up the frames that wait; answers how many that were. */
  shed(): number;
  /** Ends the stream after the frame in flight. */
  finish(): void;
  destroy(): void;
  describe(): ConsumerSnapshot;
}

export function createConsumer(options: {
  readonly socket: net.Socket;
  readonly header: Buffer;
  /** At most this many slots may be pinned, the one being written included; at least 1. */
  readonly maxPinned: number;
  readonly nowMs: () => number;
  readonly onGone: (consumer: Consumer) => void;
}): Consumer {
  const { socket, maxPinned, nowMs } = options;
  const connectedAtMs = nowMs();
  const address = addressOf(socket);
  let framesDropped = 0;
  const pinned: FrameSlot[] = [];
  let writingSinceMs: number | undefined;
  let finishing = false;
  let gone = false;

  const writeNext = () => {
    const frame = pinned[0];
    if (frame === undefined || gone) {
      writingSinceMs = undefined;
      if (finishing && !gone) end();
      return;
    }
    writingSinceMs = nowMs();
    // Called back too when the socket is destroyed: a slot is returned exactly once.
    socket.write(frame.y4m, () => {
      pinned.shift();
      frame.release();
      writeNext();
    });
  };

  /** We never read, so we would never learn that the other side has closed too: FIN is our last word. */
  const end = () => socket.end(() => socket.destroy());

  const shed = () => {
    const waiting = pinned.splice(writingSinceMs === undefined ? 0 : 1);
    for (const frame of waiting) frame.release();
    framesDropped += waiting.length;
    return waiting.length;
  };

  const consumer: Consumer = {
    pinned,
    get writingSinceMs() {
      return writingSinceMs;
    },
    offer(frame) {
      if (gone || finishing) return true;
      if (pinned.length >= maxPinned) {
        framesDropped++;
        return false;
      }
      frame.retain();
      pinned.push(frame);
      if (pinned.length === 1) writeNext();
      return true;
    },
    shed,
    finish() {
      if (gone || finishing) return;
      finishing = true;
      shed();
      if (writingSinceMs === undefined) end();
    },
    destroy: () => socket.destroy(),
    describe: () => ({
      address,
      connectedMs: Math.round(nowMs() - connectedAtMs),
      framesWaiting: pinned.length,
      framesDropped,
    }),
  };

  socket.setNoDelay(true);
  socket.on('error', () => {}); // The other side's going is no error of ours; `close` follows.
  socket.once('close', () => {
    gone = true;
    shed();
    options.onGone(consumer);
  });
  socket.write(options.header);
  return consumer;
}

/** Where it comes from, `HOST:PORT`; empty for one that has gone already. */
function addressOf({ remoteAddress, remotePort, remoteFamily }: net.Socket): string {
  if (remoteAddress === undefined) return '';
  return remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
