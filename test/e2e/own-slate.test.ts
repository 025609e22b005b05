/** An operator's own slates on the air: the right picture on each channel, from memory, whatever dies. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import tap, { type Test, test } from 'tap';
import { bt709 } from '../../src/frames/slate-canvas.js';
import { endsClean, serverPorts } from '../support/engine-asserts.js';
import { descendants, engineIn } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { commandLine, skipWithoutProc } from '../support/processes.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';

const WIDTH = 320;
const HEIGHT = 180;

type Rgb = readonly [red: number, green: number, blue: number];
/** A rectangle of a picture, left and top inclusive, and the one colour it has. */
type Region = readonly [left: number, top: number, right: number, bottom: number, rgb: Rgb];

/** What channels have: red over blue, in the frame's shape. */
const ENGINES: readonly Region[] = [
  [0, 0, 320, 90, [255, 0, 0]],
  [0, 90, 320, 180, [0, 0, 255]],
];
/** What channel 7 has: a square, its left half green, its right half half transparent white; black beside it. */
const SEVENS: readonly Region[] = [
  [0, 0, 70, 180, [0, 0, 0]],
  [70, 0, 160, 180, [0, 255, 0]],
  [160, 0, 250, 180, [128, 128, 128]],
  [250, 0, 320, 180, [0, 0, 0]],
];

const ffmpeg = await testFfmpeg();
const folder = tempDir(tap);
const temp = path.join(folder, 'temp');
mkdirSync(temp);
const run = promisify(execFile);
const picture = (name: string, source: string) =>
  run(ffmpeg.path, [
    ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source, '-frames:v', '1'],
    path.join(folder, name),
  ]);
await picture(
  'engine.png',
  'color=red:size=1280x360:duration=0.04,format=rgb24[a];color=blue:size=1280x360:duration=0.04,format=rgb24[b];[a][b]vstack',
);
await picture(
  'seven.png',
  "color=white:size=500x500:duration=0.04,format=rgba,geq=r='if(lt(X,250),0,255)':g=255:b='if(lt(X,250),0,255)':a='if(lt(X,250),255,128)'",
);
await paintMedia(ffmpeg, { path: path.join(folder, 'short.mp4'), frames: 30 });

const engine = await engineIn(tap, folder, {
  environment: {
    TMPDIR: temp,
    RETROVUE_PLAYOUT_SLATE__IMAGE: path.join(folder, 'engine.png'),
    RETROVUE_PLAYOUT_SLATE__CHANNELS__7: path.join(folder, 'seven.png'),
  },
});
// What airs from now on comes from memory.
for (const name of ['engine.png', 'seven.png']) rmSync(path.join(folder, name));

/** Asserts that every pixel of a frame has the colour of its region; edges of regions may be four pixels soft. */
function shows(t: Test, planes: Buffer, regions: readonly Region[], what: string): void {
  const chromaAt = WIDTH * HEIGHT;
  let worst = 0;
  for (const [left, top, right, bottom, rgb] of regions) {
    const { y: luma, u, v } = bt709(...rgb);
    for (let y = top === 0 ? 0 : top + 4; y < (bottom === HEIGHT ? HEIGHT : bottom - 4); y += 1) {
      for (let x = left === 0 ? 0 : left + 4; x < (right === WIDTH ? WIDTH : right - 4); x += 1) {
        const chroma = chromaAt + (y >> 1) * (WIDTH / 2) + (x >> 1);
        worst = Math.max(
          worst,
          Math.abs((planes[y * WIDTH + x] ?? 0) - luma),
          Math.abs((planes[chroma] ?? 0) - u),
          Math.abs((planes[chroma + chromaAt / 4] ?? 0) - v),
        );
      }
    }
  }
  t.ok(worst <= 2, `${what}: no pixel is further than ${worst.toFixed(1)} from its colour`);
}

/** The command lines of all processes below the engine. */
const commandsBelow = async (): Promise<string[]> => (await descendants(engine.pid)).map(commandLine);
const ofFfmpeg = (command: string): boolean => command.includes(ffmpeg.path);

/** Puts a channel on the air with a plan that is not there. */
const onSlate = async (channelId: number): Promise<number> => {
  const { errorMessage, port } = await engine.client.startChannel({
    channelId,
    planHandle: 'nowhere',
    port: 0,
  });
  if (!errorMessage.endsWith(`; slate airs on port ${port}`)) throw new Error(errorMessage);
  return port;
};
const ports = { 1: await onSlate(1), 7: await onSlate(7), 8: await onSlate(8) };

test("a channel's own slate airs on it, the engine's on all others", async (t) => {
  for (const [port, regions] of [
    [ports[1], ENGINES],
    [ports[7], SEVENS],
    [ports[8], ENGINES],
  ] as const) {
    const renderer = connectY4m(port);
    const frames = await renderer.frames(5);
    renderer.close();
    for (const { index, planes } of frames) shows(t, planes, regions, `port ${port}, frame ${index}`);
  }
});

test('no ffmpeg runs while slate airs', { skip: skipWithoutProc }, async (t) => {
  const renderer = connectY4m(ports[7]);
  for (let frame = 0; frame < 60; frame += 1) {
    await renderer.frames(1);
    const commands = await commandsBelow();
    if (commands.some(ofFfmpeg)) t.fail(`frame ${frame}: ${commands.join(', ')}`);
    const hosts = commands.filter((command) => command.includes('channel-host.js'));
    if (frame === 0) t.ok(hosts.length >= 3, 'the hosts are seen');
  }
  renderer.close();
  t.match(await engine.snapshot(7), { airing: 'slate', decoders: [], childrenExpected: 0 });
});

test('a host that is killed is replaced by one with the same slate', async (t) => {
  for (const [id, regions] of [
    [1, ENGINES],
    [7, SEVENS],
  ] as const) {
    const before = await engine.snapshotWhere(id, ({ hostPid }) => hostPid !== null);
    process.kill(before.hostPid as number, 'SIGKILL');
    const after = await engine.snapshotWhere(
      id,
      ({ hostPid, airing }) => hostPid !== null && hostPid !== before.hostPid && airing === 'slate',
    );
    t.equal(after.port, ports[id]);
    const renderer = connectY4m(after.port);
    const frames = await renderer.frames(3);
    renderer.close();
    for (const { index, planes } of frames) shows(t, planes, regions, `channel ${id}, frame ${index}`);
  }
});

test('a plan that is over goes on to it, without an ffmpeg', async (t) => {
  const segments = [{ asset_uri: 'short.mp4' }];
  writeFileSync(path.join(folder, 'once.json'), JSON.stringify({ plan_id: 'once', segments }));
  const { port } = await engine.client.startChannel({ channelId: 9, planHandle: 'once', port: 0 });
  await engine.snapshotWhere(9, ({ airing, childrenActual }) => airing === 'pad' && childrenActual === 0);
  const renderer = connectY4m(port);
  const frames = await renderer.frames(3);
  renderer.close();
  for (const { index, planes } of frames) shows(t, planes, ENGINES, `frame ${index}`);
  t.notOk((await commandsBelow()).some(ofFfmpeg));
  await engine.client.stopChannel({ channelId: 9 });
});

test('nothing is left behind, and no error was logged about a slate', async (t) => {
  t.same(
    engine.log.filter(({ event }) => event === 'slate_unusable'),
    [],
  );
  t.same(readdirSync(temp), []);
  await endsClean(t, engine, [...serverPorts(engine), ...Object.values(ports)], folder);
  t.same(readdirSync(temp), []);
});
