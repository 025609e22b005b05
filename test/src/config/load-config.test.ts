import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Test, test } from 'tap';
import type { Config } from '../../../src/config/config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { variableOf } from '../../../src/config/config-from-environment.js';
import { configKeys, openSections } from '../../../src/config/config-keys.js';
import { type ConfigSources, loadConfig } from '../../../src/config/load-config.js';

const NOTHING = { environment: {}, flags: {} };

async function fileWith(t: Test, content: string, name = 'c.yaml'): Promise<string> {
  const path = join(t.testdir(), name);
  await writeFile(path, content);
  return path;
}

async function problems(sources: Partial<ConfigSources>): Promise<readonly string[]> {
  try {
    await loadConfig({ ...NOTHING, ...sources });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('without any source the configuration is the defaults, paths absolute', async (t) => {
  const config: Config = await loadConfig(NOTHING);
  t.strictSame(config, {
    grpc: { host: '127.0.0.1', port: 50051 },
    http: { host: '127.0.0.1', port: 9308 },
    plans: { directory: resolve('plans'), urlTemplate: null, timeoutMs: 4000 },
    mediaRoots: [resolve('media')],
    ffmpeg: null,
    format: { width: 1280, height: 720, fpsNum: 30, fpsDen: 1 },
    output: { host: '127.0.0.1', consumerMaxPinnedFrames: 4, consumerStallMs: 10_000 },
    queue: { frames: 60, preparingFrames: 15, readyFrames: 30 },
    filler: { holdMs: 1000, slateMinMs: 1000 },
    slate: { image: null, channels: {} },
    decoder: {
      stallMs: 1000,
      firstFrameMs: 5000,
      maxLagMs: 1000,
      leadMs: 5000,
      probeMs: 15_000,
      nice: 10,
      backoff: { baseMs: 250, maxMs: 4000, jitter: 0.1 },
      restarts: { max: 5, windowMs: 60_000, stableMs: 10_000 },
    },
    channels: { max: 64, startTimeoutMs: 10_000, updateTimeoutMs: 5000, stoppedRetentionMs: 300_000 },
    host: { heartbeatTimeoutMs: 2000, memoryMb: 96 },
    asRun: { directory: null, maxFileMb: 16, keepFiles: 60 },
    operations: {
      takeSlate: true,
      skipSegment: true,
      restartDecoder: true,
      resetBudget: true,
      restartChannel: true,
      http: null,
      httpHosts: [],
    },
    log: { level: 'info' },
  });
});

test('config.example.yaml sets every key of the schema to its default', async (t) => {
  const example = resolve('config.example.yaml');
  t.strictSame(await loadConfig({ ...NOTHING, file: example }), await loadConfig(NOTHING));
  const lines = (await readFile(example, 'utf8')).split('\n');
  const written = new Set<string>();
  const sections: string[] = [];
  for (const line of lines) {
    const match = /^( *)([a-z_]+):/.exec(line);
    if (match === null) continue;
    sections.length = (match[1]?.length ?? 0) / 2;
    sections.push(match[2] ?? '');
    written.add(sections.join('.'));
  }
  for (const key of [...configKeys.keys(), ...openSections.keys()]) {
    t.ok(written.has(key), `${key} is in the example`);
  }
});

test('flags win over the environment, which wins over the file, which wins over the defaults', async (t) => {
  const file = await fileWith(
    t,
    'grpc: "[::1]:1"\nhttp: 127.0.0.1:1\nplans: {directory: /file}\nlog: {level: warn}\n',
  );
  const config = await loadConfig({
    file,
    environment: { RETROVUE_PLAYOUT_GRPC: '127.0.0.1:2', RETROVUE_PLAYOUT_HTTP: '127.0.0.1:2' },
    flags: { grpc: '127.0.0.1:3', mediaRoot: ['/a:b', '/c'] },
  });
  t.equal(config.grpc.port, 3);
  t.equal(config.http.port, 2);
  t.equal(config.plans.directory, '/file');
  t.equal(config.log.level, 'warn');
  t.strictSame(config.mediaRoots, ['/a:b', '/c']);
  t.equal(config.queue.frames, 60);
});

test('every key can be set through the environment', async (t) => {
  const environment = {
    RETROVUE_PLAYOUT_PLANS: '/plans',
    RETROVUE_PLAYOUT_MEDIA_ROOTS: '/a:/b c',
    RETROVUE_PLAYOUT_FORMAT: '640x360@29.97',
    RETROVUE_PLAYOUT_DECODER__BACKOFF__BASE_MS: '500',
    RETROVUE_PLAYOUT_DECODER__BACKOFF__JITTER: '0.05',
    RETROVUE_PLAYOUT_OPERATIONS__SKIP_SEGMENT: 'false',
    RETROVUE_PLAYOUT_OPERATIONS__HTTP: 'true',
    RETROVUE_PLAYOUT_LOG__LEVEL: 'debug',
  };
  const config = await loadConfig({ environment, flags: {} });
  t.equal(config.plans.directory, '/plans');
  t.strictSame(config.mediaRoots, ['/a', '/b c']);
  t.strictSame(config.format, { width: 640, height: 360, fpsNum: 30_000, fpsDen: 1001 });
  t.strictSame(config.decoder.backoff, { baseMs: 500, maxMs: 4000, jitter: 0.05 });
  t.match(config.operations, { takeSlate: true, skipSegment: false, http: true });
  t.equal(config.log.level, 'debug');
  for (const key of configKeys.keys()) {
    const variable = variableOf(key);
    t.match(
      await problems({ environment: { [variable]: '\u0007' } }),
      [new RegExp(`^environment ${variable}(\\[0\\])?: must `)],
      `${variable} is read`,
    );
  }
});

test('slates are named for the engine and per channel, by every source and key by key', async (t) => {
  const file = await fileWith(
    t,
    'slate: {image: all.png, channels: {7: "a:b/7.png", 2147483647: /max.png, "8": /file/8.png}}\n',
  );
  const environment = {
    RETROVUE_PLAYOUT_SLATE__IMAGE: '/env/all.png',
    RETROVUE_PLAYOUT_SLATE__CHANNELS__8: '/env:x/8.png',
    RETROVUE_PLAYOUT_SLATE__CHANNELS__9: '9.png',
    RETROVUE_PLAYOUT_SLATE__CHANNELS__10: '',
  };
  t.strictSame((await loadConfig({ file, environment, flags: {} })).slate, {
    image: '/env/all.png',
    channels: {
      7: resolve('a:b/7.png'),
      8: '/env:x/8.png',
      9: resolve('9.png'),
      2147483647: '/max.png',
    },
  });
  t.strictSame((await loadConfig({ ...NOTHING, file })).slate.image, resolve('all.png'));
});

test('a slate for what is no channel id, or that is no path, is refused wherever it is set', async (t) => {
  const file = await fileWith(
    t,
    [
      'slate:',
      '  image: 5',
      '  images: x.png',
      '  channels:',
      ...['0', '-1', '1.5', '2147483648', '"07"', 'seven', '"7.image"', '__proto__', '"\\u001b[2J"'].map(
        (key) => `    ${key}: a.png`,
      ),
      '    1:',
      '    2: [a.png]',
      '    3: ""',
      '    4: "a\\nb"',
    ].join('\n'),
  );
  const noId = 'is no channel id: it must be a whole number from 1 to 2147483647';
  t.strictSame(
    await problems({
      file,
      environment: {
        RETROVUE_PLAYOUT_SLATE__CHANNELS__X: 'a.png',
        RETROVUE_PLAYOUT_SLATE__CHANNELS__7: '\u0007',
        RETROVUE_PLAYOUT_SLATE__CHANNELS: '7=a.png',
        RETROVUE_PLAYOUT_SLATE__CHANNELS7: 'a.png',
      },
    }),
    [
      `file ${file}: slate.images: unknown key; did you mean slate.image?`,
      `file ${file}: slate.channels: "0" ${noId}`,
      `file ${file}: slate.channels: "2147483648" ${noId}`,
      `file ${file}: slate.channels: "-1" ${noId}`,
      `file ${file}: slate.channels: "1.5" ${noId}`,
      `file ${file}: slate.channels: "07" ${noId}`,
      `file ${file}: slate.channels: "seven" ${noId}`,
      `file ${file}: slate.channels: "7.image" ${noId}`,
      `file ${file}: slate.channels: "__proto__" ${noId}`,
      `file ${file}: slate.channels: "\\u001b[2J" ${noId}`,
      `environment RETROVUE_PLAYOUT_SLATE__CHANNELS__X: "X" ${noId}`,
      'environment RETROVUE_PLAYOUT_SLATE__CHANNELS: sets no known key; did you mean RETROVUE_PLAYOUT_SLATE__CHANNELS__ID?',
      'environment RETROVUE_PLAYOUT_SLATE__CHANNELS7: sets no known key; did you mean RETROVUE_PLAYOUT_SLATE__CHANNELS__ID?',
      `file ${file}: slate.image: must be text (is 5)`,
      `file ${file}: slate.channels.1: must be text (is empty)`,
      `file ${file}: slate.channels.2: must be text (is a list)`,
      `file ${file}: slate.channels.3: must not be empty (is "")`,
      `file ${file}: slate.channels.4: must not contain control characters (is "a\\nb")`,
      'environment RETROVUE_PLAYOUT_SLATE__CHANNELS__7: must not contain control characters (is "\\u0007")',
    ],
  );
  const twice = await fileWith(t, 'slate: {channels: {7: a.png, "7": b.png}}\n');
  t.match(await problems({ file: twice }), [/Map keys must be unique at line 1/]);
  const list = await fileWith(t, 'slate: {channels: [a.png]}\n');
  t.match(await problems({ file: list }), [/: slate\.channels: must be a section of keys \(is a list\)$/]);
});

test('ffmpeg comes from FFMPEG_BIN unless something more specific names it', async (t) => {
  const shared = { FFMPEG_BIN: '/shared/ffmpeg' };
  t.equal((await loadConfig({ environment: shared, flags: {} })).ffmpeg, '/shared/ffmpeg');
  const own = { ...shared, RETROVUE_PLAYOUT_FFMPEG: 'bin/ffmpeg' };
  t.equal((await loadConfig({ environment: own, flags: {} })).ffmpeg, resolve('bin/ffmpeg'));
  t.equal((await loadConfig({ environment: own, flags: { ffmpeg: 'ffmpeg5' } })).ffmpeg, 'ffmpeg5');
});

test('an empty variable and an empty section count as not set', async (t) => {
  const file = await fileWith(t, 'decoder:\nqueue:\n  frames: 90\n');
  const config = await loadConfig({ file, environment: { RETROVUE_PLAYOUT_FORMAT: '' }, flags: {} });
  t.equal(config.queue.frames, 90);
  t.equal(config.decoder.nice, 10);
  t.equal(config.format.width, 1280);
});

test('an empty file and a JSON file are configurations too', async (t) => {
  t.equal((await loadConfig({ ...NOTHING, file: await fileWith(t, '') })).queue.frames, 60);
  const json = await fileWith(t, '{\n\t"queue": {\n\t\t"frames": 40\n\t}\n}\n', 'c.json');
  t.equal((await loadConfig({ ...NOTHING, file: json })).queue.frames, 40);
});

test('a wrong value names its key, its origin, the limit and the value, all problems at once', async (t) => {
  const file = await fileWith(
    t,
    [
      'decoder: {backoff: {base_ms: -3}, nice: 1.5}',
      'queue: {frames: "60"}',
      'media_roots: [/ok, ""]',
      'log: {level: loud}',
      'operations: {take_slate: perhaps, http: 1, http_hosts: ["http://x"]}',
      'output: {host: "1.2.3.4:5"}',
      'host: {memory_mb: .nan}',
      'plans: 5',
      'format: [1]',
    ].join('\n'),
  );
  t.strictSame(
    await problems({ file, environment: { RETROVUE_PLAYOUT_FORMAT: '720p' }, flags: { grpc: 'x' } }),
    [
      `file ${file}: plans: must be a section of keys (is 5)`,
      `file ${file}: decoder.backoff.base_ms: must be >= 1 (is -3)`,
      `file ${file}: decoder.nice: must be a whole number (is 1.5)`,
      `file ${file}: queue.frames: must be a number (is "60")`,
      `file ${file}: media_roots[1]: must not be empty (is "")`,
      `file ${file}: log.level: must be one of trace, debug, info, warn, error, fatal, silent (is "loud")`,
      `file ${file}: operations.take_slate: must be true or false (is "perhaps")`,
      `file ${file}: operations.http: must be true, false or null (is 1)`,
      `file ${file}: operations.http_hosts[0]: must be a host name, without a port (is "http://x")`,
      `file ${file}: output.host: must be an IP address (IPv6 without brackets) or a host name, without a port (is "1.2.3.4:5")`,
      `file ${file}: host.memory_mb: must be a number (is NaN)`,
      `file ${file}: format: must be text (is a list)`,
      'environment RETROVUE_PLAYOUT_FORMAT: must be WIDTHxHEIGHT@RATE, for example 1280x720@30, 1920x1080@29.97 or 1920x1080@30000/1001 (is "720p")',
      '--grpc: must be HOST:PORT, for example 127.0.0.1:9308 or "[::1]:9308", with a port from 0 to 65535 (is "x")',
    ],
  );
});

test('a wrong value is told even where a later source overrides it', async (t) => {
  const file = await fileWith(t, 'format: wide\n');
  t.match(await problems({ file, flags: { format: '640x360@30' } }), [
    /^file .*c\.yaml: format: must be WIDTH/,
  ]);
});

test('a hostile value is escaped and cut short', async (t) => {
  const [problem = ''] = await problems({ flags: { format: `\u001b[2J\n\u202e${'x'.repeat(5000)}` } });
  t.notMatch(problem, /[\p{Cc}\p{Cf}]/u);
  t.ok(problem.length < 300, 'one line of bounded length');
});

test('an unknown key is refused and the nearest known one suggested', async (t) => {
  const file = await fileWith(
    t,
    [
      'decoder: {backof: {base_ms: 1}, backoff: {baseMs: 1}, max: 3}',
      'base_ms: 3',
      'zzz: 1',
      '"a\\nb": 1',
      '__proto__: {x: 1}',
      'queue: {constructor: 1}',
    ].join('\n'),
  );
  const found = await problems({ file });
  t.match(found, [
    /: decoder\.backof: unknown key; did you mean decoder\.backoff\?$/,
    /: decoder\.backoff\.baseMs: unknown key; did you mean decoder\.backoff\.base_ms\?$/,
    /: decoder\.max: unknown key; did you mean decoder\.restarts\.max\?$/,
    /: base_ms: unknown key; did you mean decoder\.backoff\.base_ms\?$/,
    /: zzz: unknown key; known here: grpc, http, plans, /,
    /: "a\\nb": unknown key; /,
    /: __proto__: unknown key; /,
    /: queue\.constructor: unknown key; known here: frames, preparing_frames, ready_frames$/,
  ]);
  t.equal(found.length, 8);
});

test('an unknown variable of ours is refused, others and service links are none of our business', async (t) => {
  const environment = {
    RETROVUE_PLAYOUT_QUEUE_FRAMES: '3',
    RETROVUE_PLAYOUT_SERVICE_HOST: '10.0.0.1',
    RETROVUE_PLAYOUT_PORT: 'tcp://10.0.0.1:50051',
    RETROVUE_PLAYOUT_PORT_50051_TCP_ADDR: '10.0.0.1',
    RETROVUE_OTHER: 'x',
  };
  t.strictSame(await problems({ environment }), [
    'environment RETROVUE_PLAYOUT_QUEUE_FRAMES: sets no known key; did you mean RETROVUE_PLAYOUT_QUEUE__FRAMES?',
  ]);
});

test('a file that cannot be used says why and where', async (t) => {
  const missing = join(t.testdir(), 'none.yaml');
  t.match(await problems({ file: missing }), [/^file .*none\.yaml: cannot be read \(ENOENT.*--config$/]);
  t.match(await problems({ file: t.testdir() }), [/cannot be read \(EISDIR/]);
  const brackets = await fileWith(t, 'http: [::1]:9308\n');
  t.match(await problems({ file: brackets }), [
    /is not valid YAML or JSON: .* at line 1, column 12 \(quote values/,
  ]);
  const twice = await fileWith(t, '{"grpc": "a:1", "grpc": "b:1"}', 'c.json');
  t.match(await problems({ file: twice }), [/is not valid YAML or JSON: Map keys must be unique at line 1/]);
  const list = await fileWith(t, '- 1\n');
  t.match(await problems({ file: list }), [/c\.yaml: must be a section of keys \(is a list\)$/]);
});

test('a backoff that could never spend the budget is refused with the arithmetic', async (t) => {
  const file = await fileWith(t, 'decoder: {restarts: {window_ms: 8125}}\n');
  t.strictSame(await problems({ file }), [
    `file ${file}: decoder.restarts.window_ms: must be longer than its restarts can take: ` +
      '5 restarts wait 275 + 550 + 1100 + 2200 + 4000 = 8125 ms, the window is 8125 ms, so the budget could never be ' +
      'spent; raise decoder.restarts.window_ms above 8125, or lower decoder.restarts.max, decoder.backoff.base_ms or ' +
      'decoder.backoff.max_ms',
  ]);
  const enough = await fileWith(t, 'decoder: {restarts: {window_ms: 8126}}\n');
  t.strictSame(await problems({ file: enough }), []);
});

test('a pool in which consumers could keep a plan swap from its frames is refused', async (t) => {
  const file = await fileWith(t, 'queue: {preparing_frames: 13}\n');
  t.match(await problems({ file }), [/queue\.preparing_frames: must be >= 10 \+ .* \(13 < 14\)/]);
  const enough = await fileWith(t, 'queue: {preparing_frames: 14}\n');
  t.strictSame(await problems({ file: enough }), []);
});

test('a rule between keys names every place that had a part in breaking it', async (t) => {
  const file = await fileWith(t, 'queue: {ready_frames: 61}\n');
  t.strictSame(await problems({ file }), [
    `file ${file}: queue.ready_frames: must be <= queue.frames (61 > 60), or no channel could become ready`,
  ]);
  t.match(await problems({ file, environment: { RETROVUE_PLAYOUT_QUEUE__FRAMES: '50' } }), [
    /queue\.ready_frames: must be <= .* \(see also environment RETROVUE_PLAYOUT_QUEUE__FRAMES\)$/,
  ]);
  t.match(await problems({ environment: { RETROVUE_PLAYOUT_QUEUE__FRAMES: '20' } }), [
    /^environment RETROVUE_PLAYOUT_QUEUE__FRAMES: queue\.ready_frames: must be <= queue\.frames \(30 > 20\)/,
  ]);
});

test('a plan store that could not be asked is refused, its credentials unsaid', async (t) => {
  const template = (urlTemplate: string, timeoutMs = 4000) =>
    fileWith(t, `plans: {url_template: '${urlTemplate}', timeout_ms: ${timeoutMs}}\n`);
  const file = await template('https://me:secret@store.example/{handle}.json');
  t.equal(
    (await loadConfig({ ...NOTHING, file })).plans.urlTemplate,
    'https://me:secret@store.example/{handle}.json',
  );
  t.strictSame(await problems({ file: await template('https://me:s@cret@store.example/plans') }), [
    `file ${file}: plans.url_template: must contain {handle}, which each plan's handle takes the place of (is "https://…@store.example/plans")`,
  ]);
  t.strictSame(await problems({ file: await template('http://store.example/{handle}', 5000) }), [
    `file ${file}: plans.timeout_ms: must be < channels.update_timeout_ms (5000 >= 5000), or UpdatePlan would be given up before the store is (see also file ${file}: plans.url_template)`,
  ]);
  const unused = await fileWith(t, 'plans: {timeout_ms: 5000}\n');
  t.strictSame(await problems({ file: unused }), [], 'without a store its time does not matter');
});
