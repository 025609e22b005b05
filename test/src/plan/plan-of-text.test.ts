/** A plan's text, read beside the event loop where it is long: the same plan, and the loop goes on turning. */
import t from 'tap';
import { planOfText } from '../../../src/plan/plan-of-text.js';
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
  const hostile = `segments: [${'{a: b},'.repeat(140_000)}]`;
  const reading = planOfText(bytes(hostile), 'yaml', abort.signal);
  setImmediate(() => abort.abort(new Error('not wanted any more')));
  await t.rejects(reading, { message: 'not wanted any more' });
  await t.rejects(planOfText(bytes(hostile), 'yaml', abort.signal), { message: 'not wanted any more' });
});

t.test('a text that takes more memory than a plan is worth is refused', async (t) => {
  const text = await read('['.repeat(800_000), 'yaml');
  t.match(text, { ok: false, cutShort: false, reason: /split the plan|Maximum call stack/ });
});
