/**
 * The keys of the schema as a flat list (`decoder.backoff.base_ms`), and what a source of configuration hands over:
 * settings, each with the words that name its origin, and the problems found while reading them. Most sections have
 * the schema's keys; an open section (`slate.channels`) has keys of the operator's choice, all of one kind.
 */
import { z } from 'zod';
import { quoted } from '../quoted.js';
import { configSchema } from './config-schema.js';

/** One key as one source sets it. */
export interface Setting {
  /** A key of {@link configKeys}, or one in a section of {@link openSections}. */
  readonly key: string;
  /** As the file could have had it; not validated yet. */
  readonly value: unknown;
  /** What a message about it begins with: `file c.yaml: queue.frames`, `environment X`, `--grpc`. */
  readonly origin: string;
}

/** What one source says. */
export interface ConfigLayer {
  readonly settings: readonly Setting[];
  readonly problems: readonly string[];
}

const leaves = leavesOf(configSchema, '');

/** Every key that the schema names, with the schema of its value; sections themselves are not in it. */
export const configKeys: ReadonlyMap<string, z.ZodType> = new Map(
  leaves.filter(([, schema]) => !(schema instanceof z.ZodRecord)),
);

/** Every open section. */
export const openSections: ReadonlyMap<string, z.ZodRecord> = new Map(
  leaves.flatMap(([key, schema]) => (schema instanceof z.ZodRecord ? [[key, schema]] : [])),
);

function leavesOf(section: z.ZodObject, prefix: string): [string, z.ZodType][] {
  return Object.entries(section.shape).flatMap(([name, schema]): [string, z.ZodType][] =>
    schema instanceof z.ZodObject
      ? leavesOf(schema, `${prefix}${name}.`)
      : [[`${prefix}${name}`, schema as z.ZodType]],
  );
}

/** The schema of a setting's value. */
export function schemaOf(key: string): z.ZodType | undefined {
  const section = openSections.get(key.slice(0, key.lastIndexOf('.')));
  return configKeys.get(key) ?? (section?.valueType as z.ZodType | undefined);
}

/** What is wrong with `name` as a key of an open section, in words; undefined where nothing is. */
export function nameProblem(section: z.ZodRecord, name: string): string | undefined {
  const issue = z.safeParse(section.keyType, name).error?.issues[0];
  return issue === undefined ? undefined : `${quoted(name)} ${issue.message}`;
}

/** Text of an environment variable or flag as the value that the key takes; left as it is where it is none. */
export function valueFromText(key: string, text: string): unknown {
  const schema = schemaOf(key);
  const given = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  const type = given instanceof z.ZodNullable ? given.unwrap() : given;
  if (type instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  if (type instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return type instanceof z.ZodArray ? text.split(':') : text;
}
