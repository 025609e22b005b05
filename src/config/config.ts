/**
 * The configuration as the engine's code uses it: the file's keys in camelCase, units kept in the names
 * (`decoder.backoff.base_ms` is `decoder.backoff.baseMs`), complete, checked, read-only, its paths absolute.
 */
import type { ConfigInFile } from './config-schema.js';

type CamelCase<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Key;

type CamelCaseKeys<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : T extends object
    ? { readonly [Key in keyof T as CamelCase<Key & string>]: CamelCaseKeys<T[Key]> }
    : T;

/** `ffmpeg` is null where none is named: one is then looked for. */
export type Config = CamelCaseKeys<ConfigInFile>;

/** `value` with its keys in camelCase at every depth; lists are left as they are. */
export function camelCaseKeys<T>(value: T): CamelCaseKeys<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as CamelCaseKeys<T>;
  const entries = Object.entries(value).map(([key, item]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    camelCaseKeys(item),
  ]);
  return Object.fromEntries(entries) as CamelCaseKeys<T>;
}
