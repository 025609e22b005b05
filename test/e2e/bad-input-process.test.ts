/** Engines that cannot start or are told to stop at a bad moment: they say why, and leave nothing behind. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tap, { type Test, test } from 'tap';
import { endsClean, processesNaming, serverPorts } from '../support/engine-asserts.js';
import { runCli, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { processesNaming as commandsNaming } from '../support/processes.js';
import { openStation } from '../support/station.js';
import { tempDir } from '../support/temp-dir.js';

const ffmpeg = await testFfmpeg();
const station = await openStation(tap);
const { engine } = station;

/** Runs `serve`, which is expected to give up by itself, and asserts that nothing of it stays. */
async function serveInVain(
  t: Test,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stderr: string; stdout: string }> {
  const folder = tempDir(t);
  const temp = path.join(folder, 'temp');
  mkdirSync(temp);
  const defaults = [
    '--grpc',
    '127.0.0.1:0',
    '--http',
    '127.0.0.1:0',
    '--plans',
    folder,
    '--media-root',
    folder,
  ];
  const given = args.includes('--ffmpeg') ? args : [...args, '--ffmpeg', ffmpeg.path];
  const result = await runCli(['serve', ...defaults, ...given], { TMPDIR: temp, ...environment });
  t.same(processesNaming(folder), [], 'no process is left');
  t.same(readdirSync(temp), [], 'nor a file');
  t.notMatch(result.stderr, /^\s+at /m, 'words, no stack trace');
  return result;
}

test('a second engine on the same gRPC address says so and ends with exit code 1', async (t) => {
  const { code, stderr } = await serveInVain(t, ['--grpc', engine.grpc]);
  t.equal(code, 1);
  t.match(stderr, `gRPC address ${engine.grpc} is in use: another program, perhaps a second engine`);
  t.match(stderr, 'choose another address with --grpc HOST:PORT');
});

test('a second engine on the same HTTP address says so and ends with exit code 1', async (t) => {
  const { code, stderr } = await serveInVain(t, ['--http', engine.http]);
  t.equal(code, 1);
  t.match(stderr, `HTTP address ${engine.http} is in use: another program, perhaps a second engine`);
  t.match(stderr, 'choose another address with --http HOST:PORT');
});

test("an address that is not this machine's is refused with exit code 1", async (t) => {
  for (const [flag, name] of [
    ['--grpc', 'gRPC'],
    ['--http', 'HTTP'],
  ] as const) {
    const { code, stderr } = await serveInVain(t, [flag, '192.0.2.1:9999']);
    t.equal(code, 1);
    t.match(stderr, `${name} address 192.0.2.1:9999 cannot be listened on: `);
    t.match(stderr, `choose an address of this machine and a port this user may use with ${flag} HOST:PORT`);
  }
});

const WRONG: readonly (readonly [
  what: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  says: readonly string[],
])[] = [
  [
    'in the environment',
    [],
    { RETROVUE_PLAYOUT_QUEUE__FRAMES: '-1' },
    ['environment RETROVUE_PLAYOUT_QUEUE__FRAMES: must be >= 2 (is -1)'],
  ],
  [
    'that contradicts another one',
    [],
    { RETROVUE_PLAYOUT_QUEUE__READY_FRAMES: '100' },
    ['queue.ready_frames: must be <= queue.frames (100 > 60)'],
  ],
  [
    'of no known key',
    [],
    { RETROVUE_PLAYOUT_QUEU__FRAMES: '9' },
    ['RETROVUE_PLAYOUT_QUEU__FRAMES', 'did you mean'],
  ],
  ['in a flag', ['--format', '1x1@0'], {}, ['--format: ', '1x1@0']],
  ['in an address', ['--grpc', 'nowhere'], {}, ['--grpc: must be HOST:PORT', '"nowhere"']],
  [
    'in a file that is not there',
    ['--config', '/nonexistent.yaml'],
    {},
    ['/nonexistent.yaml', 'name a readable file'],
  ],
];

