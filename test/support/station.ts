/**
 * A station under attack: one engine on real media with a bystander on air, a channel that nobody touches and that a
 * Renderer reads all the time. Whatever is done to the engine meanwhile, the bystander must not lose a frame, and
 * in the end nothing of the engine may be left: no process, no port, no file.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Test } from 'tap';
import { endsClean, serverPorts } from './engine-asserts.js';
import { type EngineProcess, startEngineProcess } from './engine-process.js';
import { testFfmpeg } from './ffmpeg.js';
import { paintMedia } from './painted-media.js';
import { watchPort } from './port-watch.js';
import { type HasTeardown, tempDir } from './temp-dir.js';

/** What is proven here is not how long a busy machine may hold up the bystander's reader before it loses a frame. */
const READER_MAY_LAG = {
  RETROVUE_PLAYOUT_OUTPUT__CONSUMER_MAX_PINNED_FRAMES: '15',
  RETROVUE_PLAYOUT_QUEUE__PREPARING_FRAMES: '25',
};

/** The channel that must not notice anything, and how many numbered frames it airs over and over. */
export const BYSTANDER = 900;
export const TURN_FRAMES = 300;

export interface Station {
  readonly engine: EngineProcess;
  /** Plan directory and media root in one. Holds `bystander.mp4`, numbered 0..299, and `bystander.json`. */
  readonly folder: string;
  /** Where the engine and its children may put temporary files. */
  readonly temp: string;
  readonly bystanderPort: number;
  /** Writes `<name>.json`: an object as a plan, text and bytes as they are. */
  writePlan(name: string, content: object | string | Buffer): Promise<void>;
  /** To be called last: asserts that the bystander was not disturbed and that the engine leaves nothing behind. */
  close(t: Test): Promise<void>;
}

/** @param environment further variables for the engine */
export async function openStation(
  t: HasTeardown,
  environment: Readonly<Record<string, string>> = {},
): Promise<Station> {
  const folder = tempDir(t);
  const temp = path.join(folder, 'temp');
  mkdirSync(temp);
  const ffmpeg = await testFfmpeg();
  await paintMedia(ffmpeg, { path: path.join(folder, 'bystander.mp4'), frames: TURN_FRAMES });
  const writePlan: Station['writePlan'] = (name, content) =>
    writeFile(
      path.join(folder, `${name}.json`),
      typeof content === 'string' || Buffer.isBuffer(content)
        ? content
        : JSON.stringify({ plan_id: name, ...content }),
    );
  await writePlan('bystander', { loop: true, segments: [{ asset_uri: 'bystander.mp4' }] });

  const engine = await startEngineProcess({
    ffmpeg: ffmpeg.path,
    plans: folder,
    mediaRoots: [folder],
    environment: { TMPDIR: temp, ...READER_MAY_LAG, ...environment },
  });
  t.teardown(() => engine.stop());
  const outcome = await engine.client.startChannel({
    channelId: BYSTANDER,
    planHandle: 'bystander',
    port: 0,
  });
  if (!outcome.success) throw new Error(outcome.errorMessage);
  const watch = await watchChannel(t, engine, BYSTANDER, outcome.port);

  return {
    engine,
    folder,
    temp,
    bystanderPort: outcome.port,
    writePlan,
    async close(t) {
      await watch.wasUndisturbed(t);
      const { counters } = await engine.snapshot(BYSTANDER);
      t.match(counters, { bufferUnderruns: 0, decodeFailures: 0, consumerFramesDropped: 0 });
      await endsClean(t, engine, [...serverPorts(engine), outcome.port], folder);
      t.same(readdirSync(temp), [], 'no temporary file is left');
    },
  };
}

/** Reads a channel that airs the plan `bystander`, from now until it is asked whether the channel was undisturbed. */
export async function watchChannel(
  t: HasTeardown,
  engine: EngineProcess,
  channelId: number,
  port: number,
): Promise<{ wasUndisturbed(t: Test): Promise<void> }> {
  const watch = watchPort(t, port, TURN_FRAMES);
  await watch.begun;
  return {
    async wasUndisturbed(t) {
      const { frames, gaps, end } = await watch.report();
      t.ok(frames > 30, `channel ${channelId} was watched all the time`);
      t.same(gaps, [], `channel ${channelId} aired every frame, in order, none twice`);
      t.equal(end, 'closed');
      const { state, counters } = await engine.snapshot(channelId);
      t.equal(state, 'ready');
      // How late its ticks were is the machine's affair, and the bench's; that none was left out is not.
      t.match(counters, { bufferUnderruns: 0, framesAired: { hold: 0 } });
      const skipped = engine.log.filter(
        ({ event, channel }) => event === 'ticks_skipped' && channel === channelId,
      );
      t.same(skipped, [], 'no tick was skipped');
    },
  };
}
