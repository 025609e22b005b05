/**
 * A connected pair of local sockets, one end for a decoder's stdout, one for us to read frames from.
 *
 * Why not a pipe: Node's public API lets a socket read straight into our memory (`onread`) only where we make the
 * connection ourselves. That saves a copy and an allocation for every 64 kB, and a socket's buffer takes three
 * times as much at once as a pipe's: 24 instead of 58 ms of CPU per second of 1080p30 (docs/decisions/0002).
 *
 * On Linux the rendezvous is an abstract socket name: it leaves nothing in the file system, whatever happens.
 * Elsewhere it is a file in a fresh private folder, removed as soon as both ends have met. A nonce proves that it
 * was we who connected.
 *
 * The reader takes turns: as long as its reads fill their buffers, libuv would go on with up to 32 of them before anything
 * else of the process runs, which are 20 frames of a decoder that fills an empty queue, and up to 95 ms in which no
 * tick is aired. Here each such read is followed by a turn of the event loop (docs/decisions/0015).
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SocketPair {
  /** Our end; reads into the buffers that `onread` was given. */
  readonly reader: net.Socket;
  /** The decoder's end: hand it to `spawn` as its stdout, then destroy it here. */
  readonly writer: net.Socket;
}

const NONCE_BYTES = 16;
/** No read takes more: a millisecond at most on a slow machine. */
export const MAX_READ_BYTES = 262_144;

async function rendezvous(): Promise<{ name: string; leave: () => Promise<void> }> {
  if (process.platform === 'linux') {
    return { name: `\0retrovue-playout-${randomBytes(16).toString('hex')}`, leave: async () => {} };
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'retrovue-playout-'));
  return { name: path.join(folder, 's'), leave: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * @param onread where the reader puts what arrives; see `net.connect`
 * @throws Error when the system refuses a socket (out of file descriptors)
 */
export async function openSocketPair(onread: net.OnReadOpts): Promise<SocketPair> {
  const { name, leave } = await rendezvous();
  const server = net.createServer();
  let reader: net.Socket | undefined;
  try {
    const writer = await new Promise<net.Socket>((resolve, reject) => {
      const nonce = randomBytes(NONCE_BYTES);
      server.on('error', reject);
      server.on('connection', (socket) => {
        socket.on('error', reject);
        const verify = () => {
          const sent = socket.read(NONCE_BYTES) as Buffer | null;
          if (sent === null) return;
          socket.off('readable', verify);
          socket.off('error', reject);
          if (sent.equals(nonce)) resolve(socket);
          else socket.destroy();
        };
        socket.on('readable', verify);
      });
      server.listen(name, () => {
        reader = net.connect({ path: name, onread: inTurns(onread, () => reader?.resume()) });
        reader.on('error', reject);
        reader.write(nonce);
      });
    });
    if (reader === undefined) throw new Error('socket pair: accepted before connecting');
    reader.removeAllListeners('error');
    return { reader, writer };
  } catch (error) {
    reader?.destroy();
    throw error;
  } finally {
    server.close();
    await leave();
  }
}

/** @param goOn makes the socket read again after a callback that answered false */
function inTurns({ buffer, callback }: net.OnReadOpts, goOn: () => void): net.OnReadOpts {
  let asked = 0;
  return {
    buffer() {
      const given = typeof buffer === 'function' ? buffer() : buffer;
      const taken = given.length > MAX_READ_BYTES ? given.subarray(0, MAX_READ_BYTES) : given;
      asked = taken.length;
      return taken;
    },
    callback(bytes, into) {
      const filled = bytes === asked;
      if (!callback(bytes, into)) return false;
      if (!filled) return true;
      setImmediate(goOn);
      return false;
    },
  };
}
