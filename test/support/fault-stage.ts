/**
 * Where decoders are made to fail: one engine with eight channels on air at once. Seven are bystanders, each with media
 * of its own, read all the time by Renderers that must not miss a frame. The eighth is the victim, a fresh channel with
 * a fresh name for its film for every fault, so that no fault has to pay for the restarts of another.
 */
import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Test } from 'tap';
import { frameBytes } from '../../supervisors/channel/format.js';
import type { ChannelSnapshot } from '../../supervisors/channel/snapshot.js';
import { endsClean, serverPorts } from './engine-asserts.js';
import { type EngineProcess, type LogLine, startEngineProcess } from './engine-process.js';
import { testFfmpeg } from './ffmpeg.js';
import { healthClient } from './health-client.js';
import { paintMedia } from './painted-media.js';
import { READER_MAY_LAG, TURN_FRAMES, watchChannels } from './station.js';
import { type HasTeardown, tempDir } from './temp-dir.js';
import { type Viewer, view } from './viewer.js';
import { type WaywardFfmpeg, waywardFfmpeg } from './wayward-ffmpeg.js';

export const FORMAT = { width: 320, height: 180, fpsNum: 30, fpsDen: 1 } as const;
/** Bytes of a frame with its mark. */
const FRAME_BYTES = frameBytes(FORMAT) + 'FRAME\n'.length;

const BYSTANDERS = Array.from({ length: 7 }, (_, index) => ({
  channelId: 901 + index,
  firstNumber: 10_000 + 1000 * index,
}));

/**
 * The times within which an unseen recovery is done are those of a machine that has processors to spare. Where other
 * programs want them too, decoders would get what these leave over, and seconds would pass before the first frame.
 */
const AMONG_OTHERS = {
  RETROVUE_PLAYOUT_DECODER__NICE: '0',
  RETROVUE_PLAYOUT_CHANNELS__START_TIMEOUT_MS: '60000',
};

/** The film of victims, numbered from 0. No test looks at one for so long that it begins again. */
export const FILM_FRAMES = 2700;
/** Another one, which tells itself apart, for what comes after the victim's. */
export const OTHER = { name: 'other.mp4', firstNumber: 5000, frames: 300 } as const;

export interface Victim {
  readonly channelId: number;
  /** The base name of its film, by which a fault is ordered. */
  readonly film: string;
  readonly viewer: Viewer;
  snapshot(): Promise<ChannelSnapshot>;
  snapshotWhere(wanted: (snapshot: ChannelSnapshot) => boolean): Promise<ChannelSnapshot>;
  /** Resolves once as much is decoded ahead as there may be. */
  queueFull(): Promise<void>;
  /** Signals the decoder whose frames are needed next. */
  signalDecoder(signal: NodeJS.Signals): Promise<void>;
  /** The channel's `nth` line of this event, counted from 1; past or to come. */
  logged(event: string, nth?: number): Promise<LogLine>;
  /** All of its lines of this event so far. */
  log(event: string): LogLine[];
  /** Its health as grpc.health.v1 tells it: `next` resolves to the present one first, then to each change. */
  watchHealth(): { next(): Promise<string>; cancel(): void };
  /** Asserts that the Renderer lost nothing on its own account, so that what it saw is what was aired, and stops the channel. */
  leave(t: Test): Promise<void>;
}

export interface Stage {
  readonly engine: EngineProcess;
  readonly wayward: WaywardFfmpeg;
  /** Plan directory and media root in one. */
  readonly folder: string;
  /** The film's file under a name that nobody else airs. */
  freshFilm(): string;
  /**
   * Puts a victim on air and a viewer before it.
   *
   * @param plan what it airs besides `film` from beginning to end, over and over
   */
  victim(options?: { readonly film?: string; readonly plan?: object }): Promise<Victim>;
  /** Asserts that the bystanders have not noticed anything so far. */
  bystandersSawNothing(t: Test): Promise<void>;
  /** To be called last: asserts that they never did, and that the engine leaves nothing behind. */
  close(t: Test): Promise<void>;
}

