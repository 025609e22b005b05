/** Plans from an HTTP store, over real sockets: what is taken, what is tried again, what is refused and in which words. */
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { plainData } from '../../../src/plan/plain-data.js';
import { createPlanStore } from '../../../src/plan/plan-store.js';
import { planServer } from '../../support/plan-server.js';

const signal = new AbortController().signal;
const plan = { plan_id: 'p', segments: [{ asset_uri: 'a.mp4' }] };
const json = JSON.stringify(plan);
const MAX_BYTES = 16 * 1024 * 1024;

/** A store whose server answers like this; `timeoutMs` is far beyond what a test takes unless it is about time. */
async function setUp(t: Test, listener: RequestListener, timeoutMs = 60_000) {
  const server = await planServer(t);
  server.answer(listener);
  const read = createPlanStore({ urlTemplate: `${server.origin}/plans/{handle}.json`, timeoutMs }, plainData);
  return { ...server, read: (name = 'noon') => read(name, signal) };
}

/** Answers each request with the next of these statuses, then with the plan. */
function failingWith(...statuses: readonly number[]): RequestListener {
  const left = [...statuses];
  return (_, response) => {
    const status = left.shift();
    if (status === undefined) response.end(json);
    else response.writeHead(status).end('what came');
  };
}

t.test('a handle is sent percent-encoded as a whole, and the answer is the plan', async (t) => {
  const { read, requests } = await setUp(t, (_, response) => response.end(json));
  t.same(await read('kids/größe 1?#%2e'), plan);
  t.equal(requests[0]?.url, '/plans/kids%2Fgr%C3%B6%C3%9Fe%201%3F%23%252e.json');
  t.equal(requests[0]?.method, 'GET');
  await t.rejects(read('\ud800'), { code: 'refused_path', message: /is not well-formed Unicode/ });
  t.equal(requests.length, 1);
});

t.test(
  'what came is judged by its content: JSON, YAML and gzip, whatever the content type says',
  async (t) => {
    const yaml = 'plan_id: p\nsegments:\n  - asset_uri: a.mp4\n';
    for (const [body, headers] of [
      [json, { 'content-type': 'text/html' }],
      [`\ufeff\n ${json}`, {}],
      [yaml, { 'content-type': 'application/json' }],
      [gzipSync(json), { 'content-encoding': 'gzip' }],
    ] as const) {
      const { read } = await setUp(t, (_, response) => response.writeHead(200, headers).end(body));
      t.same(await read(), plan);
    }
  },
);

