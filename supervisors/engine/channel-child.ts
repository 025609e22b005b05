/**
 * Channel N in the tree: the listener of its port and the link to its host, which live and end together. The port is
 * the channel's for as long as this child lives, whatever becomes of its hosts.
 */
import { deferred } from '../deferred.js';
import type { Child, ChildContext } from '../otp/child.js';
import { childOf } from '../otp/child-of.js';
import type { HostLink } from './host-link.js';
import type { EnginePorts, PortListener } from './host-port.js';

export interface ChannelChild<Socket> extends Child {
  readonly port: number;
  readonly link: HostLink<Socket>;
  /** Resolves with its end: to the pids of decoders that would not die. */
  readonly stuckPids: Promise<readonly number[]>;
}

/**
 * Binds the port, then has a host.
 * @param linkHost called once the port is bound
 * @throws Error that names port and remedy, when it cannot be bound
 */
export async function startChannelChild<Socket>(
  { signal }: ChildContext,
  port: number,
  { listen, closeSocket }: Pick<EnginePorts<Socket>, 'listen' | 'closeSocket'>,
  linkHost: (port: number) => HostLink<Socket>,
): Promise<ChannelChild<Socket>> {
  let open: HostLink<Socket> | undefined;
  const listener: PortListener = await listen(port, (socket) => {
    if (open === undefined) closeSocket(socket);
    else open.host.addConsumer(socket);
  });
  if (signal.aborted) {
    await listener.close();
    throw new Error(`port ${port} is not wanted any more`);
  }
  const link = linkHost(listener.port);
  open = link;

  const { promise: stuckPids, resolve: tellStuck } = deferred<readonly number[]>();
  const child = childOf(async () => {
    // Whoever connects from now on is turned away.
    open = undefined;
    try {
      const [, pids] = await Promise.all([listener.close(), link.host.stop()]);
      tellStuck(pids);
    } finally {
      // Where that failed, nobody knows of any, and nobody must wait for ever.
      tellStuck([]);
    }
  });
  return { ...child, port: listener.port, link, stuckPids };
}
