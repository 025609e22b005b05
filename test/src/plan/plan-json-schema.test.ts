/** The JSON Schema of plans is made from the schema that the engine checks with, and judges plans as that one does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { inspectPlan } from '../../../src/plan/plan-schema.js';
import { PLAN_JSON_SCHEMA, planJsonSchema } from '../../support/plan-json-schema.js';

const inPackage = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
const committed = inPackage(PLAN_JSON_SCHEMA);

t.test('it is up to date: run "npm run docs:plan-schema" when this fails', async (t) => {
  t.equal(committed, planJsonSchema());
});

t.test('the page names every field, and no other', async (t) => {
  const { properties: ofPlan } = JSON.parse(committed);
  const ofSegment = Object.keys(ofPlan.segments.items.properties).map((key) => `segments[].${key}`);
  const [, fields = ''] =
    /^## Fields\n(.*?)^Fields that are not listed/ms.exec(inPackage('docs/plans.md')) ?? [];
  const named = [...fields.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  t.same(named.sort(), [...Object.keys(ofPlan), ...ofSegment].sort());
});

t.test('it takes and refuses the plans that the engine does', async (t) => {
  const bySchema = z.fromJSONSchema(JSON.parse(committed));
  const segment = { asset_uri: 'a.mp4', segment_duration_ms: 1000 };
  const plan = (change: object) => ({ plan_id: 'p', segments: [segment], ...change });
  const planOf = (change: object) => plan({ segments: [{ ...segment, ...change }] });
  for (const [raw, isFine] of [
    [plan({}), true],
    [plan({ start_utc_ms: 1_795_334_400_000, loop: true, season: 3 }), true],
    [planOf({ asset_start_offset_ms: 5, segment_type: 'filler', rating: 'G' }), true],
    [plan({ segments: [{ asset_uri: 'a.mp4' }] }), true],
    [plan({ plan_id: undefined }), false],
    [plan({ plan_id: '' }), false],
    [plan({ plan_id: 'x'.repeat(201) }), false],
    [plan({ start_utc_ms: -1 }), false],
    [plan({ start_utc_ms: 1e15 }), false],
    [plan({ start_utc_ms: '2026-01-01' }), false],
    [plan({ loop: 'yes' }), false],
    [plan({ segments: [] }), false],
    [plan({ segments: ['a.mp4'] }), false],
    [planOf({ asset_uri: '' }), false],
    [planOf({ asset_uri: 7 }), false],
    [planOf({ asset_uri: 'x'.repeat(4097) }), false],
    [planOf({ asset_start_offset_ms: -1 }), false],
    [planOf({ segment_duration_ms: 0 }), false],
    [planOf({ segment_duration_ms: 33.3 }), false],
    [planOf({ segment_duration_ms: 1e15 }), false],
    [planOf({ segment_type: null }), false],
    [[], false],
  ] as const) {
    const shown = JSON.stringify(raw).slice(0, 100);
    const { problems } = await inspectPlan(raw, new AbortController().signal);
    t.equal(problems.length === 0, isFine, `the engine: ${shown}`);
    t.equal(bySchema.safeParse(raw).success, isFine, `the schema: ${shown}`);
  }
});
