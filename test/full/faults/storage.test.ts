/**
 * What becomes of media and of ffmpeg itself while they are on air: removed, replaced, cut short, away for a while, with
 * seven other channels airing beside. Decoders that run go on with what they have open; what is not there when it is
 * wanted costs its own time only, and airs again, at the frame that the clock names, once it is back.
 */
import { mkdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import tap, { type Test, test } from 'tap';
import { OTHER, openStage, type Victim } from '../../support/fault-stage.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { paintMedia } from '../../support/painted-media.js';
import { inWords, offSchedule, type Sight } from '../../support/viewer.js';

tap.setTimeout(280_000);
const stage = await openStage(tap);
const { wayward } = stage;
const ffmpeg = await testFfmpeg();

const at = (name: string) => path.join(stage.folder, name);
const numbers = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
const isSlate = (seen: readonly Sight[]) => seen.at(-1) === 'slate';
const isContent = (seen: readonly Sight[]) => typeof seen.at(-1) === 'number';

/** A plan of two: a file of its own, from beginning to end, then three seconds of another; over and over. */
async function airs(name: string, frames: number): Promise<{ victim: Victim; turn: number[] }> {
  await paintMedia(ffmpeg, { path: at(name), frames });
  const segments = [{ asset_uri: name }, { asset_uri: OTHER.name, segment_duration_ms: 3000 }];
  const victim = await stage.victim({ film: path.basename(name), plan: { loop: true, segments } });
  return { victim, turn: [...numbers(0, frames), ...numbers(OTHER.firstNumber, 90)] };
}

/** Asserts that all content was where the schedule has it, that the channel is well, and takes it off the air. */
async function endsWell(t: Test, victim: Victim, turn: readonly (number | null)[]): Promise<void> {
  t.same(offSchedule(victim.viewer.seen, turn), [], 'content was always where the clock says');
  t.match(await victim.snapshotWhere(({ state }) => state === 'ready'), { healthy: true, detail: '' });
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
}

test('media that are removed air to their end, cost their next slot, and return within it', async (t) => {
  const { victim, turn } = await airs('removed.mp4', 300);
  const { viewer } = victim;
  renameSync(at('removed.mp4'), at('removed.away'));
  await viewer.until(isSlate);
  t.match(
    inWords(viewer.seen),
    /^\d+\.\.299 5000\.\.5089 slate\*1$/,
    'slate from the first tick of its slot',
  );
  t.match(await victim.snapshotWhere(({ state }) => state === 'error'), {
    healthy: false,
    detail: /^Unusable: segments\[0\]\.asset_uri "removed\.mp4": does not exist/,
  });
  renameSync(at('removed.away'), at('removed.mp4'));
  await viewer.until(isContent);
  await viewer.ticks(30);
  t.match(inWords(viewer.seen), /5089 slate\*\d+ \d{1,3}\.\.\d+$/, 'in the midst of itself');
  t.same(victim.log('decoder_lost'), []);

  const told = victim.log('segment_unusable').length;
  renameSync(at('removed.mp4'), at('removed.away'));
  await victim.logged('segment_unusable', told + 1);
  renameSync(at('removed.away'), at('removed.mp4'));
  const from = viewer.seen.length;
  await viewer.until((seen) => seen.at(-1) === 30 && seen.length > from + 60);
  t.match(
    inWords(viewer.seen.slice(from)),
    /^\d+\.\.299 5000\.\.5089 0\.\.30$/,
    'back before its turn, nobody sees it',
  );
  await endsWell(t, victim, turn);
});

test('media that are replaced air to their end, then the new ones do', async (t) => {
  // Before it airs: a busy machine must not paint until the next turn's decoder has the old file.
  await paintMedia(ffmpeg, { path: at('new.mp4'), frames: 300, firstNumber: 20_000 });
  await paintMedia(ffmpeg, { path: at('newer.mp4'), frames: 300, firstNumber: 30_000 });
  const { victim } = await airs('replaced.mp4', 300);
  const { viewer } = victim;
  await victim.queueFull();
  renameSync(at('new.mp4'), at('replaced.mp4'));
  await viewer.until((seen) => seen.includes(20_030));
  t.match(inWords(viewer.seen), /^\d+\.\.299 5000\.\.5089 20000\.\.20030$/);

  renameSync(at('newer.mp4'), at('replaced.mp4'));
  await victim.signalDecoder('SIGKILL');
  await viewer.until((seen) => seen.includes(30_299));
  const [, last, next] =
    /^\d+\.\.299 5000\.\.5089 20000\.\.20(\d+) 30(\d+)\.\.30299$/.exec(inWords(viewer.seen)) ?? [];
  t.equal(
    Number(next),
    Number(last) + 1,
    'a decoder that is started anew goes on in them where the other was',
  );
  t.match((await victim.snapshot()).counters, { bufferUnderruns: 0 });
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
});

for (const [name, whatThen] of [
  ['truncated.mp4', 'of no use without their end'],
  ['truncated.mkv', 'what is left of them'],
] as const) {
  test(`media that are cut short air as far as they go (${path.extname(name)}: then ${whatThen})`, async (t) => {
    const { victim, turn } = await airs(name, 300);
    const { viewer } = victim;
    await victim.queueFull();
    truncateSync(at(name), statSync(at(name)).size / 2);
    await victim.logged('decoder_lost');
    await viewer.until((seen) => seen.includes(5089));
    const [, last, slate] = /^\d+\.\.(\d+) slate\*(\d+) 5000\.\.5089$/.exec(inWords(viewer.seen)) ?? [];
    t.ok(Number(last) > 60, `the first ${last} frames`);
    t.equal(Number(last) + Number(slate), 299, 'slate for the rest of their slot');
    const from = viewer.seen.length;
    await viewer.until((seen) => seen.lastIndexOf(5000) > from);
    const again = inWords(viewer.seen.slice(from));
    if (name.endsWith('.mkv')) {
      // The first decoder had read on a little by the time the rest was gone.
      const [, lastAgain, slateAgain] = /^0\.\.(\d+) slate\*(\d+) 5000$/.exec(again) ?? [];
      t.equal(Number(lastAgain) + Number(slateAgain), 299, 'and slate again in the next turn');
      t.ok(
        Number(lastAgain) > 60 && Number(lastAgain) <= Number(last),
        `after the first ${lastAgain} frames`,
      );
    } else t.equal(again, 'slate*300 5000', 'and nothing else in the next turn');
    await endsWell(t, victim, turn);
  });
}

test('a folder that is away for a while is missed only by a decoder that needs it', async (t) => {
  mkdirSync(at('shelf'));
  const { victim, turn } = await airs('shelf/film.mp4', 900);
  const { viewer } = victim;
  await victim.queueFull();
  const from = viewer.seen.length;
  renameSync(at('shelf'), at('shelf.away'));
  await viewer.ticks(90);
  t.match(inWords(viewer.seen.slice(from)), /^\d+\.\.\d+$/, 'what is open stays open');
  await victim.signalDecoder('SIGKILL');
  await viewer.until(isSlate);
  t.match(inWords(viewer.seen), /^\d+\.\.\d+ slate\*1$/, 'what is staged airs');
  renameSync(at('shelf.away'), at('shelf'));
  await viewer.until(isContent);
  await viewer.ticks(30);
  t.match(inWords(viewer.seen), /^\d+\.\.\d+ slate\*\d+ \d+\.\.\d+$/);
  await endsWell(t, victim, turn);
});

test('ffmpeg may be removed and put back: decoders that run go on, and those that are lost come back', async (t) => {
  const { victim, turn } = await airs('without-ffmpeg.mp4', 900);
  const { viewer } = victim;
  await victim.queueFull();
  wayward.remove();
  await victim.signalDecoder('SIGKILL');
  await victim.logged('decoder_lost', 2);
  wayward.putBack();
  t.match(victim.log('decoder_lost'), [
    { kind: 'crashed', reason: /was killed by SIGKILL/ },
    { kind: 'no_frames', reason: /ffmpeg: No such file or directory|could not be started/ },
  ]);
  const from = viewer.seen.length;
  await victim.snapshotWhere(({ state, decoders }) => state === 'ready' && decoders.length > 0);
  await viewer.ticks(120);
  t.match(inWords(viewer.seen.slice(from)), /^\d+\.\.\d+$/, 'in time, so that nobody sees it');
  await endsWell(t, victim, turn);
});

test('the bystanders aired every frame through all of it, and nothing is left behind', (t) => stage.close(t));
