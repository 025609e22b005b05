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
import { type EngineProcess, engineIn } from './engine-process.js';
import { testFfmpeg } from './ffmpeg.js';
import { paintMedia } from './painted-media.js';
import { type WatchReport, watchPorts } from './port-watch.js';
import { type HasTeardown, tempDir } from './temp-dir.js';

/** What is proven here is not how long a busy machine may hold up a reader before it loses a frame. */
export const READER_MAY_LAG = {
  RETROVUE_PLAYOUT_OUTPUT__CONSUMER_MAX_PINNED_FRAMES: '15',
  RETROVUE_PLAYOUT_QUEUE__PREPARING_FRAMES: '25',
};

/** The channel that must not notice anything. */
export const BYSTANDER = 900;
/** How many numbered frames channels that are watched air over and over. */
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

  const engine = await engineIn(t, folder, {
    environment: { TMPDIR: temp, ...READER_MAY_LAG, ...environment },
  });
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
  const { wereUndisturbed } = await watchChannels(t, engine, [{ channelId, port }]);
  return { wasUndisturbed: wereUndisturbed };
}

/** A channel whose frames are numbered from `firstNumber` (0 by default) on, {@link TURN_FRAMES} of them, over and over. */
export interface NumberedChannel {
  readonly channelId: number;
  readonly port: number;
  readonly firstNumber?: number;
}

export interface ChannelsWatch {
  /** Asserts that the channels have aired every frame so far. */
  seeNoGap(t: Test): Promise<void>;
  /** To be called last: asserts that, and that the engine knows of no disturbance either. */
  wereUndisturbed(t: Test): Promise<void>;
}

/** Reads channels from now until it is asked whether they were undisturbed. */
export async function watchChannels(
  t: HasTeardown,
  engine: EngineProcess,
  channels: readonly NumberedChannel[],
): Promise<ChannelsWatch> {
  const watch = watchPorts(
    t,
    channels.map((channel) => ({ turnFrames: TURN_FRAMES, ...channel })),
  );
  await watch.begun;
  const haveNoGap = (t: Test, reports: readonly WatchReport[], expectedEnd: string) => {
    for (const [index, { channelId }] of channels.entries()) {
      t.match(reports[index], { end: expectedEnd }, `channel ${channelId} was watched all the time`);
      t.same(reports[index]?.gaps, [], `channel ${channelId} aired every frame, in order, none twice`);
    }
  };
  return {
    seeNoGap: async (t) => haveNoGap(t, await watch.look(), ''),
    async wereUndisturbed(t) {
      const reports = await watch.report();
      haveNoGap(t, reports, 'closed');
      for (const [index, { channelId }] of channels.entries()) {
        t.ok((reports[index]?.frames ?? 0) > 30, `there was something to be seen of channel ${channelId}`);
        const { state, counters } = await engine.snapshot(channelId);
        t.equal(state, 'ready');
        // How late its ticks were is the machine's affair, and the bench's; that none was left out is not.
        t.match(counters, { bufferUnderruns: 0, framesAired: { hold: 0 } });
        const skipped = engine.log.filter(
          ({ event, channel }) => event === 'ticks_skipped' && channel === channelId,
        );
        t.same(skipped, [], 'no tick was skipped');
      }
    },
  };
}
