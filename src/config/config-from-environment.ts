/**
 * Configuration from environment variables: `RETROVUE_PLAYOUT_` and the key in capitals, with `__` for each dot
 * (`RETROVUE_PLAYOUT_DECODER__BACKOFF__BASE_MS`). `RETROVUE_PLAYOUT_PLANS` is short for `plans.directory`, lists are
 * colon separated, and `FFMPEG_BIN`, which other tools share, names ffmpeg where nothing more specific does. A key in
 * an open section stands at the end as it is (`RETROVUE_PLAYOUT_SLATE__CHANNELS__7`).
 * An empty variable counts as not set, because compose files and units leave such behind.
 */
import { quoted } from '../quoted.js';
import {
  type ConfigLayer,
  configKeys,
  nameProblem,
  openSections,
  type Setting,
  valueFromText,
} from './config-keys.js';
import { nearestKey } from './nearest-key.js';

const PREFIX = 'RETROVUE_PLAYOUT_';

/** What Kubernetes sets in every pod beside a service called `retrovue-playout`; nobody's configuration. */
const SERVICE_LINK = /^(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

const KEY_OF_VARIABLE: ReadonlyMap<string, string> = new Map([
  ['FFMPEG_BIN', 'ffmpeg'],
  [`${PREFIX}PLANS`, 'plans.directory'],
  ...[...configKeys.keys()].map((key): [string, string] => [variableOf(key), key]),
]);

/** What the variables of an open section's keys begin with. */
const OPEN_PREFIXES = [...openSections].map(([section, schema]) => ({
  prefix: `${variableOf(section)}__`,
  section,
  schema,
}));

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
  const open = inOpenSections(environment);
  return {
    settings: [...settings, ...open.settings],
    problems: [...open.problems, ...unknownVariables(environment)],
  };
}

function inOpenSections(environment: Readonly<NodeJS.ProcessEnv>): ConfigLayer {
  const settings: Setting[] = [];
  const problems: string[] = [];
  for (const { prefix, section, schema } of OPEN_PREFIXES) {
    for (const [variable, text] of Object.entries(environment)) {
      if (!variable.startsWith(prefix) || text === undefined || text === '') continue;
      const name = variable.slice(prefix.length);
      const origin = `environment ${shownVariable(variable)}`;
      const key = `${section}.${name}`;
      const problem = nameProblem(schema, name);
      if (problem === undefined) settings.push({ key, value: valueFromText(key, text), origin });
      else problems.push(`${origin}: ${problem}`);
    }
  }
  return { settings, problems };
}

function unknownVariables(environment: Readonly<NodeJS.ProcessEnv>): string[] {
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(PREFIX) && !KEY_OF_VARIABLE.has(variable))
    .filter((variable) => !OPEN_PREFIXES.some(({ prefix }) => variable.startsWith(prefix)))
    .filter((variable) => !SERVICE_LINK.test(variable.slice(PREFIX.length)))
    .map((variable) => {
      const near = nearestKey(variable.slice(PREFIX.length), variableEndings());
      const remedy = near === undefined ? 'unset it' : `did you mean ${PREFIX}${near}?`;
      return `environment ${shownVariable(variable)}: sets no known key; ${remedy}`;
    });
}

function shownVariable(variable: string): string {
  return /^\w{1,80}$/.test(variable) ? variable : quoted(variable);
}

function variableEndings(): string[] {
  return [...KEY_OF_VARIABLE.keys(), ...OPEN_PREFIXES.map(({ prefix }) => `${prefix}ID`)]
    .filter((variable) => variable.startsWith(PREFIX))
    .map((variable) => variable.slice(PREFIX.length));
}
