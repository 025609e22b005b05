/**
 * Configuration from environment variables: `RETROVUE_PLAYOUT_` and the key in capitals, with `__` for each dot
 * (`RETROVUE_PLAYOUT_DECODER__BACKOFF__BASE_MS`). `RETROVUE_PLAYOUT_PLANS` is short for `plans.directory`, lists are
 * colon separated, and `FFMPEG_BIN`, which other tools share, names ffmpeg where nothing more specific does.
 * An empty variable counts as not set, because compose files and units leave such behind.
 */
import { quoted } from '../quoted.js';
import { type ConfigLayer, configKeys, type Setting, valueFromText } from './config-keys.js';
import { nearestKey } from './nearest-key.js';

const PREFIX = 'RETROVUE_PLAYOUT_';

/** What Kubernetes sets in every pod beside a service called `retrovue-playout`; nobody's configuration. */
const SERVICE_LINK = /^(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

const KEY_OF_VARIABLE: ReadonlyMap<string, string> = new Map([
  ['FFMPEG_BIN', 'ffmpeg'],
  [`${PREFIX}PLANS`, 'plans.directory'],
  ...[...configKeys.keys()].map((key): [string, string] => [variableOf(key), key]),
]);

/** The variable that sets `key`. */
export function variableOf(key: string): string {
  return PREFIX + key.replaceAll('.', '__').toUpperCase();
}

/** What the environment sets; where two variables set one key, the more specific comes later and wins. */
export function configFromEnvironment(environment: Readonly<NodeJS.ProcessEnv>): ConfigLayer {
  const settings: Setting[] = [];
  for (const [variable, key] of KEY_OF_VARIABLE) {
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    settings.push({ key, value: valueFromText(key, text), origin: `environment ${variable}` });
  }
  return { settings, problems: unknownVariables(environment) };
}

function unknownVariables(environment: Readonly<NodeJS.ProcessEnv>): string[] {
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(PREFIX) && !KEY_OF_VARIABLE.has(variable))
    .filter((variable) => !SERVICE_LINK.test(variable.slice(PREFIX.length)))
    .map((variable) => {
      const near = nearestKey(variable.slice(PREFIX.length), variableEndings());
      const remedy = near === undefined ? 'unset it' : `did you mean ${PREFIX}${near}?`;
      return `environment ${/^\w{1,80}$/.test(variable) ? variable : quoted(variable)}: sets no known key; ${remedy}`;
    });
}

function variableEndings(): string[] {
  return [...KEY_OF_VARIABLE.keys()]
    .filter((variable) => variable.startsWith(PREFIX))
    .map((variable) => variable.slice(PREFIX.length));
}
