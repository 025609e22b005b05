/** The schema of snapshots: as strict as it says, committed as a JSON Schema, and told field by field in the docs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { readSnapshotForm, snapshotForm } from '../../../src/observe/snapshot-schema.js';
import { SNAPSHOT_JSON_SCHEMA, snapshotJsonSchema } from '../../support/snapshot-json-schema.js';
import { sampleSnapshot, viewsOf } from './sample-snapshot.js';

const inPackage = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
const committed = inPackage(SNAPSHOT_JSON_SCHEMA);
const page = inPackage('docs/snapshots.md');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** `budget`, `budget.used`, `decoders[]`, `decoders[].pid`: every place that a value can stand in. */
function paths(schema: Schema, at = ''): string[] {
  const below = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) =>
      paths(value, at === '' ? key : `${at}.${key}`),
    ),
    ...(schema.items?.properties === undefined ? [] : paths(schema.items, `${at}[]`)),
    ...(schema.anyOf ?? []).flatMap((either) => paths(either, at)),
  ];
  return [...new Set(at === '' ? below : [at, ...below])];
}

const sample = () => viewsOf([sampleSnapshot()]).snapshot(7);

t.test('the JSON Schema is up to date: run "npm run docs:snapshot-schema" when this fails', async (t) => {
  t.equal(committed, snapshotJsonSchema());
});

t.test('the page names every field of the schema, and no other', async (t) => {
  const all = paths(JSON.parse(committed));
  t.ok(all.includes('decoders[].usage.rssBytes') && all.includes('lastExit.how'));
  // `a`, `b` | of every table after "## The fields".
  const rows = page.slice(page.indexOf('## The fields')).match(/^\| [^|]*`[^|]*\|/gm) ?? [];
  const named = new Set(rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')));
  for (const path of all) {
    const [, ofHistogram] = /Seconds\.(bounds|counts|sum|count)$/.exec(path) ?? [];
    const list = all.some((other) => other.startsWith(`${path}[]`));
    const group = all.some((other) => other.startsWith(`${path}.`));
    if (list || (group && !named.has(path))) continue;
    t.ok(named.has(ofHistogram ?? path), path);
  }
  const histogram = ['bounds', 'counts', 'sum', 'count'];
  for (const name of named) t.ok(all.includes(name) || histogram.includes(name), `${name} is a field`);
});

t.test('the example on the page is a snapshot', async (t) => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  t.match(snapshotForm.safeParse(JSON.parse(example)), { success: true, error: undefined });
});

t.test('the engine’s own is held to the letter; a reader lets pass what was added', async (t) => {
  const snapshot = sample();
  t.match(snapshotForm.safeParse(snapshot), { success: true, error: undefined });
  const added = { ...snapshot, airing: 'weather', colour: 'teal', budget: { ...snapshot?.budget, mood: 1 } };
  t.equal(snapshotForm.safeParse(added).success, false);
  t.match(readSnapshotForm.safeParse(added), { success: true, data: { airing: 'weather', channelId: 7 } });
  const bySchema = z.fromJSONSchema(JSON.parse(committed));
  t.equal(bySchema.safeParse(added).success, true);
});

t.test('neither takes what is missing, of another kind, or of another version', async (t) => {
  const bySchema = z.fromJSONSchema(JSON.parse(committed));
  const { lastExit: _, ...missing } = sample() ?? {};
  for (const wrong of [
    missing,
    { ...sample(), version: 2 },
    { ...sample(), channelId: '7' },
    { ...sample(), conditions: null },
    { ...sample(), port: 70_000 },
    { ...sample(), ageMs: -1 },
    [],
    null,
  ]) {
    for (const form of [snapshotForm, readSnapshotForm, bySchema])
      t.equal(form.safeParse(wrong).success, false);
  }
});
