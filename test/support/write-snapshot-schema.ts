/** Writes docs/snapshot.schema.json: `npm run docs:snapshot-schema`. */
import { writeFileSync } from 'node:fs';
import { SNAPSHOT_JSON_SCHEMA, snapshotJsonSchema } from './snapshot-json-schema.js';

writeFileSync(SNAPSHOT_JSON_SCHEMA, snapshotJsonSchema());
