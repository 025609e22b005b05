/**
 * Faults of decoders that last too long to be hidden, on real processes, while seven other channels air: the last frame
 * is held for a second, then slate airs for a second at least, and content comes back at the frame that the clock names.
 */
import tap, { type Test, test } from 'tap';
import { FILM_FRAMES, OTHER, openStage, type Victim } from '../../support/fault-stage.js';
import { inWords, offSchedule, type Sight } from '../../support/viewer.js';
import type { Fault } from '../../support/wayward-ffmpeg.js';

tap.setTimeout(280_000);
const stage = await openStage(tap);
const { engine, wayward } = stage;

const numbers = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
const FILM = numbers(0, FILM_FRAMES);
const isContent = (seen: readonly Sight[]) => typeof seen.at(-1) === 'number';
const isSlate = (seen: readonly Sight[]) => seen.at(-1) === 'slate';

/** Content to the last staged frame, that frame for a second, slate; in words, without what comes then. */
const LADDER = /^\d+\.\.(\d+) hold\(\1\)\*30 slate\*(\d+)/;

/** From now on no decoder of the victim's film is any good, and the present one is killed. */
async function spoilForGood(victim: Victim, fault: Fault): Promise<void> {
  await victim.queueFull();
  wayward.spoil(victim.film, { fault });
  await victim.signalDecoder('SIGKILL');
}

/** Asserts that the channel was told to be in error, by every way there is to tell. */
async function isKnownToBeOnSlate(t: Test, victim: Victim): Promise<void> {
  const { channelId } = victim;
  const snapshot = await victim.snapshotWhere(({ airing, state }) => airing === 'slate' && state === 'error');
  t.match(snapshot, {
    healthy: false,
    detail: /^BudgetExhausted: segments\[\d\]/,
    budget: { remaining: 0 },
  });
  const metrics = (await engine.metrics()).split('\n');
  for (const line of [
    `channel_state{channel="${channelId}"} 3`,
    `channel_health{channel="${channelId}"} 0`,
    `slate_active{channel="${channelId}"} 1`,
  ]) {
    t.ok(metrics.includes(`retrovue_playout_${line}`), line);
  }
}

/**
 * This one needs a minute to heal: the oldest of its restarts must have left the window. It has that while the others
 * suffer, as a ninth channel.
 */
const patient = await stage.victim();
await spoilForGood(patient, 'wrong-size');

test('a decoder that always gives up at once is tried 5 times, then slate airs until a plan brings content', async (t) => {
  const victim = await stage.victim();
  const { channelId, viewer } = victim;
  const health = victim.watchHealth();
  t.equal(await health.next(), 'SERVING');
  await spoilForGood(victim, 'exit1');
  t.equal(await health.next(), 'NOT_SERVING');
  await isKnownToBeOnSlate(t, victim);
  t.equal(victim.log('restart').length, 5);
  t.match(victim.log('decoder_lost'), [
    { kind: 'crashed', reason: /was killed by SIGKILL/ },
    ...Array(5).fill({ kind: 'no_frames', reason: /exited with code 1.*the wayward ffmpeg gives up/ }),
  ]);
  t.match(inWords(viewer.seen), new RegExp(`${LADDER.source}$`));
  await stage.bystandersSawNothing(t);

  wayward.heal(victim.film);
  const update = await engine.client.updatePlan({
    channelId,
    planHandle: `${stage.folder}/${victim.film}`,
  });
  t.same(update, { success: true, errorMessage: '' });
  t.equal(await health.next(), 'SERVING');
  health.cancel();
  await viewer.ticks(60);
  t.match(inWords(viewer.seen), new RegExp(`${LADDER.source} 0\\.\\.\\d+$`), 'afresh, from its beginning');
  t.match(await victim.snapshot(), { state: 'ready', healthy: true, budget: { remaining: 0 } });
  await victim.leave(t);
});

test('a dead segment costs its own slot, and the next one begins on its tick', async (t) => {
  const film = stage.freshFilm();
  wayward.spoil(film, { fault: 'exit1' });
  const segments = [
    { asset_uri: OTHER.name, segment_duration_ms: 3000 },
    { asset_uri: film, segment_duration_ms: 12_000 },
    { asset_uri: OTHER.name, asset_start_offset_ms: 5000, segment_duration_ms: 3000 },
  ];
  const victim = await stage.victim({ film, plan: { loop: true, segments } });
  const { viewer } = victim;
  const health = victim.watchHealth();
  t.equal(await health.next(), 'SERVING');
  t.equal(await health.next(), 'NOT_SERVING', 'its slot is longer than the restarts last');
  await isKnownToBeOnSlate(t, victim);
  t.equal(await health.next(), 'SERVING', 'the next segment is as good as ever');
  health.cancel();
  await viewer.until((seen) => seen.includes(5239));
  t.match(inWords(viewer.seen), /^\d+\.\.5089 hold\(5089\)\*30 slate\*330 5150\.\.5239/);
  t.equal((await victim.snapshotWhere(({ state }) => state === 'ready')).detail, '');
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
});

test('a decoder that hangs on its input before its first frame is given 5 s, then replaced', async (t) => {
  const victim = await stage.victim();
  const { viewer } = victim;
  await victim.queueFull();
  wayward.spoil(victim.film, { fault: 'fifo', decoders: 1 });
  await victim.signalDecoder('SIGKILL');
  await viewer.until(isSlate);
  await viewer.until(isContent);
  await viewer.ticks(30);
  t.match(victim.log('decoder_lost'), [
    { kind: 'crashed' },
    { kind: 'no_frames', reason: /gave no frame for \d+ ms/ },
  ]);
  isBackOnSchedule(t, victim);
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
});

test('a decoder slower than the clock airs the frames that the clock names, and is replaced', async (t) => {
  const film = stage.freshFilm();
  wayward.spoil(film, { fault: 'slow', decoders: 1 });
  const victim = await stage.victim({ film });
  const { viewer } = victim;
  await viewer.until(isSlate);
  await viewer.until(isContent);
  await viewer.ticks(30);
  t.match(victim.log('decoder_lost'), [{ kind: 'too_slow', reason: /behind the schedule/ }]);
  t.ok(((await victim.snapshot()).counters.framesDropped.late ?? 0) > 0, 'what comes too late is not aired');
  isBackOnSchedule(t, victim);
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
});

test('pictures of another size are never aired, and slate heals by itself once the decoder is well', async (t) => {
  const { viewer } = patient;
  await isKnownToBeOnSlate(t, patient);
  t.match(patient.log('decoder_lost'), [
    { kind: 'crashed' },
    ...Array(5).fill({ kind: 'no_frames', reason: /wrote pictures of 160x90 instead of 320x180/ }),
  ]);
  wayward.heal(patient.film);
  await viewer.until(isContent);
  await viewer.ticks(30);
  isBackOnSchedule(t, patient);
  t.match(await patient.snapshot(), { state: 'ready', healthy: true, detail: '' });
  t.equal(patient.log('restart').length, 6, 'the slow probe is a restart like any other');
  await patient.leave(t);
});

test('the bystanders aired every frame through all of it, and nothing is left behind', (t) => stage.close(t));

/** Asserts hold, slate and content again, once each, and that all content stood where the schedule has it. */
function isBackOnSchedule(t: Test, { viewer }: Victim): void {
  const words = inWords(viewer.seen);
  t.match(words, new RegExp(`${LADDER.source} \\d+\\.\\.\\d+$`));
  t.ok(Number(LADDER.exec(words)?.[2]) >= 30, 'slate stays for a second at least');
  t.same(offSchedule(viewer.seen, FILM), [], 'content is where the clock says');
}
