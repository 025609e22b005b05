/** The as-run log's lines: what was scheduled, what was seen of it, to the frame, and why not all of it. */
import t, { type Test } from 'tap';
import type { AsRunLine } from '../../../supervisors/channel/as-run-line.js';
import { type InlineChannel, inlineChannel } from '../../support/inline-channel.js';

const START_UTC_MS = 1_795_334_400_000;

/** The lines that are over. */
const lines = (air: InlineChannel): AsRunLine[] =>
  air.reports.flatMap((report) => (report.event === 'as_run' ? report.line : []));

/** `a 100c`, `b 20c 3h 7s`: the asset, or the kind of what was no segment, and its frames by what aired. */
const inShort = ({ kind, assetUri, frames }: AsRunLine) => {
  const { content, hold, slate, pad, skipped } = frames;
  const counts = [`${content}c`, `${hold}h`, `${slate}s`, `${pad}p`, `${skipped}k`];
  return [assetUri ?? kind, ...counts.filter((count) => !count.startsWith('0'))].join(' ');
};

/** What every channel must satisfy: its lines follow each other without a gap and count every tick once. */
async function endsWhole(t: Test, air: InlineChannel): Promise<AsRunLine[]> {
  await air.stop();
  const all = lines(air);
  t.same(
    all.slice(1).map(({ start }) => start),
    all.slice(0, -1).map(({ end }) => end),
    'each line begins where the one before ends',
  );
  const total = { content: 0, hold: 0, slate: 0, pad: 0 };
  for (const { frames } of all) {
    for (const source of ['content', 'hold', 'slate', 'pad'] as const) total[source] += frames[source];
  }
  const aired = { content: 0, hold: 0, slate: 0, pad: 0 };
  for (const { source } of air.aired) aired[source === 'operator_slate' ? 'slate' : source]++;
  t.same(total, aired, 'every tick is counted once, as what it aired');
  t.equal(all.at(-1)?.endedBy, 'stop');
  t.equal(air.channel.asRun, undefined);
  return all;
}

t.test('each segment has a line with its frames, its plan, and when it began', async (t) => {
  const plans = {
    p: {
      segments: [
        ['a', 100],
        ['b', 31],
      ],
    },
  } as const;
  const air = await inlineChannel(t, { plans });
  await air.startAndAir('p');
  await air.runTicks(200);
  const all = await endsWhole(t, air);
  t.match(all.map(inShort), [/^no_plan \d+p$/, 'a 100c', 'b 31c', /^after_plan \d+p$/]);
  t.ok(all.every(({ asPlanned, why }) => asPlanned && why.length === 0));
  t.match(all[1], {
    channel: 7,
    kind: 'segment',
    plannedFrames: 100,
    endedBy: 'schedule',
    planHandle: 'p',
    planHash: JSON.stringify(plans.p),
    segmentIndex: 0,
    segmentType: 'content',
    turn: 0,
  });
  const [, a, b] = all;
  t.equal(a?.plannedStart, a?.start);
  t.equal(Date.parse(b?.start ?? '') - Date.parse(a?.start ?? ''), 3_333, '100 frames');
  t.match(all[0], { planHandle: 'p', planHash: null, plannedStart: null, assetUri: null });
});

t.test('what airs now has a line that is not over', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 100]] } } });
  t.equal(air.channel.asRun, undefined);
  await air.startAndAir('p');
  await air.runUntil(() => air.channel.asRun?.frames.content === 40);
  t.match(air.channel.asRun, { assetUri: 'a', plannedFrames: 100, asPlanned: false, endedBy: null });
});

t.test('segments of one frame, over and over, have a line for each turn', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 1],
          ['b', 1],
        ],
        loop: true,
      },
    },
  });
  await air.startAndAir('p');
  await air.runTicks(60);
  const segments = (await endsWhole(t, air)).filter(({ kind }) => kind === 'segment');
  t.ok(segments.length > 50);
  t.same(
    segments.map(({ assetUri, turn, frames }) => [assetUri, turn, frames.content]),
    segments.map((_, i) => [i % 2 === 0 ? 'a' : 'b', Math.floor(i / 2), 1]),
  );
  t.ok(segments.every(({ asPlanned }) => asPlanned));
});

