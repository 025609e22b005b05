/** The command line, as people and scripts use it: against a running engine, and against none. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import tap, { test } from 'tap';
import { isFree, processesNaming } from '../support/engine-asserts.js';
import { cleanEnvironment, runCli } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { BYSTANDER, openStation } from '../support/station.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';

const ffmpeg = await testFfmpeg();
const station = await openStation(tap);
const { engine, bystanderPort } = station;

const grpc = ['--grpc', engine.grpc];
const http = ['--http', engine.http];
/** Nobody listens there. */
const NOBODY = '127.0.0.1:2';

test('start, update, status and stop take a channel through its life', async (t) => {
  await station.writePlan('noon', { loop: true, segments: [{ asset_uri: 'bystander.mp4' }] });
  const started = await runCli(['start', '7', 'bystander', ...grpc]);
  t.equal(started.code, 0);
  const port = Number(
    /^channel 7 is on air with plan "bystander" on port (\d+)\n$/.exec(started.stdout)?.[1],
  );
  const renderer = connectY4m(port);
  t.equal((await renderer.frames(2)).length, 2);
  renderer.close();

  t.match(await runCli(['update', '7', 'noon', ...grpc]), {
    code: 0,
    stdout: 'channel 7 has taken plan "noon": on air now, or from its start time on\n',
    stderr: '',
  });
  const status = await runCli(['status', ...http]);
  t.equal(status.code, 0);
  const [header, ...rows] = status.stdout.trimEnd().split('\n');
  t.match(header, /^CHANNEL +STATE +AIRING +ON AIR +QUEUE +BUDGET +CONSUMERS +PORT +WHY$/);
  t.match(rows[0], new RegExp(`^7 +ready +content +bystander.mp4 +\\d+/\\d+ +0 of 5 +\\d+ +${port}$`));
  t.match(rows[1], new RegExp(`^${BYSTANDER} +ready +content +bystander.mp4 .* ${bystanderPort}$`));

  t.match(await runCli(['stop', '7', ...grpc]), { code: 0, stdout: 'channel 7 is stopped\n', stderr: '' });
  t.match((await runCli(['status', ...http])).stdout, /^7 +stopped +- +- /m);
  t.equal(await isFree(port), true);
});

test('--json answers with one line of JSON, whatever the answer is', async (t) => {
  const answer = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli([...args, '--json']);
    t.equal(stderr, '');
    t.equal(stdout.trimEnd().split('\n').length, 1);
    return { code, ...JSON.parse(stdout) };
  };
  const done = { channel_id: 8, success: true, error_message: '' };
  t.match(await answer('start', '8', 'bystander', ...grpc), { code: 0, ...done, port: Number });
  t.match(await answer('start', '8', 'mock', ...grpc), {
    code: 1,
    success: false,
    error_message: /channel_id 8 is already on air with plan "bystander"/,
  });
  t.match(await answer('update', '8', 'nowhere', ...grpc), {
    code: 1,
    success: false,
    error_message: /there is no "nowhere.json"/,
  });
  t.match(await answer('stop', '8', ...grpc), { code: 0, ...done });
  t.match(await answer('stop', '8', '--grpc', NOBODY), {
    code: 69,
    success: false,
    error_message: /no playout engine answers at 127\.0\.0\.1:2 /,
  });
  const { code, stdout } = await runCli(['status', '--json', ...http]);
  t.equal(code, 0);
  t.match(JSON.parse(stdout), [
    { channelId: 7 },
    { channelId: 8, state: 'stopped' },
    { channelId: BYSTANDER },
  ]);
});

test('what the engine refuses ends with exit code 1 and its reason, safe for a terminal', async (t) => {
  const refused = async (args: string[], says: string | RegExp) => {
    const { code, stdout, stderr } = await runCli([...args, ...grpc]);
    t.equal(code, 1);
    t.equal(stdout, '');
    t.match(stderr, says);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is asserted
    t.match(stderr, /^[^\x00-\x1f\x7f]+\n$/, 'one line');
  };
  await refused(['start', '0', 'mock'], 'channel 0 was not started: channel_id: 0 is not a channel');
  await refused(['start', '-1', 'mock'], 'channel -1 was not started: channel_id: -1 is not a channel');
  await refused(['start', '9', 'mock', '--port', '70000'], 'port: 70000 is not a TCP port');
  await refused(
    ['start', '9', 'mock', '--port', `${bystanderPort}`],
    `port ${bystanderPort} on 127.0.0.1 is taken`,
  );
  await refused(
    ['start', '9', 'a\u001b[31m"b'],
    'channel 9 was not started: plan_handle "a\\u001b[31m\\"b": contains',
  );
  await refused(
    ['update', '77', 'mock'],
    'the plan of channel 77 was not changed: channel_id 77 is not on air',
  );
  await refused(['stop', '0'], 'channel 0 did not stop cleanly: channel_id: 0 is not a channel');
  await refused(['start', '4294967297', 'mock'], 'channel_id: 4294967297 is not a whole number of 32 bits');
  t.match(await runCli(['stop', '9', ...grpc]), { code: 0 });
});

test('stop of an unknown channel succeeds and makes no series', async (t) => {
  t.match(await runCli(['stop', '78', ...grpc]), { code: 0, stdout: 'channel 78 is stopped\n' });
  t.notMatch(await engine.metrics(), 'channel="78"');
});

