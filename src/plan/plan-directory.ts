/**
 * The directory in which plans lie, `<name>.json`, `<name>.yaml` or `<name>.yml`. Only regular files that really
 * lie inside it are read, and only as a whole: a file that changes while it is read, or that ends in the middle
 * of a sentence, is still being written and is read again.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlanError } from '../../supervisors/channel/plan.js';
import { quoted } from '../quoted.js';
import { PassingFault, retryPassing } from './passing-faults.js';
import { MAX_PLAN_BYTES, type PlanSyntax, parsePlanText, tooLarge } from './plan-text.js';
import { isInside, realpathIfAny } from './real-path.js';

const KINDS: readonly { readonly extension: string; readonly syntax: PlanSyntax }[] = [
  { extension: '.json', syntax: 'json' },
  { extension: '.yaml', syntax: 'yaml' },
  { extension: '.yml', syntax: 'yaml' },
];

/** Never wait for a writer of a pipe, never follow a link that was put there after the path was resolved. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Reads the plan called `name` (as {@link readHandle} yields it) and returns its text as plain data.
 * @throws PlanError `unknown_plan`, `refused_path`, `invalid_plan` (too large, or no JSON or YAML) or
 *   `unavailable`; the message names the file. The signal's reason.
 */
export async function readPlanFile(directory: string, name: string, signal: AbortSignal): Promise<unknown> {
  return await retryPassing(`plan ${quoted(name)}`, signal, async () => {
    const found = await findPlan(directory, name, signal);
    const bytes = await readWhole(found, signal);
    const text = parsePlanText(bytes, found.syntax);
    if (text.ok) return text.value;
    const verdict = new PlanError('invalid_plan', `${found.label} ${text.reason}`);
    throw text.cutShort ? new PassingFault(verdict) : verdict;
  });
}

interface FoundPlan {
  /** Resolved through symlinks, inside the plan directory. */
  readonly path: string;
  /** The file's name below the plan directory, quoted. */
  readonly label: string;
  readonly syntax: PlanSyntax;
}

async function findPlan(directory: string, name: string, signal: AbortSignal): Promise<FoundPlan> {
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

/** The bytes of the file, proven not to have changed while they were read. */
async function readWhole(found: FoundPlan, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  const file = await open(found.path, OPEN_FLAGS);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw notRegular(found.label);
    if (before.size > MAX_PLAN_BYTES[found.syntax]) {
      throw new PlanError('invalid_plan', `${found.label} ${tooLarge(before.size, found.syntax)}`);
    }
    const bytes = await readUpTo(file, Number(before.size) + 1, signal);
    const after = await file.stat({ bigint: true });
    if (after.size !== BigInt(bytes.length) || after.mtimeNs !== before.mtimeNs) {
      const remedy = 'write plans under another name and rename them';
      throw new PassingFault(
        new PlanError('unavailable', `${found.label} keeps changing while it is read; ${remedy}`),
      );
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** The first `limit` bytes of a file, or all there are. */
async function readUpTo(file: FileHandle, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(bytes, length, limit - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function notRegular(label: string): PlanError {
  const remedy = 'put a plan in its place';
  return new PlanError('refused_path', `${label} is a directory or device, not a regular file; ${remedy}`);
}
