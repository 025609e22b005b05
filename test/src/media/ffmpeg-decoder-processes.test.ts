/** The decoder as a process: whatever it does, it is told truly how it ended, and nothing of it stays. */
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { y4mHeader } from '../../../src/output/y4m.js';
import type { ReadyAsset } from '../../../supervisors/channel/plan.js';
import { FakeClock } from '../../support/fake-clock.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../../support/painted-media.js';
import { processesNaming, skipWithoutProc } from '../../support/processes.js';
import { tempDir } from '../../support/temp-dir.js';
import { decode, FORMAT, leavesNothing, standIn } from './decoding.js';

const ffmpeg = await testFfmpeg();
const folder = tempDir(t);
const film: ReadyAsset = {
  input: { kind: 'file', path: join(folder, 'film.mp4') },
  durationMs: undefined,
  displaySize: undefined,
};
await paintMedia(ffmpeg, { path: join(folder, 'film.mp4'), frames: 300 });

let scripts = 0;
const script = (text: string) => standIn(join(folder, `script-${++scripts}`), text);
/** The smallest format there is, and in the words of a shell: its stream header, and a frame of it. */
const TINY = { width: 16, height: 16, fpsNum: 30, fpsDen: 1 };
const HEADER = `echo '${y4mHeader(TINY).toString().trim()}'`;
const FRAME = 'echo FRAME; head -c 384 /dev/zero';
const ONE_FRAME = `${HEADER}; ${FRAME}`;
const order = (frames: number) => ({ asset: film, frames, format: TINY });

t.test('a decoder killed by a signal: the frames before it count, in order', async (t) => {
  const d = decode(t, { asset: film, frames: 300 }, { ffmpeg: ffmpeg.path, slots: 20 });
  await d.frames(10);
  process.kill(d.decoder.pid as number, 'SIGKILL');
  const exit = await d.exit;
  t.match(exit, { kind: 'crashed', code: null, signal: 'SIGKILL' });
  t.equal(exit.reason, `was killed by SIGKILL after ${exit.frames} of 300 frames`);
  t.equal(exit.frames, d.staged.length);
  t.same(
    d.staged.map(({ planes }) => readFrameNumber(planes, FORMAT.width, FORMAT.height)),
    d.staged.map((_, index) => index),
  );
  leavesNothing(t, d, 20);
});

t.test('one that crashes while it waits for room is told of at once, not when there is room', async (t) => {
  const d = decode(t, { asset: film, frames: 300 }, { ffmpeg: ffmpeg.path, slots: 2 });
  await d.full();
  process.kill(d.decoder.pid as number, 'SIGKILL');
  t.match(await d.exit, { kind: 'crashed', signal: 'SIGKILL', frames: 2 });
  leavesNothing(t, d, 2);
});

t.test('exit codes and last words are handed on', async (t) => {
  const d = decode(t, order(3), {
    ffmpeg: script(`${ONE_FRAME}; echo 'no such codec' >&2; exit 3`),
  });
  t.match(await d.exit, {
    kind: 'crashed',
    code: 3,
    signal: null,
    frames: 1,
    reason: 'exited with code 3 after 1 of 3 frames',
    stderrTail: 'no such codec',
  });
  leavesNothing(t, d, 4);
});

t.test('exit code 0 before the last frame is an end; half a frame is none', async (t) => {
  const d = decode(t, order(3), { ffmpeg: script(`${ONE_FRAME}; echo FRAME; head -c 200 /dev/zero`) });
  t.match(await d.exit, { kind: 'ended', code: 0, frames: 1, reason: 'ended after 1 of 3 frames' });
  leavesNothing(t, d, 4);
});

t.test('all frames and then an error code: all frames were delivered', async (t) => {
  const d = decode(t, order(1), { ffmpeg: script(`${ONE_FRAME}; exit 1`) });
  t.match(await d.exit, { kind: 'completed', code: 1, frames: 1, reason: 'delivered all frames' });
  leavesNothing(t, d, 2);
});

