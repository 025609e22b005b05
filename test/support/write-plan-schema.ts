/** Writes docs/plan.schema.json: `npm run docs:plan-schema`. */
import { writeFileSync } from 'node:fs';
import { PLAN_JSON_SCHEMA, planJsonSchema } from './plan-json-schema.js';

writeFileSync(PLAN_JSON_SCHEMA, planJsonSchema());
