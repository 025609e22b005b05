/** `status`: the table, and what it says when there is no engine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import t, { type Test } from 'tap';
import { runStatus } from '../../../src/cli/status.js';
import { capturedIo } from './captured-io.js';

/** An HTTP server that answers /channels like this, and only that. */
async function engine(t: Test, body: string, code = 200): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/channels' ? code : 404, { 'content-type': 'application/json' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const channel = {
  version: 1,
  channelId: 1,
  state: 'ready',
  detail: '',
  planHandle: 'morning_block',
  airing: 'content',
  bufferDepthFrames: 58,
  queueFrames: 60,
  consumers: 2,
  port: 9001,
  counters: { ticksMissed: 0, framesAired: {} },
};
const failed = {
  ...channel,
  channelId: 12,
  state: 'error',
  detail: 'no such plan\u001b[2J',
  planHandle: `../${'x'.repeat(100)}`,
  airing: null,
  bufferDepthFrames: 0,
  consumers: 0,
  port: 0,
  counters: { ticksMissed: 3 },
};

t.test('a table shows every channel, aligned, and nothing in it moves the cursor', async (t) => {
  const io = capturedIo();
  const httpAddress = await engine(t, JSON.stringify([channel, failed]));
  t.equal(await runStatus({ httpAddress, json: false }, io), 0);
  const handle = `../${'x'.repeat(37)}…`;
  t.same(io.printed.stdout.split('\n'), [
    `CHANNEL  STATE  ${'PLAN'.padEnd(handle.length)}  AIRING   QUEUE  LATE TICKS  CONSUMERS  PORT  WHY`,
    `1        ready  ${'morning_block'.padEnd(handle.length)}  content  58/60  0           2          9001`,
    `12       error  ${handle}  -        0/60   3           0          -     no such plan\\u{1b}[2J`,
    '',
  ]);
});

t.test('with json, the snapshots are printed as the engine gives them', async (t) => {
  const io = capturedIo();
  const httpAddress = await engine(t, JSON.stringify([channel, failed]));
  t.equal(await runStatus({ httpAddress, json: true }, io), 0);
  t.same(JSON.parse(io.printed.stdout), [channel, failed]);
});

t.test('an engine without channels says so', async (t) => {
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress: await engine(t, '[]'), json: false }, io), 0);
  t.equal(io.printed.stdout, 'no channels\n');
});

t.test('no engine, or something else in its place, is exit code 69 with address and remedy', async (t) => {
  for (const [body, code, reason] of [
    ['[]', 503, /HTTP status 503/],
    ['<html>', 200, /JSON/],
    ['{"channels":[]}', 200, /not a playout engine/],
    ['[{"channelId":1}]', 200, /not a playout engine/],
  ] as const) {
    const io = capturedIo();
    const httpAddress = await engine(t, body, code);
    t.equal(await runStatus({ httpAddress, json: false }, io), 69);
    t.match(io.printed.stderr, reason);
    t.match(io.printed.stderr, new RegExp(`http://${httpAddress} .*--http HOST:PORT\n$`));
  }
  const io = capturedIo();
  t.equal(await runStatus({ httpAddress: '127.0.0.1:1', json: true }, io), 69);
  t.match(JSON.parse(io.printed.stdout).error_message, /127\.0\.0\.1:1 .*retrovue-playout serve/);
});