t.test('an HTML or XML page is told as what it is, once', async (t) => {
  for (const [page, kind] of [
    ['\n<!DOCTYPE html><html><body>Please log in</body></html>', 'HTML'],
    ['<?xml version="1.0"?>\n<html></html>', 'HTML'],
    ['<?xml version="1.0"?><error/>', 'XML'],
  ]) {
    const { read, requests, origin } = await setUp(t, (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(page),
    );
    await t.rejects(read(), {
      code: 'invalid_plan',
      message: `"${origin}/plans/noon.json" is no plan but ${kind}; a page answers in place of the store: correct plans.url_template, or the store`,
    });
    t.equal(requests.length, 1);
  }
});

t.test('a plan that the store does not have is unknown, at once', async (t) => {
  for (const status of [404, 410]) {
    const { read, requests, origin } = await setUp(t, failingWith(status));
    await t.rejects(read(), {
      code: 'unknown_plan',
      message: `"${origin}/plans/noon.json" answers ${status}: the store has no such plan; put it there or correct the handle`,
    });
    t.equal(requests.length, 1, 'no second try');
  }
});

t.test('a definite refusal is told at once, with what to do', async (t) => {
  for (const [status, words] of [
    [401, /answers 401: the store does not let the engine in; correct the user and password in plans/],
    [403, /answers 403: the store does not let the engine in/],
    [400, /answers 400, which is no plan; correct plans\.url_template, or the store$/],
    [204, /answers 204, which is no plan/],
    [304, /answers 304, which is no plan/],
  ] as const) {
    const { read, requests } = await setUp(t, failingWith(status));
    await t.rejects(read(), { code: 'unavailable', message: words });
    t.equal(requests.length, 1, `${status} is not tried again`);
  }
});

t.test('a redirect is not followed; where it leads is told without secrets', async (t) => {
  const { read, requests } = await setUp(t, (_, response) =>
    response.writeHead(302, { location: 'http://me:secret@elsewhere.example/login?token=secret' }).end(),
  );
  await t.rejects(read(), {
    code: 'unavailable',
    message:
      /answers 302, a redirect to "http:\/\/elsewhere\.example\/login\?…", and none is followed; correct plans\.url_template$/,
  });
  t.equal(requests.length, 1);
});

t.test(
  'a fault of the store that passes is not noticed; one that stays is told after three tries',
  async (t) => {
    for (const status of [500, 503, 429, 408]) {
      const passing = await setUp(t, failingWith(status, status));
      t.same(await passing.read(), plan);
      t.equal(passing.requests.length, 3);
    }
    const { read, requests, origin } = await setUp(t, failingWith(500, 502, 503));
    await t.rejects(read(), {
      code: 'unavailable',
      message: `"${origin}/plans/noon.json" answers 503, a fault of the store; look after it, then try again`,
    });
    t.equal(requests.length, 3);
  },
);

t.test('an answer that breaks off, or ends in the middle of a plan, is asked for again', async (t) => {
  const first = new Set<string>();
  const { read, requests } = await setUp(t, (request, response) => {
    const again = first.has(request.url ?? '');
    first.add(request.url ?? '');
    if (again) response.end(json);
    else if (request.url?.includes('broken')) {
      response.writeHead(200, { 'content-length': '5000' });
      response.write(json.slice(0, 10), () => response.destroy());
    } else response.writeHead(200, { etag: '"half"' }).end(json.slice(0, 10));
  });
  t.same(await read('broken'), plan);
  t.same(await read('half'), plan);
  t.same(
    requests.map(({ headers }) => headers['if-none-match']),
    [undefined, undefined, undefined, undefined],
    'half a plan is never remembered',
  );
});

t.test('a store that nobody runs is told with the reason', async (t) => {
  const read = createPlanStore(
    { urlTemplate: 'http://u:secret@127.0.0.1:2/{handle}', timeoutMs: 60_000 },
    plainData,
  );
  await t.rejects(read('noon', signal), {
    code: 'unavailable',
    message:
      /^"http:\/\/127\.0\.0\.1:2\/noon" cannot be fetched \(.*ECONNREFUSED.*\); look after the store and the way to it$/,
  });
});

t.test('a store that never answers, or never comes to an end, costs the time that was set', async (t) => {
  for (const [listener, came] of [
    [() => {}, '0'],
    [(_, response) => response.write(json.slice(0, 10)), '10'],
  ] as readonly (readonly [RequestListener, string])[]) {
    const { read, origin } = await setUp(t, listener, 1000);
    await t.rejects(read(), {
      code: 'unavailable',
      message: `"${origin}/plans/noon.json" did not hand over the plan within 1000 ms (${came} bytes came); look after the store, or raise plans.timeout_ms`,
    });
  }
});

t.test('a try that hangs leaves time for another', async (t) => {
  let asked = 0;
  const { read } = await setUp(
    t,
    (_, response) => {
      asked += 1;
      if (asked > 1) response.end(json);
    },
    2000,
  );
  t.same(await read(), plan);
  t.equal(asked, 2);
});

t.test('no more is read than a plan may have, however much is sent', async (t) => {
  let cutOff: Promise<unknown> | undefined;
  const endless = await setUp(t, (_, response) => {
    cutOff = once(response, 'close');
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20, ' ')));
    };
    response.on('drain', more);
    more();
  });
  await t.rejects(endless.read(), {
    code: 'invalid_plan',
    message: `"${endless.origin}/plans/noon.json" has more than ${MAX_BYTES} bytes, and no more are read; split the plan`,
  });
  await cutOff;
  t.equal(endless.requests.length, 1, 'and the connection is closed');

  const packed = gzipSync(Buffer.alloc(50_000_000, ' '));
  const bomb = await setUp(t, (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
  );
  await t.rejects(bomb.read(), { code: 'invalid_plan', message: /has more than 16777216 bytes/ });

  const yaml = await setUp(t, (_, response) => response.end(`plan_id: ${'x'.repeat(1 << 20)}`));
  await t.rejects(yaml.read(), {
    code: 'invalid_plan',
    message: /has 1048585 bytes, and at most 1048576 are read; store it as JSON, which may be larger$/,
  });
});

