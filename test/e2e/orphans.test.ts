/**
 * Whoever is killed takes along what is below it, whatever that is doing at the time: decoding, waiting in a write because
 * nothing more may be staged, or waiting for an input that never comes.
 */
import path from 'node:path';
import t, { type Test, test } from 'tap';
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';
import { isRunning, processesNaming } from '../support/engine-asserts.js';
import { descendants, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia } from '../support/painted-media.js';
import { skipWithoutProc } from '../support/processes.js';
import { tempDir } from '../support/temp-dir.js';
import { waywardFfmpeg } from '../support/wayward-ffmpeg.js';

const FRAME_BYTES = (320 * 180 * 3) / 2 + 'FRAME\n'.length;

const folder = tempDir(t);
const ffmpeg = await testFfmpeg();
const film = path.join(folder, 'film.mp4');
const stalled = path.join(folder, 'stalled.mp4');
for (const file of [film, stalled]) await paintMedia(ffmpeg, { path: file, frames: 900 });
const wayward = waywardFfmpeg(folder, ffmpeg, FRAME_BYTES);
wayward.spoil('stalled.mp4', { fault: 'fifo' });

type Decoder = ChannelSnapshot['decoders'][number];

const STATES: readonly { readonly name: string; readonly media: string; is(decoder: Decoder): boolean }[] = [
  {
    name: 'decodes',
    media: film,
    is: ({ pid, waitingForRoom, framesDelivered }) => pid !== null && !waitingForRoom && framesDelivered > 0,
  },
  { name: 'waits in a write', media: film, is: ({ pid, waitingForRoom }) => pid !== null && waitingForRoom },
  {
    name: 'waits for an input that never comes',
    media: stalled,
    is: ({ pid, framesDelivered, uptimeMs }) => pid !== null && framesDelivered === 0 && uptimeMs > 500,
  },
];

for (const { name, media, is } of STATES) {
  test(`an engine that is killed while a decoder ${name} leaves nothing`, {
    skip: skipWithoutProc,
  }, async (t) => {
    const { engine, decoder } = await stage(t, media, is);
    const below = await descendants(engine.pid);
    t.ok(below.includes(decoder.pid as number), 'the decoder is there to be left behind');
    engine.signal('SIGKILL');
    await engine.exited;
    await untilGone(below);
    t.same(processesNaming(folder), [], 'nor is anything that was started meanwhile');
  });

  test(`a host that is killed while its decoder ${name} takes it along`, {
    skip: skipWithoutProc,
  }, async (t) => {
    const { engine, decoder, hostPid } = await stage(t, media, is);
    const below = await descendants(hostPid);
    t.ok(below.includes(decoder.pid as number));
    process.kill(hostPid, 'SIGKILL');
    await untilGone([hostPid, ...below]);
    t.match(await engine.client.stopChannel({ channelId: 1 }), { success: true });
    const { zombies } = await counts(engine.metrics);
    t.equal(zombies, 0, 'and none of them is a zombie');
    t.equal(await engine.stop(), 0);
    t.same(processesNaming(folder), []);
  });
}

/** An engine with a channel whose decoder is in that state now. */
async function stage(t: Test, media: string, is: (decoder: Decoder) => boolean) {
  const engine = await startEngineProcess({ ffmpeg: wayward.path, plans: folder, mediaRoots: [folder] });
  t.teardown(() => engine.stop());
  // Its answer may never come: the engine is killed over it.
  void engine.client.startChannel({ channelId: 1, planHandle: media, port: 0 }).catch(() => {});
  await engine.logged(({ event }) => event === 'state');
  const { decoders, hostPid } = await engine.snapshotWhere(1, (now) => now.decoders?.some(is));
  return { engine, decoder: decoders.find(is) as Decoder, hostPid: hostPid as number };
}

/** Resolves once none of these processes runs any more; a test that waits in vain has failed. */
async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setImmediate(resolve));
}

async function counts(metrics: () => Promise<string>): Promise<{ zombies: number }> {
  const zombies = /^retrovue_playout_zombies (\d+)$/m.exec(await metrics())?.[1];
  return { zombies: Number(zombies) };
}
