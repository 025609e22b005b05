/**
 * Runs code inside another Node process that knows nothing of it: SIGUSR1 makes any Node process open its inspector, and
 * the inspector evaluates what it is sent. So a fault can be planted in the very process that is in production, without
 * a line there that is only for tests.
 *
 * The inspector listens on one port of the loopback (9229) unless the process was told another: one process at a time.
 */
import { once } from 'node:events';
import WebSocket from 'ws';

export interface Inspector {
  /** Evaluates an expression there; promises are awaited. Resolves to its value; rejects with what it threw. */
  evaluate(expression: string): Promise<unknown>;
  /**
   * Runs statements in a turn of their own, after the inspector there has been closed: with somebody connected, Node
   * postpones its exit, and even its death for lack of memory. Resolves once the connection has ended.
   */
  plant(statements: string): Promise<void>;
  /** Hangs up. */
  close(): Promise<void>;
}

const DEFAULT_ADDRESS = '127.0.0.1:9229';

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: object };
}

/** @param address where the process opens its inspector */
export async function openInspector(pid: number, address = DEFAULT_ADDRESS): Promise<Inspector> {
  process.kill(pid, 'SIGUSR1');
  const socket = await connect(await debuggerUrl(address));
  let calls = 0;
  const waiting = new Map<number, (answer: Answer | undefined) => void>();
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
    waiting.delete(answer.id ?? 0);
  });
  socket.on('error', () => {}); // The process's end; `close` follows.
  socket.on('close', () => {
    for (const giveUp of waiting.values()) giveUp(undefined);
  });

  return {
    async evaluate(expression) {
      const id = ++calls;
      const answer = await new Promise<Answer | undefined>((resolve) => {
        waiting.set(id, resolve);
        socket.send(evaluation(id, expression));
      });
      if (answer === undefined) throw new Error(`process ${pid} ended before it answered`);
      const { result, exceptionDetails } = answer.result ?? {};
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return result?.value;
    },
    async plant(statements) {
      const closed = once(socket, 'close');
      const code = `process.getBuiltinModule('node:inspector').close(); ${statements}`;
      socket.send(evaluation(++calls, `void setTimeout(() => { ${code} })`));
      await closed;
    },
    async close() {
      if (socket.readyState !== WebSocket.OPEN) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function evaluation(id: number, expression: string): string {
  const params = { expression, awaitPromise: true, returnByValue: true };
  return JSON.stringify({ id, method: 'Runtime.evaluate', params });
}

/** The process needs a moment to open its port; asking is the only way to learn that it has. */
async function debuggerUrl(address: string): Promise<string> {
  for (;;) {
    try {
      const targets = await (await fetch(`http://${address}/json/list`)).json();
      return (targets as { webSocketDebuggerUrl: string }[])[0]?.webSocketDebuggerUrl ?? '';
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return socket;
}