t.test('hold and slate are counted apart, with what went wrong', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 300],
          ['bad', 90],
          ['c', 60],
        ],
      },
    },
  });
  air.missing.add('bad');
  await air.startAndAir('p');
  await air.runTicks(470);
  const all = await endsWhole(t, air);
  t.match(all.map(inShort), [/^no_plan/, 'a 300c', 'bad 90s', 'c 60c', /^after_plan/]);
  t.same(all[2]?.asPlanned, false);
  t.match(all[2]?.why, [/asset "bad": no such file/]);
  t.same(all[3]?.why, [], 'what was wrong before is not held against it');
});

t.test('a decoder that stalls costs its segment frames, and is named as the reason', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 900]] } },
    settings: { queueFrames: 30, readyFrames: 10 },
  });
  await air.startAndAir('p');
  air.decoders.running[0]?.stall();
  await air.runTicks(920);
  const [, a] = await endsWhole(t, air);
  const { content = 0, hold = 0, slate = 0 } = a?.frames ?? {};
  t.equal(content + hold + slate, 900);
  t.ok(hold > 0);
  t.same(a?.asPlanned, false);
  t.match(a?.why.join(), 'its decoder gave no frame after its');
});

t.test('the line of an asset that is over before its slot says so', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 100],
          ['b', 30],
        ],
      },
    },
  });
  air.assetFrames.a = 70;
  air.decoders.script = ({ asset }) =>
    asset.input.kind === 'file' && asset.input.path === 'a' ? { endAt: 70 } : {};
  await air.startAndAir('p');
  await air.runTicks(140);
  const all = await endsWhole(t, air);
  t.same(all.slice(1, 3).map(inShort), ['a 70c 30p', 'b 30c']);
  t.match(all[1], { asPlanned: false, why: ['the asset ended before its slot did'] });
});

t.test(
  'a plan that is joined in progress says at which frame, and when it was planned to begin',
  async (t) => {
    const plans = {
      p: {
        segments: [
          ['a', 300],
          ['b', 60],
        ],
        startUtcMs: START_UTC_MS - 5_000,
      },
    } as const;
    const air = await inlineChannel(t, { plans, startUtcMs: START_UTC_MS });
    await air.startAndAir('p');
    await air.runTicks(220);
    const all = await endsWhole(t, air);
    const a = all.find(({ assetUri }) => assetUri === 'a');
    t.equal(a?.plannedStart, new Date(START_UTC_MS - 5_000).toISOString());
    t.ok((a?.start ?? '') >= new Date(START_UTC_MS).toISOString());
    t.match(a, {
      asPlanned: false,
      why: [
        /^joined in progress, at its frame 15\d$/,
        'its first frames were not there yet when the plan was joined',
      ],
    });
    t.match(
      all.find(({ assetUri }) => assetUri === 'b'),
      { asPlanned: true, plannedFrames: 60 },
    );
  },
);

t.test('a plan that starts later has a line for the time before it', async (t) => {
  const plans = { p: { segments: [['a', 30]], startUtcMs: START_UTC_MS + 3_000 } } as const;
  const air = await inlineChannel(t, { plans, startUtcMs: START_UTC_MS });
  await air.startAndAir('p');
  await air.runTicks(140);
  const all = await endsWhole(t, air);
  t.match(all.map(inShort).slice(-3), [/^before_plan \d+p$/, 'a 30c', /^after_plan/]);
  const a = all.at(-2);
  t.match(a, {
    asPlanned: true,
    plannedStart: '2026-11-22T08:00:03.000Z',
    start: '2026-11-22T08:00:03.000Z',
  });
});

t.test('a swap in the middle of a segment ends its line, and begins another one', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 3_000]] }, q: { segments: [['b', 60]] } },
  });
  await air.startAndAir('p');
  await air.runTicks(90);
  const update = air.channel.update('q');
  await air.runTicks(120);
  t.match(await update, { success: true });
  const all = await endsWhole(t, air);
  t.match(all.map(inShort), [/^no_plan/, /^a \d+c$/, 'b 60c', /^after_plan/]);
  t.match(all[1], { planHandle: 'p', plannedFrames: 3_000, asPlanned: false, endedBy: 'plan_change' });
  t.match(all[2], { planHandle: 'q', asPlanned: true, endedBy: 'schedule' });
});

