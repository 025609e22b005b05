/** A plan's text, read beside the event loop where it is long: the same plan, and the loop goes on turning. */
import t from 'tap';
import { planOfText, planWithin } from '../../../src/plan/plan-of-text.js';
import { parsePlan } from '../../../src/plan/plan-schema.js';
import type { PlanSyntax } from '../../../src/plan/plan-text.js';

const signal = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, syntax: PlanSyntax = 'json') => planOfText(bytes(text), syntax, signal);

/** So many that the text is no short one in either syntax. */
const SEGMENTS = 4_500;
const raw = {
  plan_id: 'p',
  loop: true,
  segments: Array.from({ length: SEGMENTS }, (_, i) => ({
    asset_uri: `${i}.mp4`,
    segment_duration_ms: i + 1,
  })),
};
const yaml = `plan_id: p\nloop: true\nsegments:\n${raw.segments
  .map(
    ({ asset_uri, segment_duration_ms: ms }) => `- {asset_uri: ${asset_uri}, segment_duration_ms: ${ms}}\n`,
  )
  .join('')}`;

/** A megabyte that is no plan, and takes seconds and some hundred megabytes to be found out. */
const hostile = `segments: [${'{a: b},'.repeat(140_000)}]`;
/** Limits that nothing here comes near to. */
const AMPLE = { timeMs: 600_000, memoryMb: 256 };

/** How often the loop turns until `work` has settled. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let going = true;
  void work.finally(() => {
    going = false;
  });
  while (going) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  return turns;
}

t.test('a long text is the same plan as a short one would be, in JSON and in YAML', async (t) => {
  const plan = await parsePlan(raw, signal);
  t.same(await read(JSON.stringify(raw)), { ok: true, value: plan });
  t.same(await read(yaml, 'yaml'), { ok: true, value: plan });
  const short = { ...raw, segments: raw.segments.slice(0, 3) };
  t.same(await read(JSON.stringify(short)), { ok: true, value: await parsePlan(short, signal) });
});

t.test('what is wrong with a text is told alike, long or short', async (t) => {
  for (const text of ['{ "plan_id": "p", "segm', '{ "plan_id": p }']) {
    const padded = `${' '.repeat(100_000)}${text}`;
    const [short, long] = [await read(text), await read(padded)];
    t.match(short, { ok: false });
    t.match(long, {
      ok: false,
      cutShort: short.ok ? undefined : short.cutShort,
      reason: /is not valid JSON/,
    });
  }
  const wrong = { plan_id: '', segments: [{ asset_uri: 'a.mp4', segment_duration_ms: 0 }] };
  const problems = {
    code: 'invalid_plan',
    message: 'plan_id: must not be empty (is ""); segments[0].segment_duration_ms: must be > 0 (is 0)',
  };
  await t.rejects(read(JSON.stringify(wrong)), problems);
  await t.rejects(read(`${' '.repeat(100_000)}${JSON.stringify(wrong)}`), problems);
});

t.test('while a text is read that takes long, the loop goes on turning', async (t) => {
  // A tenth of a second of YAML at least; read on the loop, it would let it turn a handful of times.
  const turns = await turnsDuring(planOfText(bytes(yaml), 'yaml', signal));
  t.ok(turns > 100, `${turns} turns`);
});

t.test('who gives up ends it at once, whatever it is busy with', async (t) => {
  const abort = new AbortController();
  const reading = planOfText(bytes(hostile), 'yaml', abort.signal);
  setImmediate(() => abort.abort(new Error('not wanted any more')));
  await t.rejects(reading, { message: 'not wanted any more' });
  await t.rejects(planOfText(bytes(hostile), 'yaml', abort.signal), { message: 'not wanted any more' });
});

t.test('a text that takes more memory or time than a plan is worth is refused, and told which', async (t) => {
  const refusal = (limits: typeof AMPLE) => planWithin(limits, bytes(hostile), 'yaml', signal);
  t.same(await refusal({ ...AMPLE, memoryMb: 32 }), {
    ok: false,
    reason: 'takes more than 32 MB to read; split the plan',
    cutShort: false,
  });
  t.same(await refusal({ ...AMPLE, timeMs: 100 }), {
    ok: false,
    reason: "could not be read within 0.1 s; split the plan, or look after the machine's load",
    cutShort: false,
  });
});

t.test('a thread that runs out of memory when nobody waits for it any more ends nothing else', async (t) => {
  const read = (signal: AbortSignal) =>
    planWithin({ ...AMPLE, memoryMb: 32 }, bytes(hostile), 'yaml', signal);
  const refused = { ok: false, reason: 'takes more than 32 MB to read; split the plan' };
  const begunMs = performance.now();
  t.match(await read(signal), refused);
  const tookMs = performance.now() - begunMs;
  // Given up at every moment before its end: one is the moment in which it fails already, and has not told yet.
  for (let share = 0.5; share < 1.1; share += 0.02) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Error('not wanted any more')), share * tookMs);
    const answer = await read(abort.signal).catch((error: Error) => error.message);
    clearTimeout(timer);
    if (answer !== 'not wanted any more') t.match(answer, refused);
  }
});

t.test('a long text is refused for what is wrong with it, however much that is', async (t) => {
  const segments = Array(100_000).fill({ asset_uri: 'a.mp4', segment_duration_ms: -1 });
  const problems = [0, 1, 2, 3, 4].map((i) => `segments[${i}].segment_duration_ms: must be > 0 (is -1)`);
  await t.rejects(planWithin(AMPLE, bytes(JSON.stringify({ plan_id: 'x', segments })), 'json', signal), {
    code: 'invalid_plan',
    message: `${problems.join('; ')}; and 99995 more`,
  });
});