for (const [what, args, environment, says] of WRONG) {
  test(`a wrong value ${what} names its key and ends with exit code 78`, async (t) => {
    const { code, stderr, stdout } = await serveInVain(t, args, environment);
    t.equal(code, 78);
    for (const words of says) t.match(stderr, words);
    t.equal(stdout, '', 'nothing was logged yet');
  });
}

test('several wrong values in a file are all told at once, each with its place', async (t) => {
  const file = path.join(tempDir(t), 'config.yaml');
  writeFileSync(file, 'queue:\n  frames: many\ndecoder:\n  nice: 99\n  nise: 5\n');
  const { code, stderr } = await serveInVain(t, ['--config', file]);
  t.equal(code, 78);
  t.match(stderr, `file ${file}: queue.frames: must be a number (is "many")`);
  t.match(stderr, `file ${file}: decoder.nice: must be <= 19 (is 99)`);
  t.match(stderr, `file ${file}: decoder.nise: unknown key; did you mean decoder.nice?`);
});

for (const [what, make, says] of [
  ['a text file', (at: string) => writeFileSync(at, 'no program\n'), /does not exist or is not executable/],
  [
    'a program that is no ffmpeg',
    (at: string) => writeFileSync(at, '#!/bin/sh\necho hi\n', { mode: 0o755 }),
    /is not ffmpeg/,
  ],
  ['nothing', () => {}, /does not exist or is not executable/],
] as const) {
  test(`--ffmpeg that names ${what} ends with exit code 78 and says what to do`, async (t) => {
    const at = path.join(tempDir(t), 'ffmpeg');
    make(at);
    const { code, stderr } = await serveInVain(t, ['--ffmpeg', at]);
    t.equal(code, 78);
    t.match(stderr, at);
    t.match(stderr, says);
    t.match(stderr, 'Correct --ffmpeg or FFMPEG_BIN, or leave it out');
  });
}

/** An ffmpeg that works, but misbehaves on files called so. */
const MISBEHAVING = `#!/bin/sh
case "$*" in
  *endless.png*) exec cat /dev/zero ;;
  *crash.png*) kill -SEGV $$ ;;
esac
exec "${ffmpeg.path}" "$@"
`;

test('slates that cannot be used are all told at once, and the engine ends with exit code 78', async (t) => {
  const folder = tempDir(t);
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('ffmpeg'), MISBEHAVING, { mode: 0o755 });
  writeFileSync(at('text.png'), 'no picture');
  mkdirSync(at('folder.png'));
  execFileSync('mkfifo', [at('fifo.png')]);
  const source = ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:duration=0.04', '-frames:v', '1'];
  execFileSync(ffmpeg.path, [...source, at('good.png')]);
  const names = ['good', 'gone', 'text', 'folder', 'fifo', 'endless', 'crash'];
  const channels = names.map((name, index) => `    ${index + 1}: ${at(`${name}.png`)}`);
  writeFileSync(
    at('config.yaml'),
    ['slate:', `  image: ${at('gone.png')}`, '  channels:', ...channels].join('\n'),
  );

  const args = ['--config', at('config.yaml'), '--ffmpeg', at('ffmpeg')];
  const { code, stderr, stdout } = await serveInVain(t, args);
  t.equal(code, 78);
  t.equal(stdout, '', 'nothing was logged yet');
  t.match(stderr.trimEnd().split('\n'), [
    `retrovue-playout: slate.image: "${at('gone.png')}" does not exist; correct the path, or put the file there`,
    `slate.channels.2: "${at('gone.png')}" does not exist; correct the path, or put the file there`,
    `slate.channels.3: "${at('text.png')}" is no picture that ffmpeg can read ("Invalid PNG signature`,
    `slate.channels.4: "${at('folder.png')}" is no picture that ffmpeg can read ("Is a directory"`,
    `slate.channels.5: "${at('fifo.png')}" gave no picture within 10 s; name a regular file`,
    `slate.channels.6: "${at('endless.png')}" made ffmpeg write more than one frame; use another ffmpeg`,
    `slate.channels.7: "${at('crash.png')}" makes ffmpeg crash (SIGSEGV); save the picture in another format`,
  ]);
  t.same(processesNaming(folder), []);
});

