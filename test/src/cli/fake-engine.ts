/** Stands in for an engine's HTTP server: pages that the test writes, and a feed that it drives. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import type { ChannelView } from '../../../supervisors/engine/channel-view.js';
import { conditionsOf } from '../../../supervisors/engine/conditions.js';
import { sampleSnapshot } from '../observe/sample-snapshot.js';

/** A channel as the engine shows it. */
export function view(changes: Partial<ChannelView> = {}): ChannelView {
  const snapshot: ChannelSnapshot = sampleSnapshot({
    planAssetProblems: { count: 0, soonest: [] },
    ...changes,
  });
  return {
    ageMs: 0,
    conditions: conditionsOf(snapshot, [], snapshot.atUtcMs),
    transitions: [],
    actions: [],
    ...snapshot,
  };
}

/** A server that answers these paths like this, and others with 404. */
export async function fakePages(
  t: Test,
  pages: Readonly<Record<string, { readonly body: string; readonly status?: number }>>,
): Promise<string> {
  return listening(t, (path, response) => {
    const page = pages[path];
    response.writeHead(page?.status ?? (page === undefined ? 404 : 200), {
      'content-type': 'application/json',
    });
    response.end(page?.body ?? '{"error":"there is no such page"}');
  });
}

export interface FakeFeed {
  readonly address: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Who is connected now. */
  readonly open: Set<ServerResponse>;
  /** Resolves once somebody is connected. */
  connected(): Promise<void>;
  tell(event: string, data: object): void;
  /** Ends the connections, or breaks them. */
  hangUp(how: 'end' | 'break'): void;
}

export async function fakeFeed(t: Test): Promise<FakeFeed> {
  const open = new Set<ServerResponse>();
  const asked: string[] = [];
  let onOpen = () => {};
  const address = await listening(t, (path, response) => {
    asked.push(path);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 1000\n\n: all is well\n\n');
    open.add(response);
    response.on('close', () => open.delete(response));
    onOpen();
  });
  return {
    address,
    asked,
    open,
    connected: () =>
      open.size > 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onOpen = resolve;
          }),
    tell(event, data) {
      // In pieces, as a network may deliver them: in the middle of a line, and of a character.
      const bytes = Buffer.from(`id: 1\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      for (const response of open)
        for (let at = 0; at < bytes.length; at += 997) response.write(bytes.subarray(at, at + 997));
    },
    hangUp(how) {
      for (const response of open) {
        if (how === 'end') response.end();
        else response.socket?.resetAndDestroy();
      }
      open.clear();
    },
  };
}

async function listening(t: Test, answer: (path: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => answer(request.url ?? '', response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
