import { EventEmitter, once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Test, test } from 'tap';
import { createTelemetryServer, type TelemetryServerOptions } from '../../../src/observe/http-server.js';
import { createMetrics } from '../../../src/observe/metrics.js';
import type { PageStream } from '../../../src/observe/page.js';
import type { Route } from '../../../src/observe/routes.js';
import { type PageSources, telemetryRoutes } from '../../../src/observe/telemetry-pages.js';
import { TelemetryServerError } from '../../../src/observe/telemetry-server-error.js';
import { serverOn } from '../../support/listeners.js';
import { sightsOf } from '../control/sights.js';
import { SAMPLE_BUILD, sampleSnapshot, viewsOf } from './sample-snapshot.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function options(
  changes: Partial<TelemetryServerOptions & Pick<PageSources, 'ready'>> = {},
  more: readonly Route[] = [],
): TelemetryServerOptions {
  const sights = sightsOf([
    sampleSnapshot({ channelId: 1 }),
    sampleSnapshot({ channelId: 2, state: 'stopped' }),
  ]);
  const { views } = sights;
  const { ready = () => ({ ok: true, reason: '' }), ...rest } = changes;
  const metrics = createMetrics({ views, build: SAMPLE_BUILD, processes: () => undefined });
  return {
    routes: [...telemetryRoutes({ ...sights, metrics, ready }), ...more],
    address: { host: '127.0.0.1', port: 0 },
    onError: (error, during) => {
      throw new Error(`unexpected error during ${during}`, { cause: error });
    },
    ...rest,
  };
}

async function serve(t: Test, ...args: Parameters<typeof options>): Promise<number> {
  const server = createTelemetryServer(options(...args));
  t.teardown(() => server.stop());
  return (await server.start()).port;
}

async function ask(port: number, path: string, method = 'GET', agent?: Agent): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port, path, method, ...(agent && { agent }) });
  asked.end();
  const [response] = await once(asked, 'response');
  response.setEncoding('utf8');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode, headers: response.headers, body };
}

async function post(port: number, path: string, body: string, headers = {}): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers }).end(body);
  const [response] = await once(asked, 'response');
  let answer = '';
  for await (const part of response.setEncoding('utf8')) answer += part;
  return { status: response.statusCode, headers: response.headers, body: answer };
}

/** A server with so many open streams at /stream that nothing is written to. */
async function streamsOf(t: Test, count: number): Promise<{ port: number; sockets: Socket[] }> {
  const quiet = { onRoom: () => {}, onEnd: () => {} };
  const answer = () => ({ contentType: 'text/event-stream', open: () => quiet });
  const port = await serve(t, {}, [{ method: 'GET', path: '/stream', answer }]);
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened++) {
    const socket = connect(port, '127.0.0.1');
    t.teardown(() => socket.destroy());
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    sockets.push(socket);
  }
  return { port, sockets };
}

async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.write(bytes);
  let answer = '';
  for await (const part of socket) answer += part;
  return answer;
}

