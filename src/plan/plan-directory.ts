/**
 * The directory in which plans lie, `<name>.json`, `<name>.yaml` or `<name>.yml`. Only regular files that really
 * lie inside it are read.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlanError } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { retryPassing } from './passing-faults.js';
import { notRegular, type PlanFile, readPlanText } from './plan-file.js';
import type { PlanSyntax, ReadText } from './plan-text.js';
import { isInside, realpathIfAny } from './real-path.js';

const KINDS: readonly { readonly extension: string; readonly syntax: PlanSyntax }[] = [
  { extension: '.json', syntax: 'json' },
  { extension: '.yaml', syntax: 'yaml' },
  { extension: '.yml', syntax: 'yaml' },
];

/**
 * Reads the plan called `name` (as {@link readHandle} yields it) and returns what its text says.
 * @throws PlanError `unknown_plan`, `refused_path`, `invalid_plan` (too large, or no JSON or YAML) or
 *   `unavailable`; the message names the file. What `readText` throws; the signal's reason.
 */
export async function readPlanFile<Value>(
  directory: string,
  name: string,
  signal: AbortSignal,
  readText: ReadText<Value>,
): Promise<Value> {
  return await retryPassing(`plan ${quoted(name)}`, signal, async () => {
    return await readPlanText(await findPlan(directory, name, signal), signal, readText);
  });
}

/** The file, proven to lie inside the plan directory; its label is its name below it. */
async function findPlan(directory: string, name: string, signal: AbortSignal): Promise<PlanFile> {
  const root = await realpathIfAny(directory);
  if (root === undefined) {
    const remedy = 'create it or correct the configuration';
    throw new PlanError('unavailable', `plan directory ${quoted(directory)} does not exist; ${remedy}`);
  }
  for (const { extension, syntax } of KINDS) {
    signal.throwIfAborted();
    const path = await realpathIfAny(join(root, `${name}${extension}`));
    if (path === undefined) continue;
    const label = quoted(`${name}${extension}`);
    if (!isInside(root, path)) {
      const remedy = 'copy the plan into the directory';
      throw new PlanError(
        'refused_path',
        `${label} is a link that leads out of the plan directory; ${remedy}`,
      );
    }
    if (!(await stat(path)).isFile()) throw notRegular(label);
    return { path, label, syntax };
  }
  const wanted = quoted(`${name}.json`);
  const ending = KINDS.find(({ extension }) => name.endsWith(extension));
  if (ending !== undefined && (await realpathIfAny(join(root, name))) !== undefined) {
    const handle = quoted(name.slice(0, -ending.extension.length));
    throw new PlanError('unknown_plan', `a handle names a plan without its ending; write ${handle}`);
  }
  throw new PlanError(
    'unknown_plan',
    `there is no ${wanted} (nor .yaml, .yml) in the plan directory ${quoted(directory)}; write it or correct the handle`,
  );
}