test('without an engine every command says so, how to start one, and ends with exit code 69', async (t) => {
  for (const [args, flag] of [
    [['start', '1', 'mock'], '--grpc'],
    [['update', '1', 'mock'], '--grpc'],
    [['stop', '1'], '--grpc'],
    [['reset-budget', '1'], '--grpc'],
    [['slate', '1'], '--grpc'],
    [['return', '1'], '--grpc'],
    [['skip', '1'], '--grpc'],
    [['restart-decoder', '1'], '--grpc'],
    [['restart-channel', '1'], '--grpc'],
    [['status'], '--http'],
    [['status', '1'], '--http'],
    [['tree'], '--http'],
    [['watch'], '--http'],
  ] as const) {
    const { code, stdout, stderr } = await runCli([...args, flag, NOBODY]);
    t.equal(code, 69);
    t.equal(stdout, '');
    t.match(stderr, /no playout engine answers at (http:\/\/)?127\.0\.0\.1:2 \(.*ECONNREFUSED/);
    t.match(stderr, `start it with "retrovue-playout serve", or name its address with ${flag} HOST:PORT`);
  }
});

test('health is an exit code, for probes', async (t) => {
  const silence = { code: 0, stdout: '', stderr: '' };
  t.same(await runCli(['health', ...http]), silence);
  t.same(await runCli(['health', '--ready', ...http]), silence);
  t.match(await runCli(['health', '--http', '127.0.0.1:2']), {
    code: 69,
    stdout: '',
    stderr: /^no playout engine answers at http:\/\/127\.0\.0\.1:2 \(.*ECONNREFUSED/,
  });
  t.same(await runCli(['health', '--json', ...http]), { ...silence, stdout: '{"error_message":""}\n' });
  const none = await runCli(['health', '--json', '--http', '127.0.0.1:2']);
  t.match(none, { code: 69, stderr: '' });
  t.match(JSON.parse(none.stdout), { error_message: /ECONNREFUSED/ });
});

test('an engine that takes no calls says why', async (t) => {
  const busy = createServer((_, response) => {
    response.writeHead(503).end('not ready: the control server is restarting');
  });
  t.teardown(() => busy.close());
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const { port } = busy.address() as AddressInfo;
  t.match(await runCli(['health', '--ready', '--http', `127.0.0.1:${port}`]), {
    code: 1,
    stderr: /\/readyz answers with status 503: not ready: the control server is restarting\n$/,
  });
});

test('something else that answers HTTP is not taken for an engine', async (t) => {
  const { code, stderr } = await runCli(['status', '--http', engine.grpc]);
  t.equal(code, 69);
  t.match(stderr, `no playout engine answers at http://${engine.grpc}`);
});

test('what cannot be understood is answered with what can', async (t) => {
  for (const [args, says] of [
    [['serve', '--prot', '9'], "unknown option '--prot'"],
    [['start', '1'], "missing required argument 'handle'"],
    [['start', 'one', 'mock'], "'one' is invalid for argument 'id'. must be a whole number"],
    [['start', '1', 'mock', '--port', '9e3'], "'9e3' is invalid. must be a whole number"],
    [['restart', '1'], "unknown command 'restart'"],
  ] as const) {
    const { code, stdout, stderr } = await runCli(args);
    t.equal(code, 1);
    t.equal(stdout, '');
    t.match(stderr, says);
    t.match(stderr, 'Usage: retrovue-playout');
  }
});

test('--version is the version of the package, and --help names every command', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  t.match(await runCli(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  const { code, stdout } = await runCli(['--help']);
  t.equal(code, 0);
  for (const command of [
    'serve',
    'start',
    'update',
    'preview',
    'switch',
    'stop',
    'slate',
    'return',
    'skip',
    'restart-decoder',
    'reset-budget',
    'restart-channel',
    'status',
    'tree',
    'watch',
    'demo',
  ]) {
    t.match(stdout, new RegExp(`^  ${command} `, 'm'));
  }
});

test('demo airs the test pattern, shows its state, and ends cleanly on Ctrl-C', async (t) => {
  const temp = path.join(tempDir(t), 'temp');
  mkdirSync(temp);
  const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
  const demo = spawn(process.execPath, [main, 'demo', '--port', '0'], {
    env: cleanEnvironment({
      TMPDIR: temp,
      FFMPEG_BIN: ffmpeg.path,
      RETROVUE_PLAYOUT_GRPC: '127.0.0.1:0',
      RETROVUE_PLAYOUT_HTTP: '127.0.0.1:0',
      RETROVUE_PLAYOUT_FORMAT: '320x180@30',
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(demo, 'close');
  t.teardown(() => demo.kill('SIGKILL'));
  const lines: string[] = [];
  for await (const line of createInterface({ input: demo.stdout })) {
    lines.push(line);
    if (line.startsWith('READY')) break;
  }
  t.match(lines[0], /^Channel 1 is on air \(ffmpeg \S+/);
  t.match(lines.at(-1), /^READY {2}\| {2}aired \d+ frames {2}\| {2}queue \d+\/60 {2}\| {2}late ticks \d+ /);
  const port = Number(/ffplay tcp:\/\/127\.0\.0\.1:(\d+)$/m.exec(lines.join('\n'))?.[1]);
  const renderer = connectY4m(port);
  const frames = await renderer.frames(2);
  renderer.close();
  t.notOk(frames[0]?.planes.equals(frames[1]?.planes as Buffer), 'the pattern moves');
  demo.stdout.resume();
  demo.kill('SIGINT');
  t.same(await closed, [0, null]);
  t.same(processesNaming(temp), []);
  t.same(readdirSync(temp), []);
  t.equal(await isFree(port), true);
});

test('the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
