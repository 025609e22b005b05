/**
 * Forks host processes. On Linux each runs under `setpriv --pdeathsig KILL`: whatever becomes of the engine, the
 * kernel kills its hosts, and they take their decoders with them.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type net from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ForkHost, HostExit, HostProcess } from '../../supervisors/engine/host-port.js';
import type { FromHost, ToHost } from '../../supervisors/engine/host-protocol.js';
import type { MasterClock } from '../../supervisors/master-clock.js';
import type { OwnSlates } from '../frames/own-slates.js';
import { spawnPrefix } from '../media/child-prefix.js';
import { readStderr } from '../media/stderr-reader.js';
import { lastWords } from './last-words.js';
import { prepareSlatePipe, sendSlate } from './slate-pipe.js';

/** Under a TypeScript loader too the compiled entry is forked: it starts in a tenth of the time. */
const ENTRY = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/src/channel-host.js' : '../channel-host.js',
    import.meta.url,
  ),
);

/** Threads for file calls, instead of Node's 4: each call that a dead mount does not answer keeps one. */
const FILE_THREADS = '16';

/**
 * @param settings.memoryMb limit of a host's JavaScript heap; frames lie outside of it
 * @param settings.ownSlates what a host gets with the order to start a channel, each host anew
 */
export function createForkHost(settings: {
  readonly memoryMb: number;
  readonly ownSlates: OwnSlates;
  readonly clock: MasterClock;
}): ForkHost<net.Socket> {
  const nodeOptions = [`--max-old-space-size=${settings.memoryMb}`];
  const [wrapper, ...wrapperOptions] = spawnPrefix();
  const how =
    wrapper === undefined
      ? { execArgv: nodeOptions }
      : { execPath: wrapper, execArgv: [...wrapperOptions, process.execPath, ...nodeOptions] };

  return () => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    let child: ChildProcess;
    try {
      child = fork(ENTRY, [], {
        ...how,
        env: { ...env, UV_THREADPOOL_SIZE: FILE_THREADS },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
      });
    } catch (error) {
      return stillborn(error);
    }
    prepareSlatePipe(child);
    const words = lastWords();
    // At a bounded rate: a host gone mad must not hold up the engine.
    if (child.stderr !== null) void readStderr(child.stderr, settings.clock, words.push);
    const exited = new Promise<HostExit>((resolve) => {
      // One without a pid never ran; other errors (a message that could not be sent) are not its end.
      child.on('error', (error) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, lastWords: error.message });
      });
      child.once('close', (code, signal) => {
        // What it had sent lies in the channel already; a turn of the loop, and it has been read.
        setImmediate(() => setImmediate(() => resolve({ code, signal, lastWords: words.text() })));
      });
    });
    const host: HostProcess<net.Socket> = {
      pid: child.pid,
      exited,
      onMessage: () => {},
      send(message, socket) {
        // A message that does not get there is a host that is gone, and that is told by `exited`.
        if (!child.connected) return;
        if (message.type === 'start') {
          const planes = settings.ownSlates(message.channelId);
          if (planes !== undefined) child.send({ type: 'slate' } satisfies ToHost, () => {});
          sendSlate(child, planes);
        }
        child.send(message, socket, { keepOpen: true }, () => {});
      },
      kill: () => void child.kill('SIGKILL'),
    };
    child.on('message', (message) => host.onMessage(message as FromHost));
    return host;
  };
}

/** What becomes of a fork that the system refuses outright (no memory): a host that died at once. */
function stillborn(error: unknown): HostProcess<net.Socket> {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    pid: undefined,
    exited: Promise.resolve({ code: null, signal: null, lastWords: reason }),
    onMessage: () => {},
    send: () => {},
    kill: () => {},
  };
}