test('SIGTERM while a slate is read that never comes ends the engine at once', async (t) => {
  const folder = tempDir(t);
  const fifo = path.join(folder, 'fifo.png');
  execFileSync('mkfifo', [fifo]);
  const serving = runCli(
    ['serve', '--grpc', '127.0.0.1:0', '--http', '127.0.0.1:0', '--ffmpeg', ffmpeg.path],
    {
      RETROVUE_PLAYOUT_SLATE__IMAGE: fifo,
    },
  );
  let reading: number | undefined;
  // Not before it is ffmpeg: what becomes it has not asked the kernel yet to be killed with its parent.
  while (reading === undefined)
    [reading] = await afterAMoment(() => commandsNaming(fifo).filter((pid) => programOf(pid) !== 'setpriv'));
  const status = readFileSync(`/proc/${reading}/status`, 'latin1');
  process.kill(Number(/^PPid:\s(\d+)$/m.exec(status)?.[1]), 'SIGTERM');
  t.match(await serving, { code: null, stdout: '', stderr: '' });
  // The kernel kills what is below it; whoever inherits the dead may take its time to bury them.
  while (processesNaming(fifo).length > 0) await afterAMoment(() => {});
});

function programOf(pid: number): string {
  try {
    return path.basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return '';
  }
}

/** Asks again a little later: only so can it be seen from outside. */
async function afterAMoment<T>(ask: () => T): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return ask();
}

/** An ffmpeg that works, but hangs for ever on files called so: while it probes one, or while it decodes it. */
const HANGING = `#!/bin/sh
case "$*" in
  *hang-probe.mp4*) trap '' TERM; while :; do sleep 1000; done ;;
  *yuv4mpegpipe*hang-decode.mp4* | *hang-decode.mp4*yuv4mpegpipe*) trap '' TERM; while :; do sleep 1000; done ;;
esac
exec "${ffmpeg.path}" "$@"
`;

for (const what of ['probe', 'decode'] as const) {
  test(`SIGTERM while a StartChannel waits for a ${what} that hangs ends the engine in time`, async (t) => {
    const folder = tempDir(t);
    const temp = path.join(folder, 'temp');
    mkdirSync(temp);
    writeFileSync(path.join(folder, 'ffmpeg'), HANGING, { mode: 0o755 });
    // A copy of what the bystander airs: only its name makes it hang.
    copyFileSync(path.join(station.folder, 'bystander.mp4'), path.join(folder, `hang-${what}.mp4`));
    const doomed = await startEngineProcess({
      ffmpeg: path.join(folder, 'ffmpeg'),
      plans: folder,
      mediaRoots: [folder],
      environment: { TMPDIR: temp },
    });
    t.teardown(() => doomed.stop());
    const answer = doomed.client
      .startChannel({ channelId: 1, planHandle: path.join(folder, `hang-${what}.mp4`), port: 0 })
      .catch((error: unknown) => error);
    await doomed.snapshotWhere(1, ({ state, decoders }) =>
      what === 'probe' ? state === 'buffering' : decoders?.some(({ pid }) => pid !== null),
    );
    const { port } = await doomed.snapshot(1);
    while (processesNaming(`hang-${what}.mp4`).length === 0) await doomed.snapshot(1);

    await endsClean(t, doomed, [port, ...serverPorts(doomed)], folder);
    t.match(await answer, { success: false, errorMessage: 'channel 1 was stopped by a later call' });
    t.same(readdirSync(temp), []);
  });
}

test('the bystander kept every tick, and nothing is left behind', (t) => station.close(t));