/** Whether it ends well or with a reset makes no difference here. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket
      .on('error', () => {})
      .on('close', () => resolve())
      .resume();
  });
}

test('/metrics is served as Prometheus expects it', async (t) => {
  const { status, headers, body } = await ask(await serve(t), '/metrics?name%5B%5D=x');
  t.equal(status, 200);
  t.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  t.match(body, 'retrovue_playout_channel_state{channel="1"} 2\n');
  t.ok(body.endsWith('\n'));
});

test('/healthz is ok while the loop lives', async (t) => {
  t.match(await ask(await serve(t), '/healthz'), { status: 200, body: 'ok\n' });
});

test('/readyz says whether calls are taken, and if not, why', async (t) => {
  let ready = { ok: false, reason: 'the control server is restarting' };
  const port = await serve(t, { ready: () => ready });
  t.match(await ask(port, '/readyz'), { status: 503, body: 'not ready: the control server is restarting\n' });
  ready = { ok: true, reason: '' };
  t.match(await ask(port, '/readyz'), { status: 200, body: 'ok\n' });
});

test('/channels and /channels/{id} are the snapshots', async (t) => {
  const port = await serve(t);
  const list = await ask(port, '/channels');
  t.equal(list.status, 200);
  t.equal(list.headers['content-type'], 'application/json; charset=utf-8');
  const shown = [sampleSnapshot({ channelId: 1 }), sampleSnapshot({ channelId: 2, state: 'stopped' })];
  t.strictSame(JSON.parse(list.body), viewsOf(shown).snapshots());
  const one = await ask(port, '/channels/2');
  t.equal(one.status, 200);
  t.equal(JSON.parse(one.body).channelId, 2);
});

test('an unknown channel is a 404 that says so, an id that is none a 400', async (t) => {
  const port = await serve(t);
  const unknown = await ask(port, '/channels/2147483647');
  t.equal(unknown.status, 404);
  t.match(JSON.parse(unknown.body).error, /^channel 2147483647 is not known: /);
  for (const id of ['', '0', '-1', '01', '1.0', '1e1', 'abc', '2147483648', '99999999999', '%31', '1%00']) {
    const { status, body } = await ask(port, `/channels/${id}`);
    t.equal(status, 400, id);
    t.equal(
      JSON.parse(body).error,
      `channel id "${id}" is not valid: write a whole number from 1 to 2147483647`,
      id,
    );
  }
});

test('what a request says comes back escaped and cut short, or not at all', async (t) => {
  const port = await serve(t);
  const { status, headers, body } = await ask(port, `/channels/<script>"\\${'x'.repeat(500)}`);
  t.equal(status, 400);
  t.equal(headers['content-type'], 'application/json; charset=utf-8');
  const shown = `"<script>\\"\\\\${'x'.repeat(70)}…"`;
  t.equal(
    JSON.parse(body).error,
    `channel id ${shown} is not valid: write a whole number from 1 to 2147483647`,
  );
  t.notMatch((await ask(port, '/secret-path')).body, /secret-path/);
});

test('an unknown path is a 404 that lists what there is', async (t) => {
  const { status, body } = await ask(await serve(t), '/');
  t.equal(status, 404);
  t.match(JSON.parse(body).error, '/metrics, /healthz, /readyz, /channels, /channels/{id}');
});

test('a page that is only shown takes GET and HEAD', async (t) => {
  const port = await serve(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
    const { status, headers } = await ask(port, '/metrics', method);
    t.equal(status, 405, method);
    t.equal(headers.allow, 'GET, HEAD');
  }
  const head = await ask(port, '/channels', 'HEAD');
  t.match(head, { status: 200, body: '' });
  t.equal(head.headers['content-length'], (await ask(port, '/channels')).headers['content-length']);
});

test('a route answers a POST with its body and parameters, as late and in whatever type it likes', async (t) => {
  const port = await serve(t, {}, [
    {
      method: 'POST',
      path: '/channels/{id}/actions/{name}',
      answer: async ({ params, query, body }) => {
        await new Promise(setImmediate);
        return {
          status: 201,
          contentType: 'image/x-test',
          headers: { 'content-security-policy': "default-src 'self'" },
          body: Buffer.from([...Buffer.from(`${params.id} ${params.name} ${query.get('a')} ${body}`), 0x7f]),
        };
      },
    },
  ]);
  const path = '/channels/7/actions/skip';
  t.match(await ask(port, path), { status: 405, headers: { allow: 'POST' } });
  const answer = await post(port, `${path}?a=b`, 'hello');
  t.match(answer, {
    status: 201,
    headers: { 'content-type': 'image/x-test', 'content-security-policy': "default-src 'self'" },
    body: '7 skip b hello\x7f',
  });
  const longest = 'x'.repeat(1024);
  t.match(await post(port, path, longest), { body: `7 skip null ${longest}\x7f` });
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    t.match(await post(port, path, `${longest}x`, headers), {
      body: '7 skip null too_long\x7f',
      headers: { connection: 'close' },
    });
  }
});

test('a stream outlives its answer, says when it is full and when there is room, and ends from either side', async (t) => {
  const streams: { out: PageStream; room: EventEmitter }[] = [];
  const port = await serve(t, {}, [
    {
      method: 'GET',
      path: '/stream',
      answer: () => ({
        contentType: 'text/event-stream',
        open(out) {
          const room = new EventEmitter();
          streams.push({ out, room });
          return { onRoom: () => room.emit('room'), onEnd: () => room.emit('end') };
        },
      }),
    },
  ]);
  t.match(await ask(port, '/stream', 'HEAD'), { status: 200, body: '' });
  t.equal(streams.length, 0, 'HEAD opens none');

  const asked = request({ host: '127.0.0.1', port, path: '/stream' }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const [first] = streams;
  if (first === undefined) throw new Error('no stream was opened');
  t.ok(first.out.write('one ', Buffer.from('message')));
  const [bytes] = await once(response, 'data');
  t.equal(String(bytes), 'one ');
  response.pause();
  const chunk = Buffer.alloc(1024 * 1024);
  let written = 0;
  while (first.out.write(chunk)) written++;
  t.ok(written < 100, `a client that does not read fills it: ${written} MiB`);
  const room = once(first.room, 'room');
  response.resume();
  await room;
  const over = once(response, 'end');
  first.out.end();
  await over;

  const second = request({ host: '127.0.0.1', port, path: '/stream' }).end();
  await once(second, 'response');
  const gone = once(streams[1]?.room ?? new EventEmitter(), 'end');
  second.on('error', () => {}).destroy();
  await gone;
  t.equal(streams[1]?.out.write('late'), false);
});

test('a stream that cannot be opened is cut off and reported, and nothing else ends', async (t) => {
  const errors: string[] = [];
  const open = () => {
    throw new Error('secret detail');
  };
  const port = await serve(
    t,
    { onError: (error, during) => errors.push(`${during}: ${(error as Error).message}`) },
    [{ method: 'GET', path: '/stream', answer: () => ({ contentType: 'text/event-stream', open }) }],
  );
  await t.rejects(ask(port, '/stream?a=b'), { code: 'ECONNRESET' });
  t.strictSame(errors, ['/stream: secret detail']);
  t.equal((await ask(port, '/healthz')).status, 200);
});

test('streams are bounded, and leave room for plain requests', async (t) => {
  const { port, sockets } = await streamsOf(t, 256);
  const refused = await ask(port, '/stream');
  t.equal(refused.status, 503);
  t.match(JSON.parse(refused.body).error, /^256 streams are open/);
  t.match(await ask(port, '/healthz'), { status: 200 });
  const gone = sockets.slice(0, 1).map(closeOf);
  sockets[0]?.destroy();
  await Promise.all(gone);
  for (;;) {
    const asked = request({ host: '127.0.0.1', port, path: '/stream' }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    asked.on('error', () => {}).destroy();
    if (response.statusCode === 200) return t.pass('and there is room again once one ends');
  }
});

test('a request after a stream on its connection ends the connection', async (t) => {
  const { sockets } = await streamsOf(t, 1);
  const [socket] = sockets;
  if (socket === undefined) throw new Error('no stream');
  const gone = closeOf(socket);
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await gone;
});

test('every answer forbids guessing its type, keeping it, and running anything', async (t) => {
  const port = await serve(t);
  for (const path of ['/metrics', '/healthz', '/channels', '/channels/x', '/nothing']) {
    t.match((await ask(port, path)).headers, {
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  }
});

test('a long address and long headers are refused', async (t) => {
  const port = await serve(t);
  t.equal((await ask(port, `/metrics?${'x'.repeat(1100)}`)).status, 414);
  t.match(await raw(port, `GET /metrics HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  t.match(await raw(port, 'garbage\r\n\r\n'), /^HTTP\/1\.1 400 /);
  t.equal((await ask(port, '/healthz')).status, 200, 'and the next one is served');
});

test('however many connections are held open and say nothing, a request is answered; the oldest of them go', async (t) => {
  const port = await serve(t);
  const crowd: Socket[] = [];
  const gone: Promise<void>[] = [];
  for (let count = 0; count < 1100; count++) {
    const socket = connect(port, '127.0.0.1');
    gone.push(closeOf(socket));
    await once(socket, 'connect');
    socket.write('GET /metrics HTTP/1.1\r\nHost: slow');
    crowd.push(socket);
  }
  t.teardown(() => {
    for (const socket of crowd) socket.destroy();
  });
  t.match(await ask(port, '/healthz'), { status: 200 });
  await gone[0];
  const newest = crowd.at(-1);
  if (newest === undefined) throw new Error('no crowd');
  let answer = '';
  newest.setEncoding('latin1').on('data', (text) => {
    answer += text;
  });
  newest.write('er\r\nConnection: close\r\n\r\n');
  await once(newest, 'end');
  t.match(answer, /^HTTP\/1\.1 200 /, 'the youngest is served once it has said what it wants');
});

test('pipelined requests are answered in order', async (t) => {
  const port = await serve(t);
  const one = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  const last = 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const answer = await raw(port, one.repeat(500) + last);
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
  t.strictSame(statuses, [...Array(500).fill('200'), '404']);
});

test('a source that throws costs one answer, is reported, and reveals nothing', async (t) => {
  const errors: string[] = [];
  const port = await serve(t, {
    ready: () => {
      throw new Error('secret detail');
    },
    onError: (error, during) => errors.push(`${during}: ${(error as Error).message}`),
  });
  const { status, body } = await ask(port, '/readyz');
  t.equal(status, 500);
  t.notMatch(body, /secret/);
  t.strictSame(errors, ['/readyz: secret detail']);
  t.equal((await ask(port, '/healthz')).status, 200);
});

test('an address in use is an error that names it and the remedy, and a later start succeeds', async (t) => {
  const first = createTelemetryServer(options());
  t.teardown(() => first.stop());
  const { port } = await first.start();
  const second = createTelemetryServer(options({ address: { host: '127.0.0.1', port } }));
  t.teardown(() => second.stop());
  const error = await second.start().catch((caught: unknown) => caught);
  t.type(error, TelemetryServerError);
  t.match(error, {
    code: 'address_in_use',
    message: new RegExp(`127\\.0\\.0\\.1:${port} is in use: .*--http`),
  });
  await first.stop();
  t.match(await second.start(), { port });
  t.equal((await ask(port, '/healthz')).status, 200);
});

test('an address that is not of this machine is refused with a reason', async (t) => {
  const server = createTelemetryServer(options({ address: { host: '203.0.113.1', port: 9308 } }));
  await t.rejects(server.start(), {
    code: 'address_refused',
    message: /^HTTP address 203\.0\.113\.1:9308 cannot be listened on: .*--http/,
  });
});

test('a stop ends kept, silent and half-open connections, and the port is free at once', async (t) => {
  const server = createTelemetryServer(options());
  t.teardown(() => server.stop());
  const { port } = await server.start();
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await ask(port, '/healthz', 'GET', agent);
  const silent = connect(port, '127.0.0.1');
  const halfway = connect(port, '127.0.0.1');
  await Promise.all([once(silent, 'connect'), once(halfway, 'connect')]);
  halfway.write('GET /metrics HTTP/1.1\r\nHost:');
  const ended = [silent, halfway].map(closeOf);
  await Promise.all([server.stop(), server.stop()]);
  await Promise.all(ended);
  await t.rejects(ask(port, '/healthz'), { code: 'ECONNREFUSED' });
  t.ok((await server.start()).port > 0, 'and it can be started again');
});

test('a stop during the start leaves nothing listening', async (t) => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const server = createTelemetryServer(options({ address: { host, port: 0 } }));
    const starting = server.start();
    const refused = t.rejects(starting, { message: /stopped before it listened/ });
    await server.stop();
    await refused;
    const { port } = await server.start();
    t.ok(port > 0, 'and it can be started again');
    await server.stop();
  }
});

test('a listener that is lost is told once every connection has ended, and it comes back on its port', async (t) => {
  const server = createTelemetryServer(options());
  t.teardown(() => server.stop());
  const { port, failed } = await server.start();
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await ask(port, '/healthz', 'GET', agent);
  const half = connect(port, '127.0.0.1');
  half.write('GET /healthz HT');
  const ended = closeOf(half);
  serverOn(port).close();
  t.match((await failed).message, `the listener on 127.0.0.1:${port} was closed, though nobody asked`);
  await ended;
  t.match(await server.start(), { port });
  t.match(await ask(port, '/healthz', 'GET', agent), { status: 200 });
});
