/**
 * A minute of one 720p channel: eighteen hundred frames, each the one that the schedule names, with a change of
 * segment every five seconds. What takes longer to show than a test may take is looked for here: frames lost or
 * repeated now and then, memory and processes that pile up.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { descendants, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';

const WIDTH = 1280;
const HEIGHT = 720;
const SEGMENT_FRAMES = 150;
const FRAMES = 1800;
/** By now every slot of the pool has been written and every kind of code has run: memory should stay. */
const WARM_FRAME = 600;
const GROWTH_MIB = 16;

t.setTimeout(280_000);

t.test(
  'a 720p channel airs 1800 frames without a gap, a repeat or a leak',
  { skip: notLinux() },
  async (t) => {
    const ffmpeg = await testFfmpeg();
    const folder = tempDir(t);
    const names = ['a.mp4', 'b.mp4'];
    for (const [index, name] of names.entries()) {
      const firstNumber = index * SEGMENT_FRAMES;
      const size = { width: WIDTH, height: HEIGHT };
      await paintMedia(ffmpeg, {
        path: path.join(folder, name),
        ...size,
        frames: SEGMENT_FRAMES,
        firstNumber,
      });
    }
    const segments = names.map((asset_uri) => ({ asset_uri, segment_duration_ms: 5000 }));
    await writeFile(path.join(folder, 'day.json'), JSON.stringify({ plan_id: 'day', loop: true, segments }));
    const engine = await startEngineProcess({
      ffmpeg: ffmpeg.path,
      plans: folder,
      mediaRoots: [folder],
      format: `${WIDTH}x${HEIGHT}@30`,
      // A machine that holds the channel's process up for a moment has it send what it missed at once: more frames
      // than a Renderer may hold by default, and what it loses then says nothing about the schedule.
      environment: {
        RETROVUE_PLAYOUT_OUTPUT__CONSUMER_MAX_PINNED_FRAMES: '60',
        RETROVUE_PLAYOUT_QUEUE__PREPARING_FRAMES: '70',
      },
    });
    t.teardown(() => engine.stop());

    const { success, port } = await engine.client.startChannel({ channelId: 1, planHandle: 'day', port: 0 });
    t.equal(success, true);
    const { hostPid } = await engine.snapshot(1);
    const memoryMiB = async () => ({
      engine: await residentMiB(engine.pid),
      host: await residentMiB(hostPid ?? 0),
    });

    const renderer = connectY4m(port);
    const turn = names.length * SEGMENT_FRAMES;
    const wrong: string[] = [];
    let warm = { engine: Number.NaN, host: Number.NaN };
    let first: number | undefined;
    for (let index = 0; index < FRAMES; index += 1) {
      const [frame] = await renderer.frames(1);
      const number = frame && readFrameNumber(frame.planes, WIDTH, HEIGHT);
      first ??= number;
      const expected = ((first ?? Number.NaN) + index) % turn;
      if (number !== expected) wrong.push(`frame ${index} shows ${number} instead of ${expected}`);
      if (index === WARM_FRAME) warm = await memoryMiB();
    }
    t.same(wrong.slice(0, 5), [], `${wrong.length} of ${FRAMES} frames are wrong`);

    const late = await memoryMiB();
    for (const each of ['engine', 'host'] as const) {
      const grown = late[each] - warm[each];
      t.ok(
        grown < GROWTH_MIB,
        `the ${each}'s memory stays (${warm[each].toFixed(0)} MiB, ${grown.toFixed(1)} more)`,
      );
    }

    const { state, counters } = await engine.snapshotWhere(1, ({ tick }) => tick >= FRAMES);
    t.equal(state, 'ready');
    t.equal(counters.framesAired.hold, 0);
    t.match(counters, { bufferUnderruns: 0, decodeFailures: 0, consumerFramesDropped: 0 });
    t.comment(`${counters.ticksMissed} of ${counters.tickLatenessSeconds.count} ticks were late`);

    renderer.close();
    const decodersOf = async () => (await descendants(engine.pid)).length;
    t.ok((await decodersOf()) >= 3, 'host, spare host and decoder run');
    t.same(await engine.client.stopChannel({ channelId: 1 }), { success: true, errorMessage: '' });
    t.equal(await decodersOf(), 1, 'what is left is the spare host');
    t.equal(await engine.stop(), 0);
  },
);

/** Why this machine cannot tell how much memory a process has; false when it can. */
function notLinux(): string | false {
  return process.platform === 'linux' ? false : 'needs /proc, which only Linux has';
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
