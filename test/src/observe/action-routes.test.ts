/** Interventions over HTTP: what is carried out, what is refused, and whose page may ask. */
import { once } from 'node:events';
import { request } from 'node:http';
import { type Test, test } from 'tap';
import { type ActionRoutesOptions, actionRoutes } from '../../../src/observe/action-routes.js';
import { createTelemetryServer } from '../../../src/observe/http-server.js';
import type { TakenAction } from '../../../src/observe/taken-action.js';
import { ACTION_NAMES, ACTIONS } from '../../../supervisors/engine/operations.js';
import { ALL_OPERATIONS } from '../../support/all-operations.js';
import { type InMemoryCommands, inMemoryCommands } from '../control/in-memory-commands.js';
import { sampleSnapshot, viewsOf } from './sample-snapshot.js';

const SETTINGS = {
  ...ALL_OPERATIONS,
  http: null,
  httpHosts: ['Playout.example.org'],
};
const JSON_SENT = { 'content-type': 'application/json' };
const TAKE = '/channels/7/actions/take-slate';

interface Answer {
  readonly status: number;
  readonly success: boolean;
  readonly errorMessage: string;
  readonly code?: string;
}

async function serve(
  t: Test,
  commands: InMemoryCommands,
  changes: Partial<ActionRoutesOptions['settings']> = {},
  address = { host: '127.0.0.1', port: 0 },
): Promise<number> {
  const views = viewsOf([sampleSnapshot()]);
  const settings = { ...SETTINGS, ...changes };
  const server = createTelemetryServer({
    address,
    routes: actionRoutes({ operations: commands, views, address, settings }),
    onError: (error) => t.fail(String(error)),
  });
  t.teardown(() => server.stop());
  return (await server.start()).port;
}

async function post(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = JSON_SENT,
  body = '',
): Promise<Answer> {
  // An empty name would be replaced by Node's own.
  const setHost = headers.host === undefined;
  const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers, setHost });
  asked.end(body);
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  const answer = JSON.parse(text);
  return {
    status: response.statusCode,
    success: answer.success,
    errorMessage: answer.error_message ?? answer.error,
    ...(answer.code === undefined ? {} : { code: answer.code }),
  };
}

/** What the address says beforehand that it takes. */
async function taken(
  port: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly TakenAction[]> {
  const asked = request({ host: '127.0.0.1', port, path: '/actions', headers }).end();
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return JSON.parse(text);
}

test('what is taken can be asked beforehand, as whoever asks would be answered', async (t) => {
  const port = await serve(t, inMemoryCommands());
  t.same(
    await taken(port),
    ACTION_NAMES.map((action) => ({ action, taken: true, code: null, error_message: '' })),
  );
  const renamed = await taken(port, { host: 'tv.example' });
  t.equal(renamed.length, ACTION_NAMES.length);
  for (const each of renamed)
    t.match(each, { taken: false, code: 'foreign', error_message: /operations\.http_hosts/ });
});

test('each action is carried out, whatever the body says', async (t) => {
  const commands = inMemoryCommands();
  const port = await serve(t, commands);
  for (const action of ACTION_NAMES) {
    const answer = await post(port, `/channels/7/actions/${action}`, JSON_SENT, '{"channel_id": 8}');
    t.same(answer, { status: 200, success: true, errorMessage: '' });
  }
  t.same(
    commands.calls,
    ACTION_NAMES.map((action) => [ACTIONS[action].call, { channelId: 7 }]),
  );
});

test('what the channel refuses is 409, with its words', async (t) => {
  const errorMessage = 'nothing is "on air"\u001b';
  const port = await serve(
    t,
    inMemoryCommands({ skipSegment: async () => ({ success: false, errorMessage }) }),
  );
  t.same(await post(port, '/channels/7/actions/skip-segment'), {
    ...{ status: 409, success: false, errorMessage },
    code: 'refused',
  });
});

test('no such action, no such channel, no channel id, too long a body', async (t) => {
  const commands = inMemoryCommands();
  const port = await serve(t, commands);
  for (const [path, status, words, code] of [
    ['/channels/7/actions/toString', 404, /there are take-slate, /, 'no_such_action'],
    ['/channels/7/actions/', 404, /there are take-slate, /, 'no_such_action'],
    ['/channels/9/actions/take-slate', 404, /^channel 9 is not known/, 'no_such_channel'],
    ['/channels/x%00/actions/take-slate', 400, /channel id "x%00" is not valid/, 'bad_channel_id'],
    ['/channels/4294967303/actions/take-slate', 400, /is not valid/, 'bad_channel_id'],
    ['/channels/7/actions/take-slate/', 404, /there is no such page/, undefined],
  ] as const) {
    const answer = await post(port, path);
    t.match(answer, { status, errorMessage: words });
    t.equal(answer.code, code);
  }
  t.match(await post(port, TAKE, JSON_SENT, 'x'.repeat(1025)), { status: 413, code: 'too_long' });
  t.match(await post(port, TAKE, JSON_SENT, 'x'.repeat(1_000_000)), {
    ...{ status: 413, success: false, code: 'too_long' },
    errorMessage: /longer than 1024 bytes/,
  });
  t.same(commands.calls, []);
  t.match(await post(port, TAKE, JSON_SENT, 'x'.repeat(1024)), { status: 200 });
});

test('it is not done by looking', async (t) => {
  const commands = inMemoryCommands();
  const port = await serve(t, commands);
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const asked = request({ host: '127.0.0.1', port, path: TAKE, method, headers: JSON_SENT }).end();
    const [response] = await once(asked, 'response');
    t.equal(response.statusCode, 405, method);
    t.equal(response.headers['access-control-allow-origin'], undefined);
    response.resume();
  }
  t.same(commands.calls, []);
});

