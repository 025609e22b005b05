/**
 * Puts the configuration together: defaults, then the file, then the environment, then flags, the later ones winning.
 * Every value is checked where it is set, an overridden one too, and all problems are told at once, each with the
 * key and the place it comes from.
 */
import { resolve } from 'node:path';
import { type Config, camelCaseKeys } from './config.js';
import { ConfigError, shownValue } from './config-error.js';
import { configFromEnvironment } from './config-from-environment.js';
import { type ConfigFlags, configFromFlags } from './config-from-flags.js';
import { type ConfigLayer, configKeys, openSections, type Setting, schemaOf } from './config-keys.js';
import { type ConfigInFile, configSchema } from './config-schema.js';
import { type CrossProblem, crossChecks } from './cross-checks.js';

export interface ConfigSources {
  /** Path of the configuration file; absent: none is read. */
  readonly file?: string | undefined;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly flags: ConfigFlags;
}

/**
 * The configuration that `sources` add up to. Relative paths count from the working directory, wherever they are set.
 * @throws ConfigError when anything in it is wrong; the engine then must not start (exit code 78)
 */
export async function loadConfig({ file, environment, flags }: ConfigSources): Promise<Config> {
  const layers: ConfigLayer[] = [
    ...(file === undefined ? [] : [await layerOfFile(file)]),
    configFromEnvironment(environment),
    configFromFlags(flags),
  ];
  const settings = layers.flatMap((layer) => layer.settings);
  refuse([...layers.flatMap((layer) => layer.problems), ...settings.flatMap(problemsOf)]);

  const winning = new Map(settings.map((setting) => [setting.key, setting]));
  const config = configSchema.parse(nested(winning));
  refuse(crossChecks(config).map((problem) => crossMessage(problem, winning)));
  return camelCaseKeys(withAbsolutePaths(config));
}

/** The parser of YAML takes a while to load, and many are configured by flags alone. */
async function layerOfFile(file: string): Promise<ConfigLayer> {
  const { configFromFile } = await import('./config-from-file.js');
  return await configFromFile(file);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

function problemsOf({ key, value, origin }: Setting): string[] {
  const result = schemaOf(key)?.safeParse(value);
  // One word per value is enough: what is no number is not also too small.
  const issue = result?.error?.issues[0];
  if (issue === undefined) return [];
  const index = issue.path[0];
  const item = typeof index === 'number' && Array.isArray(value) ? value[index] : value;
  const at = typeof index === 'number' ? `[${index}]` : '';
  return [`${origin}${at}: ${issue.message} (is ${shownValue(item)})`];
}

/** The settings as the schema's tree; every section is there, keys nobody sets are left to their defaults. */
function nested(settings: ReadonlyMap<string, Setting>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  const sectionAt = (path: readonly string[]) => {
    let node = tree;
    for (const section of path) {
      node[section] ??= {};
      node = node[section] as Record<string, unknown>;
    }
    return node;
  };
  for (const key of configKeys.keys()) sectionAt(key.split('.').slice(0, -1));
  for (const key of openSections.keys()) sectionAt(key.split('.'));
  for (const [key, { value }] of settings) {
    const path = key.split('.');
    const name = path.pop() ?? key;
    sectionAt(path)[name] = value;
  }
  return tree;
}

function crossMessage({ keys, message }: CrossProblem, settings: ReadonlyMap<string, Setting>): string {
  const origins = keys.flatMap((key) => settings.get(key)?.origin ?? []);
  const also = origins.length > 1 ? ` (see also ${origins.slice(1).join(', ')})` : '';
  const origin = origins[0] ?? '';
  const about = origin.endsWith(keys[0] ?? '') ? origin : `${origin}: ${keys[0]}`;
  return `${about}: ${message}${also}`;
}

function withAbsolutePaths(config: ConfigInFile): ConfigInFile {
  return {
    ...config,
    plans: { ...config.plans, directory: resolve(config.plans.directory) },
    media_roots: config.media_roots.map((root) => resolve(root)),
    slate: {
      image: config.slate.image === null ? null : resolve(config.slate.image),
      channels: Object.fromEntries(
        Object.entries(config.slate.channels).map(([id, image]) => [id, resolve(image)]),
      ),
    },
    as_run: {
      ...config.as_run,
      directory: config.as_run.directory === null ? null : resolve(config.as_run.directory),
    },
    // A bare name is looked up in PATH by whoever starts it.
    ffmpeg: config.ffmpeg?.includes('/') ? resolve(config.ffmpeg) : config.ffmpeg,
  };
}