t.test('a plan that cannot be had is slate without a plan, with the reason', async (t) => {
  const air = await inlineChannel(t, { plans: {} });
  await air.startAndAir('nothing');
  await air.runTicks(60);
  const [line, ...more] = await endsWhole(t, air);
  t.same(more, []);
  t.match(line, { kind: 'no_plan', planHandle: 'nothing', asPlanned: false, why: [/no such plan/] });
  t.ok((line?.frames.slate ?? 0) >= 59);
});

t.test('a decoder that fails for ever with ever new words has a line that stays short', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 30 * 600]] } },
    settings: { queueFrames: 30, readyFrames: 10 },
  });
  await air.startAndAir('p');
  air.decoders.script = () => ({ stallAt: 0 });
  for (let i = 0; i < 40; i++) {
    air.decoders.running[0]?.crash(`words ${i} ${'x'.repeat(2_000)}`);
    await air.run(3_000);
  }
  const line = (await endsWhole(t, air)).find(({ kind }) => kind === 'segment');
  t.ok((line?.why.length ?? 0) <= 6);
  t.ok(JSON.stringify(line).length < 4_000);
});

t.test('a host that stands still has skipped the ticks it missed', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 200],
          ['b', 300],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.runUntil(() => air.channel.asRun?.frames.content === 30);
  air.clock.stall(3_000);
  await air.runUntil(() => air.channel.asRun?.assetUri === 'b');
  const a = lines(air).find(({ assetUri }) => assetUri === 'a');
  const { content = 0, hold = 0, slate = 0, skipped = 0 } = a?.frames ?? {};
  t.ok(skipped > 80);
  t.equal(content + hold + slate + skipped, 200);
  t.match(a?.why.join(), `skipped ${skipped} ticks`);
  await air.runUntil(() => air.channel.asRun?.frames.content === 200);
  air.clock.stall(10_000);
  await air.runTicks(2);
  const all = await endsWhole(t, air);
  t.match(all.slice(-2).map(inShort), [/^skipped \d+k$/, /^after_plan/]);
  t.match(all.at(-2), { asPlanned: false, why: ['the host was held up'] });
});

t.test('time while the source supervisor is restarted is counted as well', async (t) => {
  let broken = false;
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 3_000]] } },
    sabotage: () => {
      if (broken) {
        broken = false;
        throw new Error('sabotage');
      }
    },
  });
  await air.startAndAir('p');
  await air.runTicks(30);
  broken = true;
  await air.runTicks(60);
  const all = await endsWhole(t, air);
  t.match(all.map(inShort), [/^no_plan/, /^a \d+c( \d+p)$/], 'its segment goes on as one line');
  t.match(all[1], { endedBy: 'stop', asPlanned: false });
});

t.test('a step of the wall clock moves the times of what follows, not of what is planned', async (t) => {
  const plans = {
    p: {
      segments: [
        ['a', 90],
        ['b', 30],
      ],
      startUtcMs: START_UTC_MS + 2_000,
    },
  } as const;
  const air = await inlineChannel(t, { plans, startUtcMs: START_UTC_MS });
  await air.startAndAir('p');
  await air.runUntil(() => air.channel.asRun?.assetUri === 'a');
  air.clock.stepUtc(3_600_000);
  await air.runUntil(() => lines(air).some(({ assetUri }) => assetUri === 'b'));
  t.match(lines(air).at(-1), {
    plannedStart: '2026-11-22T08:00:05.000Z',
    start: '2026-11-22T09:00:05.000Z',
    asPlanned: true,
  });
});

t.test('a preview is a line of its own, between two of the segment that it interrupts', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 600]] } } });
  air.assetFrames.x = 90;
  await air.startAndAir('p');
  await air.runTicks(60);
  const loaded = air.channel.loadPreview('x');
  await air.runTicks(15);
  t.match(await loaded, { success: true });
  const switched = air.channel.switchToLive();
  await air.runTicks(2);
  t.match(await switched, { success: true });
  await air.runTicks(600);
  const all = await endsWhole(t, air);
  t.match(all.map(inShort), [/^no_plan \d+p$/, /^a \d+c$/, 'x 90c', /^a \d+c$/, /^after_plan \d+p$/]);
  const [, before, preview, after] = all;
  t.match(preview, { segmentType: 'preview', plannedFrames: 90, asPlanned: true });
  t.equal((before?.frames.content ?? 0) + 90 + (after?.frames.content ?? 0), 600, 'the plan went on beneath');
  t.match([before, after], [{ asPlanned: false }, { asPlanned: false }], 'neither half is what was planned');
});