t.test('a YAML bomb from a store is refused', async (t) => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    const [name, below] = ['abcdefghi'[level], 'abcdefghi'[level - 1]];
    lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`);
  }
  const { read, requests } = await setUp(t, (_, response) => response.end(lines.join('\n')));
  await t.rejects(read(), { code: 'invalid_plan', message: /is not usable YAML: .*alias/i });
  t.equal(requests.length, 1);
});

t.test('what did not change is not sent again, per address, and what changed is', async (t) => {
  let [etag, body] = ['"1"', json];
  let sent = 0;
  const { read, requests } = await setUp(t, (request, response) => {
    if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
    sent += 1;
    return response.writeHead(200, { etag }).end(body);
  });
  t.same(await read(), plan);
  t.same(await read(), plan);
  t.equal(sent, 1);
  t.same(await read('other'), plan);
  t.equal(sent, 2);
  [etag, body] = ['"2"', JSON.stringify({ plan_id: 'q' })];
  t.same(await read(), { plan_id: 'q' });
  t.same(await read(), { plan_id: 'q' });
  t.equal(sent, 3);
  t.same(
    requests.map(({ headers }) => headers['if-none-match']),
    [undefined, '"1"', undefined, '"1"', '"2"'],
  );
});

t.test('texts beyond 16 MB together are forgotten, the oldest first', async (t) => {
  const body = `${json.slice(0, -1)},"note":"${'x'.repeat(9_000_000)}"}`;
  const { read, requests } = await setUp(t, (_, response) =>
    response.writeHead(200, { etag: '"1"' }).end(body),
  );
  await read('a');
  await read('b');
  await read('a');
  t.equal(requests[2]?.headers['if-none-match'], undefined);
});

t.test('credentials travel in a header and appear in no message', async (t) => {
  const server = await planServer(t);
  const urlTemplate = `http://me:p%40ss@${server.host}/plans?name={handle}&token=secret`;
  const read = createPlanStore({ urlTemplate, timeoutMs: 60_000 }, plainData);
  await t.rejects(read('noon', signal), {
    message: new RegExp(`^"http://${server.host}/plans\\?…" answers 404: `),
  });
  t.equal(server.requests[0]?.headers.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  t.equal(server.requests[0]?.url, '/plans?name=noon&token=secret');
});

t.test('who waits is let go at once when the signal aborts, and the request is called off', async (t) => {
  const reason = new Error('superseded');
  const controller = new AbortController();
  let calledOff: Promise<unknown> | undefined;
  const { origin, requests } = await setUp(t, (_, response) => {
    calledOff = once(response, 'close');
    controller.abort(reason);
  });
  const read = createPlanStore({ urlTemplate: `${origin}/{handle}`, timeoutMs: 60_000 }, plainData);
  await t.rejects(read('noon', controller.signal), reason);
  await calledOff;
  await t.rejects(read('noon', controller.signal), reason);
  t.equal(requests.length, 1);
});
