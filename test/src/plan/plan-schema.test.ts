/** The form of a plan: what is accepted, what is refused, and in which words. */
import t from 'tap';
import { parsePlan } from '../../../src/plan/plan-schema.js';

const signal = new AbortController().signal;
const parse = (raw: unknown) => parsePlan(raw, signal);

/** The message with which a plan is refused. */
async function refusal(raw: unknown): Promise<string> {
  try {
    await parse(raw);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'invalid_plan') return error.message;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(raw)}`);
}

const segment = { asset_uri: 'a.mp4', segment_duration_ms: 1000 };
const plan = (change: object) => ({ plan_id: 'p', segments: [segment], ...change });
const planOf = (change: object) => ({ plan_id: 'p', segments: [{ ...segment, ...change }] });

t.test('the plan of the design is accepted as it is', async (t) => {
  const parsed = await parse({
    plan_id: 'morning_block',
    start_utc_ms: 1795334400000,
    loop: true,
    segments: [
      {
        asset_uri: 'cartoons/ep1.mp4',
        asset_start_offset_ms: 0,
        segment_duration_ms: 1320000,
        segment_type: 'content',
      },
      { asset_uri: 'ads/cola.mp4', segment_duration_ms: 30000, segment_type: 'filler' },
    ],
  });
  t.equal(parsed.start_utc_ms, 1795334400000);
  t.same(parsed.segments[1], {
    asset_uri: 'ads/cola.mp4',
    asset_start_offset_ms: 0,
    segment_duration_ms: 30000,
    segment_type: 'filler',
  });
});

t.test('what is left out gets its default, and unknown keys are ignored', async (t) => {
  const parsed = await parse({ plan_id: 'p', season: 3, segments: [{ asset_uri: 'a.mp4', rating: 'G' }] });
  t.same(parsed, {
    plan_id: 'p',
    loop: false,
    segments: [{ asset_uri: 'a.mp4', asset_start_offset_ms: 0, segment_type: 'content' }],
  });
});

t.test('a wrong value is told with its place, the rule and the value', async (t) => {
  const cases: readonly (readonly [object | null | string, string])[] = [
    [planOf({ segment_duration_ms: -5 }), 'segments[0].segment_duration_ms: must be > 0 (is -5)'],
    [planOf({ segment_duration_ms: 0 }), 'segments[0].segment_duration_ms: must be > 0 (is 0)'],
    [
      planOf({ segment_duration_ms: Number.NaN }),
      'segments[0].segment_duration_ms: must be a whole number of milliseconds (is NaN)',
    ],
    [
      planOf({ segment_duration_ms: 1e15 }),
      'segments[0].segment_duration_ms: must be at most 31622400000 (366 days) (is 1000000000000000)',
    ],
    [
      planOf({ segment_duration_ms: 33.3 }),
      'segments[0].segment_duration_ms: must be a whole number of milliseconds (is 33.3)',
    ],
    [
      planOf({ segment_duration_ms: '30000' }),
      'segments[0].segment_duration_ms: must be a whole number of milliseconds (is "30000")',
    ],
    [planOf({ asset_start_offset_ms: -1 }), 'segments[0].asset_start_offset_ms: must be >= 0 (is -1)'],
    [
      planOf({ asset_start_offset_ms: Number.POSITIVE_INFINITY }),
      'segments[0].asset_start_offset_ms: must be a whole number of milliseconds (is Infinity)',
    ],
    [planOf({ asset_uri: '' }), 'segments[0].asset_uri: is empty; name a media file (is "")'],
    [planOf({ asset_uri: undefined }), 'segments[0].asset_uri: must be a string (is missing)'],
    [planOf({ asset_uri: 7 }), 'segments[0].asset_uri: must be a string (is 7)'],
    [planOf({ segment_type: null }), 'segments[0].segment_type: must be a string (is null)'],
    [plan({ plan_id: undefined }), 'plan_id: must be a string (is missing)'],
    [plan({ plan_id: 'a\nb' }), 'plan_id: must not contain control characters (is "a\\nb")'],
    [plan({ start_utc_ms: -1 }), 'start_utc_ms: must be >= 0 (is -1)'],
    [plan({ start_utc_ms: 1e15 }), 'start_utc_ms: must be at most 253402300799999 (is 1000000000000000)'],
    [
      plan({ start_utc_ms: '2026-01-01' }),
      'start_utc_ms: must be a whole number of milliseconds since 1970, UTC (is "2026-01-01")',
    ],
    [plan({ loop: 'yes' }), 'loop: must be true or false (is "yes")'],
    [plan({ segments: [] }), 'segments: must hold at least one segment (is a list of 0)'],
    [plan({ segments: undefined }), 'segments: must be a list of segments (is missing)'],
    [plan({ segments: { 0: segment } }), 'segments: must be a list of segments (is an object)'],
    [plan({ segments: ['a.mp4'] }), 'segments[0]: must be an object with asset_uri (is "a.mp4")'],
    [[], 'plan: must be an object with plan_id and segments (is a list of 0)'],
    [null, 'plan: must be an object with plan_id and segments (is null)'],
    ['text', 'plan: must be an object with plan_id and segments (is "text")'],
  ];
  for (const [raw, message] of cases) t.equal(await refusal(raw), message);
});

t.test('an asset that leads up, or is no file, is refused before anything is opened', async (t) => {
  t.match(
    await refusal(planOf({ asset_uri: '../../etc/passwd' })),
    /^segments\[0\]\.asset_uri: contains "\.\."/,
  );
  t.match(await refusal(planOf({ asset_uri: 'http://example.org/a.mp4' })), /asset_uri: is not a file/);
  t.match(
    await refusal(planOf({ asset_uri: 'a\u0000.mp4' })),
    /asset_uri: contains control characters.*"a\\u0000\.mp4"/,
  );
  t.match(await refusal(planOf({ asset_uri: 'x'.repeat(5000) })), /asset_uri: is 5000 characters long/);
});

t.test('the first five problems are told and the rest are counted', async (t) => {
  const segments = Array.from({ length: 12 }, () => ({ asset_uri: 'a.mp4', segment_duration_ms: -1 }));
  const message = await refusal({ plan_id: 7, segments });
  t.match(message, /^plan_id: must be a string \(is 7\); segments\[0\]\.segment_duration_ms/);
  t.match(message, /segments\[3\]\.segment_duration_ms: must be > 0 \(is -1\); and 8 more$/);
  t.notMatch(message, /segments\[4\]/);
});

t.test('100000 segments are accepted, and not one more', async (t) => {
  const segments = Array.from({ length: 100_001 }, () => segment);
  t.equal((await parse(plan({ segments: segments.slice(1) }))).segments.length, 100_000);
  t.equal(
    await refusal(plan({ segments })),
    'segments: must hold at most 100000 segments (is a list of 100001)',
  );
});

t.test('a long plan lets the event loop turn while it is checked, and can be called off', async (t) => {
  const reason = new Error('called off');
  const controller = new AbortController();
  const parsing = parsePlan(
    plan({ segments: Array.from({ length: 50_000 }, () => segment) }),
    controller.signal,
  );
  setImmediate(() => controller.abort(reason));
  await t.rejects(parsing, reason);
});

t.test('keys that mean something to JavaScript are data like any other', async (t) => {
  const raw = JSON.parse(
    '{"plan_id":"p","__proto__":{"loop":true},"constructor":1,"segments":[{"asset_uri":"a.mp4"}]}',
  );
  t.equal((await parse(raw)).loop, false);
});
