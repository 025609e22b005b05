/**
 * The keys of the schema as a flat list (`decoder.backoff.base_ms`), and what a source of configuration hands over:
 * settings, each with the words that name its origin, and the problems found while reading them.
 */
import { z } from 'zod';
import { configSchema } from './config-schema.js';

/** One key as one source sets it. */
export interface Setting {
  /** A key of {@link configKeys}. */
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

/** Every key with the schema of its value; sections themselves are not in it. */
export const configKeys: ReadonlyMap<string, z.ZodType> = new Map(leavesOf(configSchema, ''));

function leavesOf(section: z.ZodObject, prefix: string): [string, z.ZodType][] {
  return Object.entries(section.shape).flatMap(([name, schema]): [string, z.ZodType][] =>
    schema instanceof z.ZodObject
      ? leavesOf(schema, `${prefix}${name}.`)
      : [[`${prefix}${name}`, schema as z.ZodType]],
  );
}

/** Text of an environment variable or flag as the value that the key takes; left as it is where it is none. */
export function valueFromText(key: string, text: string): unknown {
  const schema = configKeys.get(key);
  const type = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  if (type instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return type instanceof z.ZodArray ? text.split(':') : text;
}
