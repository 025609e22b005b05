/** The as-run log of a real engine: whole after SIGTERM, and after SIGKILL whole but for the segment in progress. */
import { readdirSync, readFileSync } from 'node:fs';
import { watch, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'tap';
import type { AsRunLine } from '../../supervisors/channel/as-run-line.js';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { type HasTeardown, tempDir } from '../support/temp-dir.js';

/** An engine with a plan of one second long segments in a loop, on channels 1 and 2. */
async function onAir(t: HasTeardown): Promise<{ engine: EngineProcess; directory: string }> {
  const ffmpeg = await testFfmpeg();
  const folder = tempDir(t);
  const directory = path.join(folder, 'as-run');
  await paintMedia(ffmpeg, { path: path.join(folder, 'a.mp4'), frames: 30 });
  await writeFile(
    path.join(folder, 'p.json'),
    JSON.stringify({ plan_id: 'p', loop: true, segments: [{ asset_uri: 'a.mp4' }] }),
  );
  const engine = await startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    environment: { RETROVUE_PLAYOUT_AS_RUN__DIRECTORY: directory },
  });
  t.teardown(() => engine.stop());
  for (const channelId of [1, 2]) {
    const { success, errorMessage } = await engine.client.startChannel({
      channelId,
      planHandle: 'p',
      port: 0,
    });
    if (!success) throw new Error(errorMessage);
  }
  return { engine, directory };
}

/** A channel's lines; every one that is in its files must be whole. */
const linesOf = (directory: string, channel: number): AsRunLine[] =>
  readdirSync(directory)
    .filter((name) => name.startsWith(`channel-${channel}.`))
    .sort()
    .flatMap((name) => readFileSync(path.join(directory, name), 'utf8').split('\n'))
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as AsRunLine);

const turnsOf = (lines: readonly AsRunLine[]) => lines.flatMap(({ turn }) => turn ?? []);

/** Waits for so many lines of a channel. */
async function written(directory: string, channel: number, count: number): Promise<AsRunLine[]> {
  const changes = watch(directory);
  for await (const _ of changes) {
    const lines = linesOf(directory, channel);
    if (lines.length >= count) return lines;
  }
  throw new Error('the directory is gone');
}

test('SIGTERM loses no line: the segment in progress is written as ended early', async (t) => {
  const { engine, directory } = await onAir(t);
  await written(directory, 1, 4);
  t.equal(await engine.stop(), 0);
  for (const channel of [1, 2]) {
    const lines = linesOf(directory, channel);
    const turns = turnsOf(lines);
    t.same(
      turns,
      turns.map((_, i) => i),
      'each turn once, in order',
    );
    t.same(
      lines.slice(1).map(({ start }) => start),
      lines.slice(0, -1).map(({ end }) => end),
    );
    t.ok(lines.slice(1, -1).every(({ frames, endedBy }) => frames.content === 30 && endedBy === 'schedule'));
    t.match(lines.at(-1), {
      channel,
      kind: 'segment',
      assetUri: 'a.mp4',
      endedBy: 'stop',
      plannedFrames: 30,
    });
  }
});

test('SIGKILL of a host costs the end of one segment, which the engine tells, and the time without it', async (t) => {
  const { engine, directory } = await onAir(t);
  await written(directory, 1, 3);
  const { hostPid } = await engine.snapshot(1);
  process.kill(hostPid ?? 0, 'SIGKILL');
  await engine.logged(({ event }) => event === 'host_lost');
  await engine.snapshotWhere(1, ({ state, hostPid: now }) => state === 'ready' && now !== hostPid);
  t.equal(await engine.stop(), 0);
  const lines = linesOf(directory, 1);
  const gap = lines.findIndex(({ kind }) => kind === 'no_host');
  t.match(lines[gap], { why: [/was killed by SIGKILL/], frames: { content: 0 } });
  t.match(lines.at(-1), { kind: 'segment', endedBy: 'stop' });
  t.same(
    lines.slice(1).map(({ start }) => start),
    lines.slice(0, -1).map(({ end }) => end),
  );
  t.notOk(linesOf(directory, 2).some(({ kind }) => kind === 'no_host'));
});

test('SIGKILL of the engine keeps every segment that had ended', async (t) => {
  const { engine, directory } = await onAir(t);
  await written(directory, 1, 4);
  const { onAir: now, tick } = await engine.snapshot(1);
  // A snapshot later, so that the line of the turn before had its way to the file.
  await engine.snapshotWhere(1, (later) => later.tick > tick);
  engine.signal('SIGKILL');
  await engine.exited;
  const after = linesOf(directory, 1);
  const turns = turnsOf(after);
  t.same(
    turns,
    turns.map((_, i) => i),
    'each turn once, in order',
  );
  t.ok(turns.length >= (now?.turn ?? Number.POSITIVE_INFINITY), `turn ${now?.turn} was on air: ${turns}`);
  t.ok(after.every(({ endedBy }) => endedBy === 'schedule'));
});
