/** Breaks a server's listener for real, in this process, as nobody who holds the server would. */
import net from 'node:net';

/** The listening server on a port, whoever made it. @throws Error when there is none */
export function serverOn(port: number): net.Server {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): unknown[] };
  for (const handle of handles.call(process)) {
    if (!(handle instanceof net.Server) || !handle.listening) continue;
    const address = handle.address();
    if (typeof address === 'object' && address?.port === port) return handle;
  }
  throw new Error(`nothing in this process listens on port ${port}`);
}

/** Closes the descriptor beneath a server, which Node tells nobody. */
export function closeDescriptor(server: net.Server): void {
  (server as unknown as { _handle: { close(): void } })._handle.close();
}
