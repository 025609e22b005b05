/**
 * An upgrade without dead air: a second engine takes a channel over from the first, as docs/operating.md tells it, and a
 * Renderer follows. The plan states its start, so both engines know which frame is due.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import t, { type Test } from 'tap';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m, type Y4mReader } from '../support/y4m-reader.js';

const WIDTH = 320;
const HEIGHT = 180;
/** 30 s of numbered frames, over and over. */
const TURN = 900;
const CHANNEL = 7;

async function twoEngines(t: Test): Promise<{ from: EngineProcess; to: EngineProcess; port: number }> {
  const ffmpeg = await testFfmpeg();
  const folder = tempDir(t);
  await paintMedia(ffmpeg, { path: path.join(folder, 'numbers.mp4'), frames: TURN });
  const plan = {
    plan_id: 'today',
    start_utc_ms: Date.now() - 3_600_000,
    loop: true,
    segments: [{ asset_uri: 'numbers.mp4', segment_duration_ms: (TURN * 1000) / 30 }],
  };
  await writeFile(path.join(folder, 'today.json'), JSON.stringify(plan));
  const engine = () => startEngineProcess({ ffmpeg: ffmpeg.path, plans: folder, mediaRoots: [folder] });
  const [from, to] = await Promise.all([engine(), engine()]);
  t.teardown(() => Promise.all([from.stop(), to.stop()]));
  return { from, to, port: await start(from, 0) };
}

async function start(engine: EngineProcess, port: number): Promise<number> {
  const started = await engine.client.startChannel({ channelId: CHANNEL, planHandle: 'today', port });
  if (!started.success) throw new Error(started.errorMessage);
  return started.port;
}

/** Reads as fast as frames come, and keeps their numbers. */
function record(renderer: Y4mReader): {
  readonly numbers: readonly number[];
  /** Resolves when there is one more. */
  next(): Promise<void>;
  /** Where this number is, from place `since` on; resolves when it has come. */
  has(number: number, since: number): Promise<number>;
} {
  const numbers: number[] = [];
  const waiting = new Set<() => void>();
  void (async () => {
    for await (const { planes } of renderer) {
      numbers.push(readFrameNumber(planes, WIDTH, HEIGHT) ?? -1);
      for (const wake of [...waiting]) wake();
      waiting.clear();
    }
  })();
  const next = () => new Promise<void>((resolve) => void waiting.add(resolve));
  return {
    numbers,
    next,
    async has(number, since) {
      for (;;) {
        const at = numbers.indexOf(number, since);
        if (at >= 0) return at;
        await next();
      }
    },
  };
}

const isContinuous = (numbers: readonly number[]) =>
  numbers.every((number, i) => i === 0 || number === ((numbers[i - 1] ?? 0) + 1) % TURN);

t.test('a Renderer that is told of the new port before the old one ends misses no frame', async (t) => {
  const { from, to, port } = await twoEngines(t);
  const old = connectY4m(port);
  const before = record(old);
  await old.header;

  const next = connectY4m(await start(to, 0));
  const seen = before.numbers.length;
  const [first] = await next.frames(1);
  const taken = readFrameNumber(first?.planes ?? Buffer.alloc(0), WIDTH, HEIGHT) ?? -1;
  const after = record(next);
  // The frame with which the new stream begins is one that the old one airs, too, at about that time.
  const at = await before.has(taken, Math.max(0, seen - 60));
  t.ok(at < seen + 60, `both engines are at the same place of the plan: ${at - seen} frames apart`);
  t.same(await from.client.stopChannel({ channelId: CHANNEL }), { success: true, errorMessage: '' });
  t.equal(await old.ended, 'end');
  while (after.numbers.length < 90) await after.next();

  const shown = [...before.numbers.slice(0, at + 1), ...after.numbers];
  t.ok(isContinuous(shown), 'every frame, in order, none twice');
  next.close();
});

t.test(
  'a Renderer that knows one port only sees the channel come back on it, where the plan is by then',
  async (t) => {
    const { from, to, port } = await twoEngines(t);
    const old = connectY4m(port);
    const before = record(old);
    while (before.numbers.length < 30) await before.next();
    await from.client.stopChannel({ channelId: CHANNEL });
    t.equal(await old.ended, 'end');
    await start(to, port);
    const next = connectY4m(port);
    const after = record(next);
    const last = before.numbers.at(-1) ?? -1;
    while (after.numbers.length < 60) await after.next();
    const lost = ((after.numbers[0] ?? 0) - last - 1 + TURN) % TURN;
    t.ok(lost < 150, 'it goes on where the plan is, not where it was');
    t.ok(isContinuous(before.numbers) && isContinuous(after.numbers));
    t.comment(`${lost} frames, ${Math.round((lost * 1000) / 30)} ms, were not seen`);
    next.close();
  },
);
