/**
 * The form of a plan as a JSON Schema, for editors and for those who write plans in other languages. It is made from
 * the schema that the engine itself checks with, and says of it what a JSON Schema can: what lies beyond (`..` in an
 * asset, control characters, whether an asset exists) is told by `plan check`.
 */
import { z } from 'zod';
import { planForm } from '../../src/plan/plan-schema.js';
import { biomeJson } from './biome-json.js';

/** Where it lies, from the package's root. */
export const PLAN_JSON_SCHEMA = 'docs/plan.schema.json';

/** The schema as it is committed, formatted as Biome does. */
export function planJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(planForm, { io: 'input' });
  return biomeJson({
    $schema,
    title: 'Plan of the RetroVue playout engine',
    description: 'See docs/plans.md. Keys that are not listed are ignored.',
    ...schema,
  });
}