t.test('one that gives more than was ordered is stopped, and keeps no memory', async (t) => {
  const d = decode(t, order(2), { ffmpeg: script(`${HEADER}; while :; do ${FRAME}; done`) });
  t.match(await d.exit, { kind: 'completed', frames: 2, reason: 'delivered all frames and went on' });
  t.equal(d.staged.length, 2);
  leavesNothing(t, d, 3);
});

t.test(
  'one that writes other pictures, or none, is killed before anything of them is delivered',
  async (t) => {
    const cases = [
      [
        y4mHeader({ ...TINY, width: 18 })
          .toString()
          .trim(),
        'wrote pictures of 18x16 instead of 16x16',
      ],
      ['0 frames', 'wrote something else than pictures'],
    ];
    for (const [header, what] of cases) {
      const d = decode(t, order(3), { ffmpeg: script(`echo '${header}'; exec cat /dev/zero`) });
      t.match(await d.exit, { kind: 'crashed', frames: 0, reason: `${what} after 0 of 3 frames` });
      leavesNothing(t, d, 4);
    }
    const d = decode(t, order(3), { ffmpeg: script(`${ONE_FRAME}; exec cat /dev/zero`) });
    const reason = 'wrote something else where a frame was due after 1 of 3 frames';
    t.match(await d.exit, { kind: 'crashed', frames: 1, reason });
    leavesNothing(t, d, 4);
  },
);

t.test('a binary that is missing is a crash that names it', async (t) => {
  const ffmpeg = join(folder, 'no-such-ffmpeg');
  const d = decode(t, { asset: film, frames: 10 }, { ffmpeg });
  const exit = await d.exit;
  t.match(exit, { kind: 'crashed', frames: 0 });
  t.match(`${exit.reason} ${exit.stderrTail}`, 'no-such-ffmpeg');
  t.equal(await d.decoder.stop('ask'), undefined);
  leavesNothing(t, d, 11);
});

t.test('a binary that may not be executed is a crash', async (t) => {
  const d = decode(t, { asset: film, frames: 10 }, { ffmpeg: folder });
  t.match(await d.exit, { kind: 'crashed', frames: 0 });
  leavesNothing(t, d, 11);
});

t.test(
  'a spawn that the system refuses outright is a crash, and keeps no socket',
  { skip: skipWithoutProc },
  async (t) => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const asset: ReadyAsset = { ...film, input: { kind: 'file', path: `/${'x'.repeat(200_000)}` } };
    const before = descriptors();
    for (let i = 0; i < 5; i++) {
      const d = decode(t, { asset, frames: 10 }, { ffmpeg: ffmpeg.path });
      t.match(await d.exit, { kind: 'crashed', frames: 0, reason: /could not be started: .*E2BIG/ });
      leavesNothing(t, d, 11);
    }
    // Sockets are closed in the next turns of the loop.
    while (descriptors() > before) await new Promise((resolve) => setImmediate(resolve));
  },
);

t.test(
  'one that ignores `q` and SIGTERM is killed, with its children',
  { skip: skipWithoutProc },
  async (t) => {
    const d = decode(t, order(2), {
      ffmpeg: script(`trap '' TERM; echo ready >&2; ${ONE_FRAME}; while :; do sleep 61; done`),
    });
    await d.frames(1);
    t.equal(await d.decoder.stop('ask'), undefined);
    t.match(await d.exit, { kind: 'asked', signal: 'SIGKILL', reason: 'stopped after 1 of 2 frames' });
    t.same(processesNaming(`${folder}/script-`), []);
    leavesNothing(t, d, 3);
  },
);