export async function openStage(t: HasTeardown): Promise<Stage> {
  const folder = tempDir(t);
  const real = await testFfmpeg();
  const inFolder = (name: string) => path.join(folder, name);
  const nameOf = ({ channelId }: { channelId: number }) => `bystander-${channelId}.mp4`;
  const [tools, temp] = [inFolder('tools'), inFolder('temp')];
  for (const each of [tools, temp]) mkdirSync(each);
  const wayward = waywardFfmpeg(tools, real, FRAME_BYTES);
  await paintMedia(real, { path: inFolder('film.mp4'), frames: FILM_FRAMES });
  await paintMedia(real, { path: inFolder(OTHER.name), ...OTHER });
  for (const each of BYSTANDERS) {
    const { firstNumber } = each;
    await paintMedia(real, { path: inFolder(nameOf(each)), frames: TURN_FRAMES, firstNumber });
  }

  const engine = await startEngineProcess({
    ffmpeg: wayward.path,
    plans: folder,
    mediaRoots: [folder],
    environment: { TMPDIR: temp, ...READER_MAY_LAG, ...AMONG_OTHERS },
  });
  t.teardown(() => engine.stop());
  const start = async (channelId: number, planHandle: string) => {
    const { success, errorMessage, port } = await engine.client.startChannel({
      channelId,
      planHandle,
      port: 0,
    });
    if (!success) throw new Error(errorMessage);
    return port;
  };
  const bystanders = await Promise.all(
    BYSTANDERS.map(async (each) => ({ ...each, port: await start(each.channelId, inFolder(nameOf(each))) })),
  );
  const watch = await watchChannels(t, engine, bystanders);
  const health = healthClient(t, engine.grpc);
  let films = 0;
  let channels = 0;

  const freshFilm = () => {
    const name = `film-${++films}.mp4`;
    linkSync(inFolder('film.mp4'), inFolder(name));
    return name;
  };

  return {
    engine,
    wayward,
    folder,
    freshFilm,
    async victim({ film = freshFilm(), plan } = {}) {
      const channelId = ++channels;
      const handle = `plan-${channelId}`;
      if (plan !== undefined)
        writeFileSync(inFolder(`${handle}.json`), JSON.stringify({ plan_id: handle, ...plan }));
      const port = await start(channelId, plan === undefined ? inFolder(film) : handle);
      return seeVictim(engine, health, channelId, film, view(channelId, port, FORMAT));
    },
    bystandersSawNothing: (t) => watch.seeNoGap(t),
    async close(t) {
      await watch.wereUndisturbed(t);
      await endsClean(t, engine, [...serverPorts(engine), ...bystanders.map(({ port }) => port)], folder);
      t.same(readdirSync(temp), [], 'no temporary file is left');
    },
  };
}

function seeVictim(
  engine: EngineProcess,
  health: ReturnType<typeof healthClient>,
  channelId: number,
  film: string,
  viewer: Viewer,
): Victim {
  const log = (event: string) =>
    engine.log.filter((line) => line.event === event && line.channel === channelId);
  const snapshotWhere: Victim['snapshotWhere'] = (wanted) => engine.snapshotWhere(channelId, wanted);
  return {
    channelId,
    film,
    viewer,
    snapshot: () => engine.snapshot(channelId),
    snapshotWhere,
    async queueFull() {
      await snapshotWhere(({ bufferDepthFrames, queueFrames }) => bufferDepthFrames >= queueFrames - 1);
    },
    async signalDecoder(signal) {
      const { decoders } = await engine.snapshot(channelId);
      const live = decoders.find(({ role }) => role === 'live');
      if (live?.pid == null) throw new Error(`channel ${channelId} has no decoder now`);
      process.kill(live.pid, signal);
    },
    async logged(event, nth = 1) {
      await engine.logged(() => log(event).length >= nth);
      return log(event)[nth - 1] as LogLine;
    },
    log,
    watchHealth: () => health.watch(`channel/${channelId}`),
    async leave(t) {
      t.equal((await engine.snapshot(channelId)).counters.consumerFramesDropped, 0);
      t.same(await engine.client.stopChannel({ channelId }), { success: true, errorMessage: '' });
      await viewer.close();
    },
  };
}
