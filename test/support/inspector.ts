/**
 * Reaches into a running Node process as a debugger does, for faults that nobody outside can cause: SIGUSR1 opens the
 * process's inspector, and expressions are evaluated in its global scope. Linux.
 *
 * The process should run with NODE_OPTIONS=--inspect-port=0, so that it does not ask for the port that all ask for.
 */
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { WebSocket } from 'undici';

export interface Inspector {
  /**
   * Evaluates an expression and resolves to its value, which must survive JSON; a promise is waited for. `require` is
   * there. @throws Error with what it threw
   */
  evaluate(expression: string): Promise<unknown>;
  /**
   * Has statements run in a turn of their own once the inspector is closed again: with somebody connected Node postpones
   * its exit, and even its death for lack of memory. Resolves when the connection has ended.
   */
  plant(statements: string): Promise<void>;
  /** Lets go of the process; one that ends waits for that. */
  close(): Promise<void>;
}

/** What comes back for a `Runtime.evaluate`, as far as it matters here. */
interface Reply {
  readonly id: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
}

/** Opens the inspector of a process that has none open. */
export async function openInspector(pid: number): Promise<Inspector> {
  const before = await listeningPorts(pid);
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await debuggerUrl(pid, before));
  await once(socket as unknown as EventTarget, 'open');
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, error, result }: Reply = JSON.parse(String(data));
    const call = waiting.get(id);
    waiting.delete(id);
    const thrown = error?.message ?? result?.exceptionDetails?.exception?.description;
    if (thrown === undefined && result?.exceptionDetails === undefined) call?.resolve(result?.result.value);
    else call?.reject(new Error(`process ${pid}: ${thrown}`));
  });
  const closed = once(socket as unknown as EventTarget, 'close').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`process ${pid} hung up on its debugger`));
  });
  const evaluate = (expression: string) =>
    new Promise((resolve, reject) => {
      const id = ++calls;
      waiting.set(id, { resolve, reject });
      const params = { expression, awaitPromise: true, returnByValue: true, includeCommandLineAPI: true };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
  return {
    evaluate,
    async plant(statements) {
      const code = `process.getBuiltinModule('node:inspector').close(); ${statements}`;
      await evaluate(`void setTimeout(() => { ${code} })`);
      await closed;
    },
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** Where the inspector that is just being opened can be spoken to. */
async function debuggerUrl(pid: number, before: ReadonlySet<number>): Promise<string> {
  for (;;) {
    for (const port of await listeningPorts(pid)) {
      if (before.has(port)) continue;
      try {
        const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
        return (targets as { webSocketDebuggerUrl: string }[])[0]?.webSocketDebuggerUrl ?? '';
      } catch {
        // Some other port that the process has just opened.
      }
    }
    // There is no event to wait for: the process says it on its stderr, which is not ours to read.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The TCP ports on which a process listens. */
async function listeningPorts(pid: number): Promise<Set<number>> {
  const inodes = new Set<string>();
  for (const fd of await readdir(`/proc/${pid}/fd`)) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const ports = new Set<number>();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (await readFile(`/proc/${pid}/net/${table}`, 'latin1')).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      // 0A is LISTEN; the port stands in hexadecimal behind the address.
      if (state === '0A' && inodes.has(inode)) ports.add(Number.parseInt(local.split(':')[1] ?? '', 16));
    }
  }
  return ports;
}
