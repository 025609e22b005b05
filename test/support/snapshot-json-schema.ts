/** The form of a channel's snapshot as a JSON Schema, for those who read them in other languages. */
import { z } from 'zod';
import { readSnapshotForm } from '../../src/observe/snapshot-schema.js';
import { biomeJson } from './biome-json.js';

/** Where it lies, from the package's root. */
export const SNAPSHOT_JSON_SCHEMA = 'docs/snapshot.schema.json';

/** The schema as it is committed, formatted as Biome does. */
export function snapshotJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(readSnapshotForm, {
    io: 'input',
    // The largest number that JavaScript counts to tells nobody anything.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return biomeJson({
    $schema,
    title: 'Snapshot of a channel of the RetroVue playout engine, version 1',
    description: 'See docs/snapshots.md. Fields and words may be added within a version.',
    ...schema,
  });
}
