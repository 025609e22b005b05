/**
 * Reads the configuration file: YAML, or JSON, which is read as the YAML it also is, so that a key written twice is
 * refused in both. Every key must be one of the schema's, at its place, or fit its open section; a section may be left
 * empty.
 */
import { readFile } from 'node:fs/promises';
import { isScalar, parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { quoted } from '../quoted.js';
import { ConfigError, shownValue } from './config-error.js';
import { type ConfigLayer, configKeys, nameProblem, type Setting } from './config-keys.js';
import { configSchema } from './config-schema.js';
import { nearestKey } from './nearest-key.js';

/**
 * What the file at `path` sets.
 * @throws ConfigError when it cannot be read or is not YAML
 */
export async function configFromFile(path: string): Promise<ConfigLayer> {
  const content = parseFile(path, await readText(path));
  const settings: Setting[] = [];
  const problems: string[] = [];
  walk(configSchema, content, '');
  return { settings, problems };

  function walk(section: z.ZodObject | z.ZodRecord, value: unknown, prefix: string): void {
    if (value === null || value === undefined) return;
    if (typeof value !== 'object' || Array.isArray(value)) {
      const where = prefix === '' ? '' : `${prefix.slice(0, -1)}: `;
      problems.push(`file ${path}: ${where}must be a section of keys (is ${shownValue(value)})`);
      return;
    }
    for (const [name, item] of Object.entries(value)) {
      const key = prefix + name;
      const setting = { key, value: item, origin: `file ${path}: ${key}` };
      if (section instanceof z.ZodRecord) {
        const problem = nameProblem(section, name);
        if (problem === undefined) settings.push(setting);
        else problems.push(`file ${path}: ${prefix.slice(0, -1)}: ${problem}`);
        continue;
      }
      const schema = Object.hasOwn(section.shape, name) ? section.shape[name] : undefined;
      if (schema === undefined) problems.push(`file ${path}: ${unknownKey(section, prefix, name)}`);
      else if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) walk(schema, item, `${key}.`);
      else settings.push(setting);
    }
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`file ${path}: cannot be read (${reason}): name a readable file with --config`], {
      cause: error,
    });
  }
}

function parseFile(path: string, text: string): unknown {
  try {
    // 7 and "7" are different keys to YAML, but not to us.
    const uniqueKeys = (a: unknown, b: unknown) =>
      isScalar(a) && isScalar(b) && String(a.value) === String(b.value);
    return parse(text, { logLevel: 'error', uniqueKeys });
  } catch (error) {
    // The parser's further lines draw the place; a log line has room for the first only.
    const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
    const hint =
      error instanceof YAMLParseError && reason.includes('scalar')
        ? ' (quote values such as "[::1]:9308")'
        : '';
    throw new ConfigError([`file ${path}: is not valid YAML or JSON: ${reason.replace(/:$/, '')}${hint}`], {
      cause: error,
    });
  }
}

function unknownKey(section: z.ZodObject, prefix: string, name: string): string {
  const siblings = Object.keys(section.shape);
  const near = nearestKey(name, siblings);
  const elsewhere = [...configKeys.keys()].find((key) => key.endsWith(`.${name}`));
  const meant = near === undefined ? elsewhere : prefix + near;
  const remedy = meant === undefined ? `known here: ${siblings.join(', ')}` : `did you mean ${meant}?`;
  return `${prefix}${/^[\w-]{1,60}$/.test(name) ? name : quoted(name)}: unknown key; ${remedy}`;
}
