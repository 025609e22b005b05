/**
 * Faults of decoders that nobody is to see, on real processes, while seven other channels air: with a full queue, what a
 * viewer gets are the frames of the schedule, each once and in order, whatever became of the decoder that made them.
 */
import tap, { type Test, test } from 'tap';
import { OTHER, openStage, type Victim } from '../../support/fault-stage.js';
import { inWords } from '../../support/viewer.js';
import type { Fault } from '../../support/wayward-ffmpeg.js';

tap.setTimeout(280_000);
const stage = await openStage(tap);
const { wayward } = stage;

/** So many frames after its start a decoder fails: the queue is full by then, and stays so. */
const LATER = 90;
/** Twice what is staged: half of it was decoded after the fault. */
const SEEN_TICKS = 120;
/** Far below the second after which a decoder that gives nothing counts as stalled. */
const MOMENT_TICKS = 10;

/** Asserts that all that was seen from this tick on are numbers that count on. */
function sawEveryFrame(t: Test, { viewer }: Victim, from = 0): void {
  t.match(inWords(viewer.seen.slice(from)), /^\d+\.\.\d+$/, 'every frame, once, in order');
}

type Act = (victim: Victim) => Promise<void>;

const LOSSES: readonly (readonly [
  what: string,
  how: { readonly fault: Fault } | { readonly act: Act },
  log: readonly object[],
])[] = [
  [
    'is killed',
    { act: (victim) => victim.signalDecoder('SIGKILL') },
    [{ kind: 'crashed', reason: /was killed by SIGKILL/ }],
  ],
  ['crashes', { fault: 'segv' }, [{ kind: 'crashed', reason: /was killed by SIGSEGV/ }]],
  [
    'is stopped and stays so',
    { act: (victim) => victim.signalDecoder('SIGSTOP') },
    [{ kind: 'stalled', reason: /gave no frame after its \d+th for \d+ ms/ }],
  ],
  ['exits with code 0 too early', { fault: 'exit0-early' }, [{ kind: 'ended_early', frames: LATER }]],
  ['ends within a frame', { fault: 'half-frame' }, [{ kind: 'ended_early', frames: LATER }]],
  [
    'goes on with frames that are shifted',
    { fault: 'shifted' },
    [{ kind: 'crashed', frames: LATER, reason: /wrote something else where a frame was due/ }],
  ],
  [
    'is followed by one that gives up at once',
    { act: (victim) => killAndSpoilNext(victim, 'exit1') },
    [
      { kind: 'crashed' },
      { kind: 'no_frames', reason: /exited with code 1 after 0 of .*the wayward ffmpeg gives up/ },
    ],
  ],
  [
    'is followed by one that makes pictures of another size',
    { act: (victim) => killAndSpoilNext(victim, 'wrong-size') },
    [{ kind: 'crashed' }, { kind: 'no_frames', reason: /wrote pictures of 160x90 instead of 320x180/ }],
  ],
];

async function killAndSpoilNext(victim: Victim, fault: Fault): Promise<void> {
  wayward.spoil(victim.film, { fault, decoders: 1 });
  await victim.signalDecoder('SIGKILL');
}

for (const [what, how, log] of LOSSES) {
  test(`a decoder that ${what} is replaced unseen`, async (t) => {
    const film = stage.freshFilm();
    if ('fault' in how) wayward.spoil(film, { fault: how.fault, decoders: 1, frames: LATER });
    const victim = await stage.victim({ film });
    const { viewer } = victim;
    const health = victim.watchHealth();
    t.equal(await health.next(), 'SERVING');
    let changes = 0;
    // It is cancelled before the next one comes.
    health.next().then(
      () => changes++,
      () => {},
    );
    await victim.queueFull();
    if ('act' in how) await how.act(victim);
    await victim.logged('decoder_lost', log.length);
    await viewer.ticks(SEEN_TICKS);
    sawEveryFrame(t, victim);
    t.match(victim.log('decoder_lost'), log);
    const { counters, state, lastExit } = await victim.snapshot();
    t.equal(state, 'ready');
    t.match(lastExit, { reason: String });
    t.match(counters, { bufferUnderruns: 0, decodeFailures: log.length, framesAired: { hold: 0 } });
    t.equal(victim.log('restart').length, log.length);
    t.equal(changes, 0, 'nobody is told of what nobody sees');
    health.cancel();
    await stage.bystandersSawNothing(t);
    await victim.leave(t);
  });
}

test('a decoder that is stopped for a moment is left in peace', async (t) => {
  const victim = await stage.victim();
  await victim.queueFull();
  await victim.signalDecoder('SIGSTOP');
  await victim.viewer.ticks(MOMENT_TICKS);
  await victim.signalDecoder('SIGCONT');
  await victim.viewer.ticks(SEEN_TICKS);
  sawEveryFrame(t, victim);
  t.same(victim.log('decoder_lost'), []);
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
});

test('a decoder that writes to stderr without end goes on decoding, and holds up nobody', async (t) => {
  const film = stage.freshFilm();
  wayward.spoil(film, { fault: 'endless-stderr', decoders: 1 });
  const victim = await stage.victim({ film });
  await victim.viewer.ticks(2 * SEEN_TICKS);
  sawEveryFrame(t, victim);
  t.equal(wayward.spoiled(film), 1);
  t.same(victim.log('decoder_lost'), []);
  await stage.bystandersSawNothing(t);
  await victim.leave(t);
});

for (const [what, fault] of [
  ['goes on beyond its order', 'endless-output'],
  ['does not end when it is done, nor when it is asked to', 'ignores-term'],
] as const) {
  test(`a decoder that ${what} is cut at its segment's end`, async (t) => {
    const TWO_TURNS = 2 * (90 + 60);
    const film = stage.freshFilm();
    wayward.spoil(film, { fault });
    const segments = [
      { asset_uri: film, segment_duration_ms: 3000 },
      { asset_uri: OTHER.name, segment_duration_ms: 2000 },
    ];
    const victim = await stage.victim({ film, plan: { loop: true, segments } });
    await victim.viewer.ticks(TWO_TURNS);
    t.match(
      inWords(victim.viewer.seen),
      /^\d+\.\.89 5000\.\.5059 0\.\.89 5000\.\.5059( \d+(\.\.\d+)?)?$/,
      'neither more nor less of it than its slot has, twice',
    );
    t.ok(wayward.spoiled(film) >= 2);
    t.same(victim.log('decoder_lost'), []);
    await stage.bystandersSawNothing(t);
    await victim.leave(t);
  });
}

test('the bystanders aired every frame through all of it, and nothing is left behind', (t) => stage.close(t));