test('pages of other sites cannot act through the browser of somebody who can reach the server', async (t) => {
  const commands = inMemoryCommands();
  const port = await serve(t, commands);
  const own = `127.0.0.1:${port}`;
  for (const [what, headers] of [
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form of text', { 'content-type': 'text/plain' }],
    ['a form of text that tries to be clever', { 'content-type': 'text/plain; application/json' }],
    ['nothing said', {}],
    ['something that begins like it', { 'content-type': 'application/jsonx' }],
    ['another site', { ...JSON_SENT, 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { ...JSON_SENT, 'sec-fetch-site': 'same-site' }],
    ['another origin', { ...JSON_SENT, origin: 'http://evil.example' }],
    ['another port as origin', { ...JSON_SENT, origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { ...JSON_SENT, origin: 'null' }],
    ['a name that was rebound', { ...JSON_SENT, host: `evil.example:${port}` }],
    [
      'a name that was rebound, seen from its own page',
      { ...JSON_SENT, host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['a name that ends like an allowed one', { ...JSON_SENT, host: 'x.playout.example.org' }],
    ['a name that begins like an address', { ...JSON_SENT, host: '127.0.0.1.evil.example' }],
    ['no name at all', { ...JSON_SENT, host: '' }],
  ] as const) {
    t.match(await post(port, TAKE, headers), { status: 403, success: false, code: 'foreign' }, what);
  }
  t.same(commands.calls, []);
  for (const headers of [
    { ...JSON_SENT, host: own, origin: `http://${own}`, 'sec-fetch-site': 'same-origin' },
    { ...JSON_SENT, 'sec-fetch-site': 'none' },
    { 'content-type': 'Application/JSON; charset=utf-8', host: 'localhost' },
    { ...JSON_SENT, host: '[::1]:9308' },
    { ...JSON_SENT, host: 'playout.EXAMPLE.org:443', origin: 'https://playout.EXAMPLE.org:443' },
  ]) {
    t.match(await post(port, TAKE, headers), { status: 200 }, JSON.stringify(headers));
  }
});

test('what is switched off is 403 and names the key, before anything is said of channels', async (t) => {
  const commands = inMemoryCommands();
  for (const action of ACTION_NAMES) {
    const { key, switch: name } = ACTIONS[action];
    const port = await serve(t, commands, { [name]: false });
    const path = `/channels/9/actions/${action}`;
    t.match(await post(port, path), {
      ...{ status: 403, success: false, code: 'switched_off' },
      errorMessage: `${key} is false`,
    });
    const answered = await taken(port);
    t.match(
      answered.find((each) => each.action === action),
      { code: 'switched_off', error_message: key },
    );
    t.equal(answered.filter((each) => !each.taken).length, name === 'takeSlate' ? 2 : 1);
  }
  const off = await serve(t, commands, { http: false });
  t.match(await post(off, TAKE), { status: 403, code: 'http_off', errorMessage: 'operations.http is false' });
  t.same(commands.calls, []);
});

test('an address that others can reach takes none unless it is told to', async (t) => {
  const everywhere = { host: '0.0.0.0', port: 0 };
  const commands = inMemoryCommands();
  const closed = await serve(t, commands, {}, everywhere);
  t.match(await post(closed, TAKE), {
    status: 403,
    code: 'http_off',
    errorMessage: /is not a loopback address.*operations\.http/,
  });
  for (const each of await taken(closed))
    t.match(each, { taken: false, code: 'http_off', error_message: /operations\.http/ });
  t.same(commands.calls, []);
  const open = await serve(t, commands, { http: true }, everywhere);
  t.match(await post(open, TAKE), { status: 200 });
});