t.test('one stopped by SIGSTOP is killed at once', { skip: skipWithoutProc }, async (t) => {
  for (const how of ['ask', 'kill'] as const) {
    // The clock stands still: no step that waits is ever taken.
    const clock = new FakeClock();
    const d = decode(t, order(2), { ffmpeg: script(`${ONE_FRAME}; while :; do sleep 61; done`), clock });
    await d.frames(1);
    const pid = d.decoder.pid as number;
    process.kill(pid, 'SIGSTOP');
    while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    t.equal(await d.decoder.stop(how), undefined);
    t.match(await d.exit, { kind: 'asked', signal: 'SIGKILL' });
    leavesNothing(t, d, 3);
  }
});

t.test('stopped before its process was started, it never is', async (t) => {
  const marker = join(folder, 'was-started');
  const d = decode(t, order(2), { ffmpeg: script(`echo > ${marker}`) });
  t.equal(d.decoder.pid, undefined);
  t.same(await Promise.all([d.decoder.stop('ask'), d.decoder.stop('kill')]), [undefined, undefined]);
  t.match(await d.exit, { kind: 'asked', code: null, signal: null, frames: 0 });
  t.notOk(readdirSync(folder).includes('was-started'));
  leavesNothing(t, d, 3);
});

t.test('those that run are known by pid, and can all be killed at once', async (t) => {
  const d = decode(t, { asset: film, frames: 300 }, { ffmpeg: ffmpeg.path, slots: 2 });
  await d.full();
  t.same(d.decoders.pids(), [d.decoder.pid]);
  d.decoders.killAll();
  t.match(await d.exit, { kind: 'crashed', signal: 'SIGKILL' });
  t.same(d.decoders.pids(), []);
  d.decoders.killAll();
});

t.test('it runs at low priority, in a process group of its own', { skip: skipWithoutProc }, async (t) => {
  const d = decode(t, { asset: film, frames: 300 }, { ffmpeg: ffmpeg.path, slots: 2 });
  await d.full();
  const pid = d.decoder.pid as number;
  t.equal(getPriority(pid), 10);
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  t.equal(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]), pid);
  await d.decoder.stop('ask');
});

t.test('nothing of our environment is its business', async (t) => {
  process.env.RETROVUE_TEST_SECRET = 'hush';
  t.teardown(() => {
    delete process.env.RETROVUE_TEST_SECRET;
  });
  // A test runner may add some of its own to whatever node spawns, and the shell does.
  const known = '^(PATH|HOME|USER|AV_[A-Z_]*|RETROVUE_[A-Z_]*)$';
  const d = decode(t, order(1), {
    ffmpeg: script(`env | cut -d= -f1 | grep -E '${known}' | sort >&2; exit 1`),
  });
  t.equal((await d.exit).stderrTail, 'AV_LOG_FORCE_NOCOLOR\nPATH');
});

t.test('what it says is kept at its end only, and without escapes', async (t) => {
  const d = decode(t, order(1), {
    ffmpeg: script(
      "head -c 10000000 /dev/zero | tr '\\0' 'x' >&2; printf '\\n\\033[31mred\\033[0m\\a end\\n' >&2; exit 1",
    ),
  });
  const { stderrTail } = await d.exit;
  t.ok(Buffer.byteLength(stderrTail) <= 2048);
  t.equal(stderrTail.split('\n').at(-1), 'red end');
});

t.test('many at once each tell of their own end, and none stays', async (t) => {
  const all = Array.from({ length: 12 }, (_, i) => {
    const how = (['run', 'ask', 'kill'] as const)[i % 3] ?? 'run';
    // Those that are to be stopped cannot come to their end before.
    const slots = how === 'run' ? 41 : 5;
    const asked = { asset: film, frames: 40, positionMs: i * 500 };
    return { d: decode(t, asked, { ffmpeg: ffmpeg.path, slots }), how, slots };
  });
  await Promise.all(
    all.map(async ({ d, how, slots }) => {
      if (how !== 'run') {
        await d.frames(1);
        await d.decoder.stop(how);
      }
      t.match(await d.exit, { kind: how === 'run' ? 'completed' : 'asked' });
      leavesNothing(t, d, slots);
    }),
  );
});
